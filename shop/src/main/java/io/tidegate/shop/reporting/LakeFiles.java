package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The manifest: which files the lake has. It is written in the transactions that make them true; a
 * file that it does not name does not exist.
 */
public final class LakeFiles {

  private static final String COLUMNS =
      """
      id, tbl, day::text, path, level, rows, bytes, checksum, positions::text, newest, state,
      made_at, uploaded_at, waiting_since, source
      """;
  private static final Sql ADD =
      Sql.of(
          """
          insert into reporting.file
            (tbl, day, path, level, rows, bytes, checksum, positions, newest, source)
          select tbl, day::date, path, level, rows, bytes, checksum, positions::int8multirange,
            db.at(newest), source
          from unnest(?::text[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::bigint[],
            ?::bigint[], ?::text[], ?::bigint[])
            as e(tbl, day, path, level, rows, bytes, checksum, positions, newest),
            (select ?::text as source) s
          """);
  private static final Sql RETIRE =
      Sql.of(
          """
          update reporting.file set state = 'gone', gone_at = clock_timestamp()
          where id = any(?::bigint[]) and state = 'live'
          returning 1
          """);
  private static final Sql LOSE =
      Sql.of(
          """
          update reporting.file set state = 'lost', waiting_since = null
          where id = ? and state = 'live'
          returning 1
          """);

  /** Only as long as the rest of it is a file of its own: else rows would count twice. */
  private static final Sql REGAIN =
      Sql.of(
          """
          update reporting.file f set state = 'live' where id = ? and state = 'lost'
            and not exists (select from reporting.file o
              where o.state = 'live' and o.id > f.id and o.tbl = f.tbl and o.day = f.day
                and o.positions && f.positions and o.positions <> f.positions)
          returning 1
          """);

  private static final Sql RETIRE_REST =
      Sql.of(
          """
          update reporting.file r set state = 'gone', gone_at = clock_timestamp()
          from reporting.file f
          where f.id = ? and r.id > f.id and r.tbl = f.tbl and r.day = f.day
            and r.positions = f.positions and not isempty(f.positions) and r.state <> 'gone'
          """);
  private static final Sql WAIT =
      Sql.of(
          """
          update reporting.file set waiting_since = clock_timestamp()
          where id = ? and state = 'live' and waiting_since is null
          returning 1
          """);
  private static final Sql BACK =
      Sql.of(
          """
          update reporting.file set waiting_since = null
          where id = ? and state = 'live' and waiting_since is not null
          returning 1
          """);
  private static final Sql CHANGED =
      Sql.of("update reporting.lake set revision = revision + 1 where one");
  private static final Sql REVISION = Sql.of("select revision from reporting.lake");
  private static final Sql OF_STATE =
      Sql.of("select " + COLUMNS + " from reporting.file where state = ? order by id");

  /** Without the positions of files that are known: a file's never change, and they are long. */
  private static final Sql LIVE =
      Sql.of(
          "select "
              + COLUMNS.replace(
                  "positions::text", "case when k.known is null then positions::text end")
              + " from reporting.file left join unnest(?::bigint[]) k (known) on k.known = id"
              + " where state = 'live' order by id");

  private static final Sql WAITING =
      Sql.of(
          "select "
              + COLUMNS
              + " from reporting.file where state = 'live' and waiting_since is not null order by id");
  private static final Sql OF_DAY =
      Sql.of(
          "select "
              + COLUMNS
              + " from reporting.file where tbl = ? and day = ?::date and state = 'live'"
              + " order by id");
  private static final Sql OVERDUE =
      Sql.of(
          "select "
              + COLUMNS
              + """
               from reporting.file where state = 'gone'
                and gone_at < clock_timestamp() - ? * interval '1 millisecond' order by id
              """);
  private static final Sql FORGET =
      Sql.of("delete from reporting.file where id = any(?::bigint[]) and state = 'gone'");
  private static final Sql PATHS = Sql.of("select path from reporting.file");
  private static final Sql UPLOADED =
      Sql.of("update reporting.file set uploaded_at = clock_timestamp() where id = ?");

