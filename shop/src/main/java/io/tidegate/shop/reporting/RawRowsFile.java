package io.tidegate.shop.reporting;

import io.tidegate.shop.kernel.OrderNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** Makes a Parquet file of a table's rows as they were, from what PostgreSQL's COPY wrote. */
public final class RawRowsFile {

  /** How {@code copy ... to stdout} must write: nulls are told from empty texts. */
  public static final String COPY_OPTIONS = "(format csv, null '\\N', force_quote *)";

  private static final String READ =
      "read_csv('%s', header = false, auto_detect = false, columns = {%s}, delim = ',',"
          + " quote = '\"', escape = '\"', nullstr = '\\N', allow_quoted_nulls = false,"
          + " parallel = false, max_line_size = 16777216)";

  /** Rows of a row group. */
  private static final int GROUP_ROWS = 32_768;

  /** A column in Parquet; types are those that DuckDB, Spark and Trino read. */
  public record Column(String name, String type) {}

  /** The folder of all of them in the archive. */
  static final String ROWS = "rows";

  private RawRowsFile() {}

  /** A table's folder for a month. */
  public static Path folder(Path archive, String table, YearMonth month) {
    return archive.resolve(ROWS).resolve(table).resolve("month=" + month);
  }

  /**
   * Writes a file; it doesn't count before it is in the manifest.
   *
   * @param csv rows in the order of the columns
   * @param number the column with the order's number
   */
  public static ArchiveFile write(
      Connection duck,
      Path archive,
      YearMonth month,
      String table,
      List<Column> columns,
      String number,
      Path csv) {
    Path folder = folder(archive, table, month);
    String name =
        "retired-"
            + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
            + ".parquet";
    Path to = folder.resolve(name);
    Path part = folder.resolve("." + name + ".part");
    String names =
        columns.stream()
            .map(column -> "'" + column.name() + "': '" + column.type() + "'")
            .collect(Collectors.joining(", "));
    try (Statement statement = duck.createStatement()) {
      Files.createDirectories(folder);
      statement.execute(
          "copy (select * from %s) to '%s' (format parquet, compression zstd, row_group_size %d)"
              .formatted(
                  READ.formatted(ArchiveWriter.quoted(csv), names),
                  ArchiveWriter.quoted(part),
                  GROUP_ROWS));
      ArchiveWriter.sync(part);
      Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
      ArchiveWriter.sync(folder);
      try (ResultSet row =
          statement.executeQuery(
              "select count(*), min(%1$s), max(%1$s) from read_parquet('%2$s')"
                  .formatted(number, ArchiveWriter.quoted(to)))) {
        row.next();
        return new ArchiveFile(
            ArchiveWriter.relative(archive, to),
            month,
            table,
            ArchiveFile.Source.RETIRED,
            row.getLong(1),
            Files.size(to),
            LakeOutput.checksum(to),
            0,
            row.getLong(2),
            row.getLong(3),
            0,
            OrderNumber.BUCKETS - 1);
      }
    } catch (SQLException | IOException e) {
      throw new ArchiveFailure("rows of " + table + " can't be archived", e);
    }
  }
}
