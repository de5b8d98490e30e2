package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The log of facts: each is written in the transaction that makes it, so both happen or neither.
 * Everything else, the broker first, can be rebuilt from it.
 */
public final class EventLog {

  /** Positions of one partition; a whole number of receipt ranges. */
  static final long PARTITION_POSITIONS = 8_388_608;

  private static final int PARTITIONS_AHEAD = 3;

  static final String COLUMNS = "position, type, key, version, time, traceparent, data";

  private static final Sql APPEND =
      Sql.of(
          """
          insert into messaging.log (type, key, version, time, traceparent, data)
          select type, key, version, db.at(micros), traceparent, data
          from unnest(?::text[], ?::bigint[], ?::int[], ?::bigint[], ?::text[], ?::bytea[])
            with ordinality as e(type, key, version, micros, traceparent, data, n)
          order by n
          """);
  private static final Sql AT =
      Sql.of(
          "select "
              + COLUMNS
              + " from messaging.log where position = any(?::bigint[]) order by position");
  private static final Sql AFTER =
      Sql.of(
          "select " + COLUMNS + " from messaging.log where position > ? order by position limit ?");
  private static final Sql MAKE_PARTITIONS = Sql.of("select messaging.make_partitions(?, ?)");
  private static final Sql OLDEST =
      Sql.of("select n from messaging.old_partitions(?, ? * interval '1 millisecond') n");
  private static final Sql DROP = Sql.of("select messaging.drop_partition(?)");
  private static final Sql DROP_RECEIPTS =
      Sql.of("delete from messaging.receipt where range < ? / 8192");
  private static final Sql NOT_IN_FEED =
      Sql.of(
          """
          select exists (
            select from messaging.log
            where position > ? and position < ? and (xid >= ?::text::xid8 or xid = any(?::text[]::xid8[])))
          """);
  private static final Sql DROP_HORIZONS =
      Sql.of(
          """
          delete from messaging.horizon
          where id <= (select max(id) from messaging.horizon where first < ?)
            and id < (select max(id) from messaging.horizon)
          """);
  private static final Sql NEXT_EXISTS =
      Sql.of(
          """
          select to_regclass('messaging.log_' || (coalesce(max(position), 0) / ? + 1)) is not null
          from messaging.log
          """);

  private static final Sql NEWEST =
      Sql.of("select " + COLUMNS + " from messaging.log order by position desc limit 1");
  private static final Sql FIRST =
      Sql.of("select " + COLUMNS + " from messaging.log order by position limit 1");
  private static final Sql AMONG =
      Sql.of(
          "select "
              + COLUMNS
              + " from messaging.log where position > ? and position < ? and type = any(?::text[])"
              + " order by position limit ?");

  private final Database database;

  public EventLog(Database database) {
    this.database = database;
  }

  /** Appends facts, in this order, when the transaction commits. */
  public void append(Tx tx, List<Event> events) {
    int size = events.size();
    if (size == 0) {
      return;
    }
    String[] types = new String[size];
    long[] keys = new long[size];
    int[] versions = new int[size];
    long[] micros = new long[size];
    String[] traces = new String[size];
    byte[][] data = new byte[size][];
    for (int i = 0; i < size; i++) {
      Event event = events.get(i);
      types[i] = event.type();
      keys[i] = event.key();
      versions[i] = event.version();
      micros[i] = ChronoUnit.MICROS.between(Instant.EPOCH, event.time());
      traces[i] = event.traceparent();
      data[i] = event.data();
    }
    tx.write(APPEND, types, keys, versions, micros, traces, data);
  }

  /** The facts after a position, in order: for whoever reads the log itself. */
  public List<LoggedEvent> after(long position, int limit) {
    return database.read(AFTER, EventLog::event, position, limit);
  }

  /** The first fact that is still kept. */
  public Optional<LoggedEvent> oldest() {
    return database.read(FIRST, EventLog::event).stream().findFirst();
  }

  /** The latest fact. */
  public Optional<LoggedEvent> newest() {
    return database.read(NEWEST, EventLog::event).stream().findFirst();
  }

  /** The facts of some types after a position and before another one, in order. */
  public List<LoggedEvent> between(long after, long before, Set<String> types, int limit) {
    return database.read(
        AMONG, EventLog::event, after, before, types.toArray(String[]::new), limit);
  }

  /** The facts at these positions that are still kept, in order. */
  public List<LoggedEvent> at(long... positions) {
    return database.read(AT, EventLog::event, (Object) positions);
  }

  /** The facts at these positions, in order. */
  List<LoggedEvent> at(Tx tx, long[] positions) {
    return tx.query(AT, EventLog::event, (Object) positions);
  }

  /** Makes the log's next partitions where they are missing. Called at start and daily. */
  public void partitions() {
    database.write(
        "log-partitions",
        tx -> {
          tx.write(MAKE_PARTITIONS, PARTITION_POSITIONS, PARTITIONS_AHEAD);
          return true;
        });
  }

  /**
   * Drops partitions of which every event is older than this and in the feed, every consumer has
   * passed, and nobody is asked about a parked one. Those of a program without consumers stay.
   *
   * @return how many
   */
  int retire(Duration kept) {
    return retire(kept, PARTITION_POSITIONS);
  }

  int retire(Duration kept, long partitionPositions) {
    List<Long> old =
        database.writeOnce(
            tx -> tx.query(OLDEST, row -> row.getLong(1), partitionPositions, kept.toMillis()));
    int dropped = 0;
    for (long partition : old) {
      long end = (partition + 1) * partitionPositions;
      if (!isInFeed(end)) {
        return dropped;
      }
      database.writeOnce(tx -> {
        tx.write(DROP, partition);
        return true;
      });
      database.writeOnce(tx -> { // apart: who holds the log's table waits for no row
        tx.write(DROP_RECEIPTS, end);
        tx.write(DROP_HORIZONS, end);
        return true;
      });
      dropped++;
    }
    return dropped;
  }

  /** Whether every event below a position is in a horizon. */
  private boolean isInFeed(long end) {
    Horizon last = new HorizonStore(database).last();
    if (last == null || last.unfinished()) {
      return false;
    }
    return !database
        .read(
            NOT_IN_FEED,
            row -> row.getBoolean(1),
            last.base(),
            end,
            last.until().endText(),
            last.until().running())
        .getFirst();
  }

  /** Whether the partition after the present one exists. */
  public boolean nextPartitionExists() {
    return database.read(NEXT_EXISTS, row -> row.getBoolean(1), PARTITION_POSITIONS).getFirst();
  }

  static LoggedEvent event(Row row) throws SQLException {
    return new LoggedEvent(
        row.getLong(1),
        row.getString(2),
        row.getLong(3),
        row.getInt(4),
        row.getInstant(5),
        row.getString(6),
        row.getBytes(7));
  }
}
