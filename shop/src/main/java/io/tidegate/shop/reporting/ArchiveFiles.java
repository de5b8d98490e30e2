package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/** The archive's manifest: a file that is not in it does not count. */
public final class ArchiveFiles {

  /** The archive's folder in the lake's. */
  public static final String FOLDER = "archive";

  private static final String COLUMNS =
      "path, to_char(month, 'YYYY-MM'), kind, source, rows, bytes, amount, first_number,"
          + " last_number, first_bucket, last_bucket, coalesce(checksum, -1)";
  private static final Sql ADD =
      Sql.of(
          """
          insert into reporting.archive_file (path, month, kind, source, rows, bytes, amount,
            first_number, last_number, first_bucket, last_bucket, checksum)
          select p, m::date, k, s, r, b, a, fn, ln, fb, lb, nullif(c, -1)
          from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[],
                      ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::int[], ?::bigint[])
               as d(p, m, k, s, r, b, a, fn, ln, fb, lb, c)
          """);
  private static final Sql OF_BUCKET =
      Sql.of(
          "select "
              + COLUMNS
              + " from reporting.archive_file where kind = 'orders' and first_bucket <= ?"
              + " and last_bucket >= ? and first_number < ? and last_number > ?"
              + " order by month desc, path");
  private static final Sql OF_MONTH =
      Sql.of(
          "select "
              + COLUMNS
              + " from reporting.archive_file where month = ?::date order by kind, path");
  private static final Sql FORGET =
      Sql.of(
          """
          with forgotten as (
            delete from reporting.archive_file where month = ?::date and source = 'retired'
            returning path, uploaded_at
          )
          insert into reporting.archive_gone
          select path from forgotten where uploaded_at is not null
          """);
  private static final Sql ALL =
      Sql.of("select " + COLUMNS + " from reporting.archive_file order by path");
  private static final Sql NOT_UPLOADED =
      Sql.of(
          "select "
              + COLUMNS
              + " from reporting.archive_file where uploaded_at is null order by path limit ?");

  /** Where it was forgotten while it was copied, the copy has to go. */
  private static final Sql UPLOADED =
      Sql.of(
          """
          with uploaded as (
            update reporting.archive_file set uploaded_at = clock_timestamp() where path = ?
            returning 1
          )
          insert into reporting.archive_gone
          select ?::text where not exists (select from uploaded) on conflict do nothing
          """);

  private static final Sql GONE =
      Sql.of("select path from reporting.archive_gone order by path limit ?");
  private static final Sql FORGOTTEN = Sql.of("delete from reporting.archive_gone where path = ?");

  private final Database database;

  public ArchiveFiles(Database database) {
    this.database = database;
  }

  /** Files that are there from now on, in the caller's transaction. */
  public static void add(Tx tx, List<ArchiveFile> files) {
    if (files.isEmpty()) {
      return;
    }
    tx.write(
        ADD,
        files.stream().map(ArchiveFile::path).toArray(String[]::new),
        files.stream().map(file -> day(file.month())).toArray(String[]::new),
        files.stream().map(ArchiveFile::kind).toArray(String[]::new),
        files.stream().map(file -> file.source().code()).toArray(String[]::new),
        longs(files, ArchiveFile::rows),
        longs(files, ArchiveFile::bytes),
        longs(files, ArchiveFile::amount),
        longs(files, ArchiveFile::firstNumber),
        longs(files, ArchiveFile::lastNumber),
        ints(files, ArchiveFile::firstBucket),
        ints(files, ArchiveFile::lastBucket),
        longs(files, ArchiveFile::checksum));
  }

  /**
   * Files that may have documents of a bucket's orders between two numbers, newest months first.
   */
  List<ArchiveFile> orders(int bucket, long below, long above) {
    return database.read(OF_BUCKET, ArchiveFiles::file, bucket, bucket, below, above);
  }

  /** All files of a month. */
  public List<ArchiveFile> of(YearMonth month) {
    return database.read(OF_MONTH, ArchiveFiles::file, day(month));
  }

  /** Forgets a month's retired files: it is rendered anew. */
  public static void forget(Tx tx, YearMonth month) {
    tx.write(FORGET, day(month));
  }

  /** All of them. */
  List<ArchiveFile> all() {
    return database.read(ALL, ArchiveFiles::file);
  }

  /** Some that the mirror has not yet. */
  List<ArchiveFile> notUploaded(int most) {
    return database.read(NOT_UPLOADED, ArchiveFiles::file, most);
  }

  /** Says that the mirror has a file. */
  void uploaded(String path) {
    database.write(
        "archive-uploaded",
        tx -> {
          tx.write(UPLOADED, path, path);
          return true;
        });
  }

  /** Some that the mirror still has, and that don't count any more. */
  List<String> gone(int most) {
    return database.read(GONE, row -> row.getString(1), most);
  }

  /** Says that the mirror has a file no more. */
  void forgotten(String path) {
    database.write(
        "archive-forgotten",
        tx -> {
          tx.write(FORGOTTEN, path);
          return true;
        });
  }

  static String day(YearMonth month) {
    return LocalDate.of(month.getYear(), month.getMonth(), 1).toString();
  }

  private static ArchiveFile file(Row row) throws SQLException {
    return new ArchiveFile(
        row.getString(1),
        YearMonth.parse(row.getString(2)),
        row.getString(3),
        ArchiveFile.Source.of(row.getString(4)),
        row.getLong(5),
        row.getLong(6),
        row.getLong(12),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        row.getInt(10),
        row.getInt(11));
  }

  private static long[] longs(List<ArchiveFile> files, ToLongFunction<ArchiveFile> column) {
    return files.stream().mapToLong(column).toArray();
  }

  private static int[] ints(List<ArchiveFile> files, ToIntFunction<ArchiveFile> column) {
    return files.stream().mapToInt(column).toArray();
  }
}