  private static final Sql STORE = Sql.of("select store from reporting.lake");
  private static final Sql SET_STORE = Sql.of("update reporting.lake set store = ? where one");
  private static final Sql NONE_THERE =
      Sql.of("update reporting.file set uploaded_at = null where uploaded_at is not null");
  private static final Sql NO_ARCHIVE_THERE =
      Sql.of("update reporting.archive_file set uploaded_at = null where uploaded_at is not null");
  private static final Sql LISTED = Sql.of("select copied from reporting.lake");
  private static final Sql NEXT_LIST =
      Sql.of("update reporting.lake set copied = ? where one and copied < ? returning 1");
  private static final Sql VERIFIED_AT = Sql.of("select verified_at from reporting.lake");
  private static final Sql VERIFIED =
      Sql.of("update reporting.lake set verified_at = clock_timestamp() where one");

  private final Database database;

  /** By file, of those that counted when they were last asked for. */
  private volatile Map<Long, Positions> known = Map.of();

  public LakeFiles(Database database) {
    this.database = database;
  }

  /** Has files count when the transaction commits. */
  public static void add(Tx tx, List<LakeFile.Written> files) {
    add(tx, files, "");
  }

  /**
   * The same of files that an import made.
   *
   * @param source of the archive, from which they can be made again
   */
  static void add(Tx tx, List<LakeFile.Written> files, String source) {
    if (files.isEmpty()) {
      return;
    }
    int size = files.size();
    String[] tables = new String[size];
    String[] days = new String[size];
    String[] paths = new String[size];
    int[] levels = new int[size];
    long[] rows = new long[size];
    long[] bytes = new long[size];
    long[] checksums = new long[size];
    String[] positions = new String[size];
    long[] newest = new long[size];
    for (int i = 0; i < size; i++) {
      LakeFile.Written file = files.get(i);
      tables[i] = file.table().sql();
      days[i] = file.day().toString();
      paths[i] = file.path();
      levels[i] = file.level();
      rows[i] = file.rows();
      bytes[i] = file.bytes();
      checksums[i] = file.checksum();
      positions[i] = file.positions().text();
      newest[i] = ChronoUnit.MICROS.between(Instant.EPOCH, file.newest());
    }
    tx.write(ADD, tables, days, paths, levels, rows, bytes, checksums, positions, newest, source);
    tx.write(CHANGED);
  }

  /**
   * Has files count in the place of others when the transaction commits; fails it as a conflict
   * where one of those doesn't count any more.
   */
  public static void replace(Tx tx, Collection<LakeFile> old, List<LakeFile.Written> files) {
    long[] ids = old.stream().mapToLong(LakeFile::id).sorted().toArray();
    tx.writeExpecting(ids.length, RETIRE, (Object) ids);
    tx.write(CHANGED);
    add(tx, files);
  }

  /** Has what was made again of a file count in its place; fails as {@link #replace}. */
  static void remade(Tx tx, LakeFile file, List<LakeFile.Written> files) {
    tx.writeExpecting(1, RETIRE, (Object) new long[] {file.id()});
    tx.write(CHANGED);
    add(tx, files, file.source());
  }

  /** Says that a broken file can't be made again. */
  static void lose(Tx tx, LakeFile file) {
    tx.writeExpecting(1, LOSE, file.id());
    tx.write(CHANGED);
  }

  /**
   * Has a file count again that was lost, in the place of the rest that was made of it; fails as a
   * conflict where that was put together with others.
   */
  static void regain(Tx tx, LakeFile file) {
    tx.writeExpecting(1, REGAIN, file.id());
    tx.write(RETIRE_REST, file.id());
    tx.write(CHANGED);
  }

  /** Says that a file that counts is not here now, and has to be left out. */
  void waits(LakeFile file) {
    moved(WAIT, file);
  }

  /** Says that such a file is here again, as it was. */
  void isBack(LakeFile file) {
    moved(BACK, file);
  }

