package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * The difference between two snapshots of the log: events that the later one sees and the earlier
 * one did not, in order of position.
 *
 * <p>Neither a cursor over positions (it skips late commits) nor a horizon of the oldest
 * transaction (it waits for any long writer, and can reverse two events of one key) would do.
 */
final class LogReader {

  /** Two arms, since an OR could not use the index on xid. */
  static final String NEW =
      """
      (select xid, %1$s from messaging.log where xid >= ?::text::xid8 and xid < ?::text::xid8
       union all
       select xid, %1$s from messaging.log where xid = any(?::text[]::xid8[])) e
      where position > ? and pg_visible_in_snapshot(xid, (select ?::text::pg_snapshot))
      """;

  private static final Sql SOME =
      Sql.of(
          "select " + EventLog.COLUMNS + " from " + NEW.formatted(EventLog.COLUMNS) + " limit ?");
  private static final Sql FIRST = Sql.of("select min(position) from " + NEW.formatted("position"));
  private static final Sql PAGE =
      Sql.of(
          "select "
              + EventLog.COLUMNS
              + """
               from messaging.log
              where position > ? and (xid >= ?::text::xid8 or xid = any(?::text[]::xid8[]))
                and pg_visible_in_snapshot(xid, (select ?::text::pg_snapshot))
              order by position limit ?
              """);
  private static final Sql BETWEEN =
      Sql.of(
          "select "
              + EventLog.COLUMNS
              + " from messaging.log where position > ? and position <= ?"
              + " order by position limit ?");
  private static final Sql NOW = Sql.of("select pg_current_snapshot()::text");

  private final Database database;

  LogReader(Database database) {
    this.database = database;
  }

  Snapshot now() {
    return database.read(NOW, row -> Snapshot.parse(row.getString(1))).getFirst();
  }

  /** At most {@code limit} events of the difference; all of them in order when fewer came. */
  List<LoggedEvent> some(Snapshot from, Snapshot to, long base, int limit) {
    List<LoggedEvent> events =
        database.writeOnce(tx ->
            tx.query(
                SOME,
                EventLog::event,
                from.endText(),
                to.endText(),
                from.running(),
                base,
                to.text(),
                limit));
    return events.stream().sorted(Comparator.comparingLong(LoggedEvent::position)).toList();
  }

  /** The first position of the difference. */
  OptionalLong first(Snapshot from, Snapshot to, long base) {
    return database
        .writeOnce(tx ->
            tx.query(
                FIRST,
                row -> {
                  Long first = row.getLongOrNull(1);
                  return first == null ? OptionalLong.empty() : OptionalLong.of(first);
                },
                from.endText(),
                to.endText(),
                from.running(),
                base,
                to.text()))
        .getFirst();
  }

  /** The next events of the difference after a position, in order. */
  List<LoggedEvent> page(Snapshot from, Snapshot to, long after, int limit) {
    return database.writeOnce(tx ->
        tx.query(PAGE, EventLog::event, after, from.endText(), from.running(), to.text(), limit));
  }

  /** All events of a span of positions, in order. */
  List<LoggedEvent> between(long after, long last, int limit) {
    return database.writeOnce(tx -> tx.query(BETWEEN, EventLog::event, after, last, limit));
  }
}
