package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.ReceiptCheck.Published;
import io.tidegate.platform.messaging.ReceiptCheck.Span;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the log holds as of a moment, counted once for all consumers that have come as far as each
 * other. Belongs to one thread.
 */
final class LogLook {

  private static final Sql COUNTS =
      Sql.of(
          """
          select l.position / 8192, l.type, count(*) from messaging.log l
          where l.position > ? and l.position <= ?
            and (l.position <= ?
              or pg_visible_in_snapshot(l.xid, (select ?::text::pg_snapshot)))
          group by 1, 2
          """);
  private static final Sql UNPUBLISHED =
      Sql.of(
          """
          select min(position) from messaging.log
          where position > ? and position <= ? and position > ?
            and not pg_visible_in_snapshot(xid, (select ?::text::pg_snapshot))
          """);

  /** A range of receipts that events of a type lie in. */
  private record Place(long range, String type) {}

  private final Database database;
  private final Published published;
  private final Map<Span, Map<Place, Long>> counts = new HashMap<>();
  private final Map<Span, OptionalLong> unpublished = new HashMap<>();

  LogLook(Database database, Published published) {
    this.database = database;
    this.published = published;
  }

  Published published() {
    return published;
  }

  /**
   * As much of a span as was published without a gap. Of what lies behind a gap consumers may have
   * receipts that stand for no event as of this moment, so that no counts can be compared there.
   */
  Span whole(Span span) {
    OptionalLong open = unpublished.computeIfAbsent(span, this::unpublished);
    return open.isPresent() ? new Span(span.after(), open.getAsLong() - 1) : span;
  }

  /** How many events of these types lie in each range of a span that has some. */
  Map<Long, Long> byRange(Set<String> types, Span span) {
    Map<Long, Long> heard = new TreeMap<>();
    counts
        .computeIfAbsent(span, this::count)
        .forEach((place, count) -> {
          if (types.contains(place.type())) {
            heard.merge(place.range(), count, Long::sum);
          }
        });
    return heard;
  }

  /** How many events of these types lie in a span. */
  long heard(Set<String> types, Span span) {
    return byRange(types, span).values().stream().mapToLong(Long::longValue).sum();
  }

  private OptionalLong unpublished(Span span) {
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

  private Map<Place, Long> count(Span span) {
    Map<Place, Long> counted = new HashMap<>();
    database
        .writeOnce(tx ->
            tx.query(
                COUNTS,
                row -> Map.entry(new Place(row.getLong(1), row.getString(2)), row.getLong(3)),
                span.after(),
                span.last(),
                published.base(),
                published.snapshot().text()))
        .forEach(found -> counted.put(found.getKey(), found.getValue()));
    return counted;
  }
}
