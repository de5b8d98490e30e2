package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares the log with a consumer's receipts. Whole ranges by two counts, since a count costs a
 * tenth of a look at each event; edges, and ranges whose counts differ, event by event.
 */
final class ReceiptCheck {

  /** Positions of which some may have no receipt. */
  record Span(long after, long last) {

    boolean isEmpty() {
      return last <= after;
    }

    long length() {
      return last - after;
    }

    /** What of it lies in a range. */
    Span within(long range) {
      return new Span(
          Math.max(after, range * Receipts.RANGE - 1),
          Math.min(last, (range + 1) * Receipts.RANGE - 1));
    }
  }

  /** A comparison's scope: published by this snapshot, or from another cluster's time. */
  record Published(Snapshot snapshot, long base) {}

  private static final String HEARD =
      """
      l.position > ? and l.position <= ? and l.type = any(?::text[])
        and (l.position <= ? or pg_visible_in_snapshot(l.xid, (select ?::text::pg_snapshot)))
      """;
  private static final String NOT_PARKED =
      """
       and not exists (
        select 1 from messaging.dead_letter d
        where d.consumer = ? and d.position = l.position and d.state <> 'discarded')
      """;
  private static final Sql MISSING =
      Sql.of(
          "select "
              + EventLog.COLUMNS
              + " from messaging.log l where "
              + HEARD
              + """
                 and coalesce(get_bit(
                   (select bit_or(bits) from messaging.receipt where consumer = ? and range = ?),
                   (l.position % 8192)::int), 0) = 0
              """
              + NOT_PARKED
              + " order by position limit ?");
  private static final Sql DONE =
      Sql.of(
          """
          select range, bit_count(bit_or(bits)) from messaging.receipt
          where consumer = ? and range between ? and ? group by range
          """);
  private static final Sql PARKED =
      Sql.of(
          """
          select count(*) from messaging.dead_letter
          where consumer = ? and position <= ? and state <> 'discarded'
          """);
  private final Database database;

  ReceiptCheck(Database database) {
    this.database = database;
  }

  /**
   * Events without receipt that nobody has parked, in order.
   *
   * @param span within one range of receipts
   */
  List<LoggedEvent> missing(
      String consumer, Set<String> types, Span span, Published published, int limit) {
    return database.writeOnce(tx ->
        tx.query(
            MISSING,
            EventLog::event,
            span.after(),
            span.last(),
            types.toArray(String[]::new),
            published.base(),
            published.snapshot().text(),
            consumer,
            span.last() / Receipts.RANGE,
            consumer,
            limit));
  }

  /**
   * The parts of a span that have to be looked at event by event, each within a range, in order:
   * where the span ends within a range, and where there are not as many receipts as events that the
   * consumer hears. (There are more where it heard other types once.)
   *
   * @param span without what was not published, as {@link LogLook#whole}
   */
  List<Span> suspects(String consumer, Set<String> types, Span span, LogLook look) {
    if (span.isEmpty()) {
      return List.of();
    }
    Map<Long, Long> done = new HashMap<>();
    database
        .writeOnce(tx ->
            tx.query(
                DONE,
                row -> Map.entry(row.getLong(1), row.getLong(2)),
                consumer,
                (span.after() + 1) / Receipts.RANGE,
                span.last() / Receipts.RANGE))
        .forEach(range -> done.put(range.getKey(), range.getValue()));
    List<Span> suspects = new ArrayList<>();
    look.byRange(types, span)
        .forEach((range, heard) -> {
          Span part = span.within(range);
          if (part.length() < Receipts.RANGE || !heard.equals(done.get(range))) {
            suspects.add(part);
          }
        });
    return suspects;
  }

  long parked(String consumer, long last) {
    return database.read(PARKED, row -> row.getLong(1), consumer, last).getFirst();
  }
}
