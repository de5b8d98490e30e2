package io.tidegate.server.archive;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.shop.reporting.ArchiveFile;
import io.tidegate.shop.reporting.ArchiveFiles;
import io.tidegate.shop.reporting.ArchiveWriter;
import io.tidegate.shop.reporting.ArchivedOrder;
import io.tidegate.shop.reporting.RawRowsFile;
import io.tidegate.shop.reporting.RawRowsFile.Column;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a month's files: its orders as documents, and the rows of each table as they are. */
final class MonthFiles {

  private static final Duration COPY_MAX = Duration.ofHours(2);
  private static final int TOLD_EVERY = 50_000;

  private final Database database;
  private final Path archive;
  private final Duck duck;

  /** A column as PostgreSQL has it, and as Parquet gets it. */
  private record Typed(String name, String type, String select, Column column) {}

  MonthFiles(Database database, Path archive, Duck duck) {
    this.database = database;
    this.archive = archive;
    this.duck = duck;
  }

  /**
   * Looks whether a month's files are there, before its rows go.
   *
   * @throws RetireFailure where one is not, or not whole
   */
  void demand(YearMonth month) {
    for (ArchiveFile file : new ArchiveFiles(database).of(month)) {
      Path path = archive.resolve(file.path());
      try {
        if (Files.size(path) == file.bytes()) {
          continue;
        }
      } catch (IOException _) {
        // told below
      }
      throw new RetireFailure("the file %s of %s is not there whole".formatted(path, month), null);
    }
  }

  /** Removes what an earlier try has left: files of the month that no manifest names. */
  void sweep(Month month) {
    Set<String> known =
        new ArchiveFiles(database)
            .of(month.month()).stream().map(ArchiveFile::path).collect(Collectors.toSet());
    for (Path folder : folders(month)) {
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String path = archive.relativize(file).toString().replace('\\', '/');
          if (path.contains("retired-") && !known.contains(path)) {
            Files.deleteIfExists(file);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private List<Path> folders(Month month) {
    List<Path> folders = new ArrayList<>();
    folders.add(archive.resolve("orders").resolve("month=" + month.month()));
    for (LeavingTable table : LeavingTable.ALL) {
      folders.add(RawRowsFile.folder(archive, table.name(), month.month()));
    }
    return folders;
  }

  /** Writes all of them; none counts yet. */
  List<ArchiveFile> write(Month month, long orders, Runnable alive, Consumer<String> progress) {
    try {
      List<ArchiveFile> files = new ArrayList<>(documents(month, orders, alive, progress));
      for (LeavingTable table : LeavingTable.ALL) {
        progress.accept("rows of " + table.name());
        alive.run();
        rows(month, table, files);
      }
      return files;
    } catch (SQLException | IOException e) {
      throw new RetireFailure("the month's files can't be written: " + e.getMessage(), e);
    }
  }

  /** What was read back from the files is what the tables had when they were frozen. */
  static void verify(Bulk bulk, Month month, List<ArchiveFile> written) {
    long[] wanted = Openings.orders(bulk, month);
    List<ArchiveFile> orders =
        written.stream().filter(file -> file.kind().equals(ArchiveFile.ORDERS)).toList();
    long rows = orders.stream().mapToLong(ArchiveFile::rows).sum();
    long amount = orders.stream().mapToLong(ArchiveFile::amount).sum();
    if (rows != wanted[0] || amount != wanted[1]) {
      throw new RetireFailure(
          "the files have %d orders of %d in all, the table %d of %d"
              .formatted(rows, amount, wanted[0], wanted[1]),
          null);
    }
    for (LeavingTable table : LeavingTable.ALL) {
      long has =
          written.stream()
              .filter(file -> file.kind().equals(table.name()))
              .mapToLong(ArchiveFile::rows)
              .sum();
      long had = Openings.rows(bulk, month, table);
      if (has != had) {
        throw new RetireFailure(
            "the file of %s has %d rows, the table %d".formatted(table.name(), has, had), null);
      }
    }
  }

  private List<ArchiveFile> documents(
      Month month, long orders, Runnable alive, Consumer<String> progress) throws SQLException {
    try (Rendering rendering = new Rendering(database);
        ArchiveWriter writer =
            new ArchiveWriter(duck.connect(), archive, month.month(), ArchiveFile.Source.RETIRED)) {
      long done = 0;
      long from = month.first();
      while (true) {
        List<ArchivedOrder> page = rendering.from(from, month.next());
        page.forEach(writer::add);
        if (done / TOLD_EVERY != (done + page.size()) / TOLD_EVERY) {
          progress.accept("%,d of %,d orders".formatted(done + page.size(), orders));
          alive.run();
        }
        done += page.size();
        if (page.size() < Rendering.PAGE_ORDERS) {
          break;
        }
        from = page.getLast().number().value() + 1;
      }
      progress.accept("%,d orders are sorted".formatted(done));
      return writer.finish();
    }
  }

  private void rows(Month month, LeavingTable table, List<ArchiveFile> files)
      throws SQLException, IOException {
    Path folder = RawRowsFile.folder(archive, table.name(), month.month());
    Files.createDirectories(folder);
    Path csv = folder.resolve(".retired-rows.csv");
    try {
      List<Column> columns = new ArrayList<>();
      long rows = database.bulk(COPY_MAX, bulk -> copy(bulk, month, table, csv, columns));
      if (rows > 0) {
        try (Connection connection = duck.connect()) {
          files.add(
              RawRowsFile.write(
                  connection, archive, month.month(), table.name(), columns, table.number(), csv));
        }
      }
    } finally {
      Files.deleteIfExists(csv);
    }
  }

  private static long copy(
      Bulk bulk, Month month, LeavingTable table, Path csv, List<Column> columns)
      throws IOException {
    List<Typed> all = columns(bulk, table);
    all.forEach(typed -> columns.add(typed.column()));
    String select =
        "copy (select %s from %s where %s >= %d and %s < %d order by %s) to stdout %s"
            .formatted(
                all.stream().map(Typed::select).collect(Collectors.joining(", ")),
                table.name(),
                table.number(),
                month.first(),
                table.number(),
                month.next(),
                table.number(),
                RawRowsFile.COPY_OPTIONS);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(csv), 1 << 16)) {
      return bulk.copyOut(new Sql(select), out);
    }
  }

  /** The table's columns but those with words of people. {@code at} is a keyword in DuckDB. */
  private static List<Typed> columns(Bulk bulk, LeavingTable table) {
    return bulk
        .query(
            new Sql(
                """
                select attname, format_type(atttypid, null) from pg_attribute
                where attrelid = ?::regclass and attnum > 0 and not attisdropped order by attnum
                """
                    .strip()),
            row -> typed(row.getString(1), row.getString(2)),
            table.name())
        .stream()
        .filter(typed -> !table.words().contains(typed.name()))
        .toList();
  }

  private static Typed typed(String name, String type) {
    String quoted = '"' + name + '"';
    String shown = name.equals("at") ? "happened_at" : name;
    return switch (type) {
      case "bigint" -> new Typed(name, type, quoted, new Column(shown, "BIGINT"));
      case "integer", "smallint" -> new Typed(name, type, quoted, new Column(shown, "INTEGER"));
      case "boolean" -> new Typed(name, type, quoted, new Column(shown, "BOOLEAN"));
      case "text" -> new Typed(name, type, quoted, new Column(shown, "VARCHAR"));
      case "timestamp with time zone" ->
          new Typed(name, type, quoted + " at time zone 'UTC'", new Column(shown, "TIMESTAMP"));
      default -> throw new RetireFailure("column " + name + " has type " + type, null);
    };
  }
}
