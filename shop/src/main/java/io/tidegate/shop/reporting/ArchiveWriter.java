package io.tidegate.shop.reporting;

import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.reporting.ArchiveFile.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Writes orders of one month into files that are sorted by bucket, user and number, with little
 * memory: first sorted pieces as they come, then, bucket by bucket, what belongs together. So an
 * owner's orders of the month lie in one file, in one of its row groups or two.
 *
 * <p>The files don't count before they are in the manifest ({@link ArchiveFiles}).
 */
public final class ArchiveWriter implements AutoCloseable {

  static final String COLUMNS =
      "number BIGINT, bucket INTEGER, user_id BIGINT, created_at TIMESTAMP, state VARCHAR,"
          + " version INTEGER, total BIGINT, currency VARCHAR, external VARCHAR, summary VARCHAR,"
          + " document VARCHAR, timeline VARCHAR, tracking VARCHAR";

  /** Rows of a row group, the least that DuckDB writes: a look-up reads one of them. */
  static final int GROUP_ROWS = 2_048;

  /** What a piece holds at most in memory. */
  private static final int PIECE_ROWS_MAX = 20_000;

  private static final long PIECE_CHARS_MAX = 48L << 20;

  /** What a file holds at most; it is sorted in memory. */
  private static final long FILE_ROWS_MAX = 65_536;

  private static final long FILE_CHARS_MAX = 160L << 20;

  /** What the folder of a writer's pieces, and what a file that is being written are called. */
  static final String PIECES = ".pieces-";

  static final String PART = ".part";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final DuckDBConnection duck;
  private final Path archive;
  private final YearMonth month;
  private final Source source;
  private final String run;
  private final Path pieces;
  private final long[] rowsOf = new long[OrderNumber.BUCKETS];
  private final long[] charsOf = new long[OrderNumber.BUCKETS];
  private DuckDBAppender appender;
  private int stagedRows;
  private long stagedChars;
  private int written;

  /**
   * A writer for one month's orders.
   *
   * @param duck a connection of its own, to a database in memory; the writer closes it
   * @param archive the archive's folder
   */
  public ArchiveWriter(Connection duck, Path archive, YearMonth month, Source source) {
    this.archive = archive;
    this.month = month;
    this.source = source;
    byte[] random = new byte[6];
    RANDOM.nextBytes(random);
    this.run = HexFormat.of().formatHex(random);
    this.pieces = folder(archive, month).resolve(PIECES + source.code() + "-" + run);
    try {
      this.duck = duck.unwrap(DuckDBConnection.class);
      Files.createDirectories(pieces);
      execute("create table %s (%s)".formatted(stage(), COLUMNS));
      this.appender = this.duck.createAppender(stage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new ArchiveFailure("the archive can't be written", e);
    }
  }

  static Path folder(Path archive, YearMonth month) {
    return archive.resolve("orders").resolve("month=" + month);
  }

  private String stage() {
    return "archive_" + run;
  }

  /** Takes an order of this month. */
  public void add(ArchivedOrder order) {
    int bucket = order.number().bucket();
    try {
      appender
          .beginRow()
          .append(order.number().value())
          .append(bucket)
          .append(order.userId())
          .append(LocalDateTime.ofInstant(order.createdAt(), ZoneOffset.UTC))
          .append(order.state())
          .append(order.version())
          .append(order.total())
          .append(order.currency())
          .append(order.external())
          .append(order.summary())
          .append(order.document())
          .append(order.timeline())
          .append(order.tracking())
          .endRow();
    } catch (SQLException e) {
      throw new ArchiveFailure("an order can't be written into the archive", e);
    }
    rowsOf[bucket]++;
    charsOf[bucket] += order.chars();
    stagedRows++;
    stagedChars += order.chars();
    if (stagedRows >= PIECE_ROWS_MAX || stagedChars >= PIECE_CHARS_MAX) {
      piece();
    }
  }

  private void piece() {
    if (stagedRows == 0) {
      return;
    }
    try {
      appender.close();
      Path to = pieces.resolve(written++ + ".parquet");
      copy("select * from " + stage() + " order by bucket, user_id, number", to);
      // Anew: what is deleted from a table stays in memory for a while.
      execute("drop table " + stage());
      execute("create table %s (%s)".formatted(stage(), COLUMNS));
      appender = duck.createAppender(stage());
    } catch (SQLException e) {
      throw new ArchiveFailure("a piece of the archive can't be written", e);
    }
    stagedRows = 0;
    stagedChars = 0;
  }

  /**
   * Writes the files.
   *
   * @return what was read back from them; none without orders
   */
  public List<ArchiveFile> finish() {
    piece();
    List<ArchiveFile> files = new ArrayList<>();
    if (written == 0) {
      return files;
    }
    try {
      int first = 0;
      while (first < OrderNumber.BUCKETS) {
        int last = first;
        long rows = rowsOf[first];
        long chars = charsOf[first];
        while (last + 1 < OrderNumber.BUCKETS
            && rows + rowsOf[last + 1] <= FILE_ROWS_MAX
            && chars + charsOf[last + 1] <= FILE_CHARS_MAX) {
          last++;
          rows += rowsOf[last];
          chars += charsOf[last];
        }
        if (rows > 0) {
          files.add(file(first, last, files.size()));
        }
        first = last + 1;
      }
      sync(folder(archive, month));
    } catch (SQLException | IOException e) {
      throw new ArchiveFailure("a file of the archive can't be written", e);
    }
    return files;
  }

  private ArchiveFile file(int first, int last, int index) throws SQLException, IOException {
    String name = "%s-%s-%d.parquet".formatted(source.code(), run, index);
    Path to = folder(archive, month).resolve(name);
    Path part = to.resolveSibling("." + name + PART);
    copy(
        "select * from read_parquet('%s/*.parquet', hive_partitioning = false) where bucket between %d and %d order by bucket, user_id, number"
            .formatted(quoted(pieces), first, last),
        part);
    sync(part);
    Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
    return readBack(to);
  }

  /** What a file really has. */
  private ArchiveFile readBack(Path file) throws SQLException, IOException {
    try (Statement statement = duck.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select count(*), coalesce(sum(total), 0)::bigint, min(number), max(number), min(bucket), max(bucket) from read_parquet('%s')"
                    .formatted(quoted(file)))) {
      row.next();
      return new ArchiveFile(
          relative(archive, file),
          month,
          ArchiveFile.ORDERS,
          source,
          row.getLong(1),
          Files.size(file),
          LakeOutput.checksum(file),
          row.getLong(2),
          row.getLong(3),
          row.getLong(4),
          row.getInt(5),
          row.getInt(6));
    }
  }

  private void copy(String select, Path to) throws SQLException {
    execute(
        "copy (%s) to '%s' (format parquet, compression zstd, row_group_size %d)"
            .formatted(select, quoted(to), GROUP_ROWS));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = duck.createStatement()) {
      statement.execute(sql);
    }
  }

  static String relative(Path archive, Path file) {
    return archive.relativize(file).toString().replace('\\', '/');
  }

  static String quoted(Path path) {
    return path.toString().replace('\\', '/').replace("'", "''");
  }

  /** Has what was written survive a loss of power. */
  static void sync(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    } else {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        channel.force(true);
      } catch (IOException _) {
        // Not every system can do that with a folder.
      }
    }
  }

  @Override
  public void close() {
    try {
      appender.close();
      execute("drop table if exists " + stage());
      duck.close();
    } catch (SQLException e) {
      throw new ArchiveFailure("the archive's writer can't be closed", e);
    } finally {
      delete(pieces);
    }
  }

  /** Removes a folder with the files in it. */
  static void delete(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
