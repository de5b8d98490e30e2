package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Compares the log with a consumer's receipts. Whole ranges by two counts, since a count costs a
 * tenth of a look at each event; edges, and ranges whose counts differ, event by event.
 */
final class ReceiptCheck {

  /** Positions of which some may have no receipt. */
  record Span(long after, long last) {}

  /** A comparison's scope: published by this snapshot, or from another cluster's time. */
  record Published(Snapshot snapshot, long base) {}

  private static final String HEARD =
      """
      l.position > ? and l.position <= ? and l.type = any(?::text[])
        and (l.position <= ? or pg_visible_in_snapshot(l.xid, ?::text::pg_snapshot))
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
              + " and "
              + Receipts.NONE
              + NOT_PARKED
              + " order by position limit ?");
  private static final Sql DIFFERENT =
      Sql.of(Receipts.suspects(HEARD, "") + "select range from suspects order by range");
  private static final Sql COUNT = Sql.of("select count(*) from messaging.log l where " + HEARD);
  private static final Sql PARKED =
      Sql.of(
          """
          select count(*) from messaging.dead_letter
          where consumer = ? and position <= ? and state <> 'discarded'
          """);
  private static final Sql UNPUBLISHED =
      Sql.of(
          """
          select min(position) from messaging.log
          where position > ? and position <= ? and position > ?
            and not pg_visible_in_snapshot(xid, ?::text::pg_snapshot)
          """);

  private final Database database;

  ReceiptCheck(Database database) {
    this.database = database;
  }

  /** Events of a span without receipt that nobody has parked, in order. */
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
            consumer,
            limit));
  }

  /** The parts of a span that have to be looked at event by event. */
  List<Span> suspects(String consumer, Set<String> types, Span span, Published published) {
    long firstWhole = Math.ceilDiv(span.after() + 1, Receipts.RANGE);
    long endWhole = (span.last() + 1) / Receipts.RANGE;
    List<Span> suspects = new ArrayList<>();
    if (firstWhole >= endWhole) {
      suspects.add(span);
      return suspects;
    }
    long wholeAfter = firstWhole * Receipts.RANGE - 1;
    long wholeLast = endWhole * Receipts.RANGE - 1;
    if (wholeAfter > span.after()) {
      suspects.add(new Span(span.after(), wholeAfter));
    }
    for (long range : different(consumer, types, new Span(wholeAfter, wholeLast), published)) {
      suspects.add(new Span(range * Receipts.RANGE - 1, (range + 1) * Receipts.RANGE - 1));
    }
    if (span.last() > wholeLast) {
      suspects.add(new Span(wholeLast, span.last()));
    }
    return suspects;
  }

  private List<Long> different(
      String consumer, Set<String> types, Span whole, Published published) {
    return database.writeOnce(tx ->
        tx.query(
            DIFFERENT,
            row -> row.getLong(1),
            whole.after(),
            whole.last(),
            types.toArray(String[]::new),
            published.base(),
            published.snapshot().text(),
            consumer,
            (whole.after() + 1) / Receipts.RANGE,
            whole.last() / Receipts.RANGE));
  }

  /** How many events of a span a consumer hears. */
  long heard(Set<String> types, Span span, Published published) {
    return database
        .writeOnce(tx ->
            tx.query(
                COUNT,
                row -> row.getLong(1),
                span.after(),
                span.last(),
                types.toArray(String[]::new),
                published.base(),
                published.snapshot().text()))
        .getFirst();
  }

  long parked(String consumer, long last) {
    return database.read(PARKED, row -> row.getLong(1), consumer, last).getFirst();
  }

  /** The first position of a span whose event was not published by then. */
  OptionalLong unpublished(Span span, Published published) {
    return database
        .writeOnce(tx ->
            tx.query(
                UNPUBLISHED,
                row -> {
                  Long first = row.getLongOrNull(1);
                  return first == null ? OptionalLong.empty() : OptionalLong.of(first);
                },
                span.after(),
                span.last(),
                published.base(),
                published.snapshot().text()))
        .getFirst();
  }
}