  /** One that is so already, or doesn't count any more, stays as it is. */
  private void moved(Sql sql, LakeFile file) {
    try {
      database.writeOnce(tx -> {
        tx.writeExpecting(1, sql, file.id());
        tx.write(CHANGED);
        return true;
      });
    } catch (DatabaseFailure.Conflict _) {
      // another process has said so
    }
  }

  /** Rises with every change of what counts, or is here. */
  public long revision() {
    return database.read(REVISION, row -> row.getLong(1)).getFirst();
  }

  /** When every byte was last looked at; at first, when the lake was made. */
  Instant verifiedAt() {
    return database.read(VERIFIED_AT, row -> row.getInstant(1)).getFirst();
  }

  void verified() {
    database.write(
        "lake-verified",
        tx -> {
          tx.write(VERIFIED);
          return true;
        });
  }

  /** What counts, oldest first. */
  public List<LakeFile> live() {
    Map<Long, Positions> before = known;
    long[] ids = before.keySet().stream().mapToLong(Long::longValue).toArray();
    List<LakeFile> live = database.read(LIVE, row -> file(row, before), (Object) ids);
    known = live.stream().collect(Collectors.toUnmodifiableMap(LakeFile::id, LakeFile::positions));
    return live;
  }

  /** What counts of one day of a table. */
  public List<LakeFile> live(LakeTable table, LocalDate day) {
    return database.read(OF_DAY, LakeFiles::file, table.sql(), day.toString());
  }

  /** What of it is not here now: until it is, it is left out. */
  List<LakeFile> waiting() {
    return database.read(WAITING, LakeFiles::file);
  }

  /** What is broken for good. */
  public List<LakeFile> lost() {
    return database.read(OF_STATE, LakeFiles::file, "lost");
  }

  /** What others took the place of, so long ago. */
  List<LakeFile> overdue(Duration grace) {
    return database.read(OVERDUE, LakeFiles::file, grace.toMillis());
  }

  void forget(Collection<LakeFile> files) {
    long[] ids = files.stream().mapToLong(LakeFile::id).toArray();
    database.write(
        "lake-forget",
        tx -> {
          tx.write(FORGET, (Object) ids);
          return true;
        });
  }

  /** Every path that the manifest names, whatever the file's state. */
  List<String> paths() {
    return database.read(PATHS, row -> row.getString(1));
  }

  /**
   * Says which store the second place is.
   *
   * @return whether it is another one than before: nothing is there yet
   */
  boolean copiedTo(String store) {
    return database.write(
        "lake-store",
        tx -> {
          String before = tx.query(STORE, row -> row.getString(1)).getFirst();
          if (before.equals(store)) {
            return false;
          }
          tx.write(SET_STORE, store);
          boolean other = !before.isEmpty(); // until this was kept, there was one store
          if (other) {
            tx.write(NONE_THERE);
            tx.write(NO_ARCHIVE_THERE);
          }
          return other;
        });
  }

  /** A number for the next list of files that the second place gets. */
  long nextList() {
    return database.write(
        "lake-list",
        tx -> {
          long next = tx.query(LISTED, row -> row.getLong(1)).getFirst() + 1;
          tx.writeExpecting(1, NEXT_LIST, next, next);
          return next;
        });
  }

  void uploaded(LakeFile file) {
    database.write(
        "lake-uploaded",
        tx -> {
          tx.write(UPLOADED, file.id());
          return true;
        });
  }

  private static LakeFile file(Row row) throws SQLException {
    return file(row, Map.of());
  }

  private static LakeFile file(Row row, Map<Long, Positions> known) throws SQLException {
    long id = row.getLong(1);
    Positions positions = known.get(id);
    return new LakeFile(
        id,
        LakeTable.named(row.getString(2)),
        LocalDate.parse(row.getString(3)),
        row.getString(4),
        row.getInt(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8),
        positions == null ? Positions.parse(row.getString(9)) : positions,
        row.getInstant(10),
        LakeFile.State.valueOf(row.getString(11).toUpperCase(Locale.ROOT)),
        row.getInstant(12),
        row.getInstantOrNull(13),
        row.getInstantOrNull(14),
        row.getString(15));
  }
}
