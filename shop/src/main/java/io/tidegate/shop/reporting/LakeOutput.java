package io.tidegate.shop.reporting;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Writes Parquet files: under a name that nobody looks for, then forced to the disk, then renamed.
 * A file that is there under its name is whole; whether it counts the manifest says.
 */
final class LakeOutput {

  /** Files that are being written. */
  static final String MAKING = "_making";

  private static final int BUFFER = 1 << 16;

  /** Within a file: by time, so that a look at an hour reads few row groups. */
  private static final String ORDER = " order by happened_at, position";

  private final Lake lake;

  LakeOutput(Lake lake) {
    this.lake = lake;
  }

  /** A table's rows on their way into a file. */
  private record Staging(LakeTable table, DuckDBAppender appender) {}

  /** What can put rows into files. */
  @FunctionalInterface
  interface Source {
    /** Gives all rows. */
    void rows(Consumer<LakeRow> rows);
  }

  /** A day of a table. */
  record Part(LakeTable table, LocalDate day, long rows, Instant newest) {}

  /**
   * Writes rows into files, one for each table and day.
   *
   * @param positions of the log that the rows come from
   */
  List<LakeFile.Written> write(Positions positions, int level, Source source)
      throws SQLException, IOException {
    try (Connection connection = lake.connect()) {
      Map<LakeTable, Staging> staged = stage(connection, source);
      List<LakeFile.Written> files = new ArrayList<>();
      for (LakeTable table : staged.keySet()) {
        for (Part part : parts(connection, table)) {
          String select =
              "select "
                  + table.names()
                  + " from staging_"
                  + table.sql()
                  + " where day = date '"
                  + part.day()
                  + "'";
          files.add(file(connection, part, select, level, positions));
        }
      }
      return files;
    }
  }

  private static Map<LakeTable, Staging> stage(Connection connection, Source source)
      throws SQLException {
    Map<LakeTable, Staging> staged = new EnumMap<>(LakeTable.class);
    try {
      source.rows(
          row -> append(staged.computeIfAbsent(row.table(), t -> open(connection, t)), row));
    } catch (UncheckedSql e) {
      throw e.cause();
    } finally {
      for (Staging each : staged.values()) {
        each.appender().close();
      }
    }
    return staged;
  }

  /** Of DuckDB, out of a lambda. */
  private static final class UncheckedSql extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final SQLException cause;

    UncheckedSql(SQLException cause) {
      super(cause);
      this.cause = cause;
    }

    SQLException cause() {
      return cause;
    }
  }

  private static Staging open(Connection connection, LakeTable table) {
    String name = "staging_" + table.sql();
    try (Statement statement = connection.createStatement()) {
      statement.execute("create temp table " + name + " (" + table.declared() + ", day DATE)");
      return new Staging(
          table, connection.unwrap(DuckDBConnection.class).createAppender("temp", "main", name));
    } catch (SQLException e) {
      throw new UncheckedSql(e);
    }
  }

  private static void append(Staging staging, LakeRow row) {
    try {
      DuckDBAppender appender = staging.appender();
      appender.beginRow();
      for (@Nullable Object value : row.values()) {
        append(appender, value);
      }
      appender.append(row.day());
      appender.endRow();
    } catch (SQLException e) {
      throw new UncheckedSql(e);
    }
  }

  private static void append(DuckDBAppender appender, @Nullable Object value) throws SQLException {
    switch (value) {
      case null -> appender.appendNull();
      case Long number -> appender.append(number.longValue());
      case Integer number -> appender.append(number.intValue());
      case String text -> appender.append(text);
      case Boolean yes -> appender.append(yes.booleanValue());
      case LocalDate day -> appender.append(day);
      case Instant time ->
          appender.append(
              LocalDateTime.ofInstant(time.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC));
      default -> throw new IllegalStateException("no column has a " + value.getClass());
    }
  }

  private static List<Part> parts(Connection connection, LakeTable table) throws SQLException {
    List<Part> parts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "select day::varchar, count(*), epoch_us(max(happened_at)) from staging_"
                    + table.sql()
                    + " group by day order by day")) {
      while (result.next()) {
        parts.add(
            new Part(
                table,
                LocalDate.parse(result.getString(1)),
                result.getLong(2),
                Instant.EPOCH.plus(result.getLong(3), ChronoUnit.MICROS)));
      }
    }
    return parts;
  }

  /**
   * Puts files of one day of a table together into one.
   *
   * @throws SQLException also where one of them can't be read
   */
  LakeFile.Written merge(List<LakeFile> files, int level) throws SQLException, IOException {
    LakeFile first = files.getFirst();
    Part part =
        new Part(
            first.table(),
            first.day(),
            files.stream().mapToLong(LakeFile::rows).sum(),
            files.stream().map(LakeFile::newest).max(Instant::compareTo).orElseThrow());
    Positions positions = Positions.union(files.stream().map(LakeFile::positions).toList());
    try (Connection connection = lake.connect();
        Statement statement = connection.createStatement()) {
      String select = LakeViews.rows(statement, lake.folder(), files);
      return file(connection, part, select, level, positions);
    }
  }

  LakeFile.Written file(
      Connection connection, Part part, String select, int level, Positions positions)
      throws SQLException, IOException {
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path making = Files.createDirectories(lake.folder().resolve(MAKING)).resolve(random);
    try (Statement statement = connection.createStatement()) {
      long written =
          statement.executeLargeUpdate(
              "copy ("
                  + select
                  + ORDER
                  + ") to "
                  + LakeViews.quoted(making.toString())
                  + " (format parquet, compression zstd)");
      if (written != part.rows()) {
        throw new IOException(
            part.table().sql()
                + " of "
                + part.day()
                + " has "
                + written
                + " rows for "
                + part.rows());
      }
      String path =
          "%s/day=%s/%013d-%d-%s.parquet"
              .formatted(part.table().sql(), part.day(), System.currentTimeMillis(), level, random);
      return placed(making, path, part, level, positions);
    } finally {
      Files.deleteIfExists(making);
    }
  }

  private LakeFile.Written placed(
      Path making, String path, Part part, int level, Positions positions) throws IOException {
    force(making);
    long checksum = checksum(making);
    long bytes = Files.size(making);
    place(making, path);
    return new LakeFile.Written(
        part.table(),
        part.day(),
        path,
        level,
        part.rows(),
        bytes,
        checksum,
        positions,
        part.newest());
  }

  /** Gives a file that is on the disk its name. */
  void place(Path making, String path) throws IOException {
    if (Files.notExists(lake.folder().resolve(LakeHome.MARKER))) {
      throw new IOException(
          "the folder " + lake.folder() + " has no file " + LakeHome.MARKER + ": is it mounted?");
    }
    Path target = lake.folder().resolve(path);
    Path day = target.resolveSibling("");
    boolean fresh = Files.notExists(day);
    Files.createDirectories(day);
    Files.move(making, target, StandardCopyOption.ATOMIC_MOVE);
    forceFolder(day);
    if (fresh) { // the names of the folders must be on the disk too
      forceFolder(day.resolveSibling(""));
      forceFolder(lake.folder());
    }
  }

  /** What is written is on the disk when it returns. */
  static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** CRC-32C of a file's bytes. */
  static long checksum(Path file) throws IOException {
    CRC32C sum = new CRC32C();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sum.update(ByteBuffer.wrap(buffer, 0, read));
      }
    }
    return sum.getValue();
  }
}
