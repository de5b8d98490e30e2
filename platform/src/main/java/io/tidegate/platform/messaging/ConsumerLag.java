package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long the oldest event that a consumer has not done yet has waited: since it was committed, as
 * the feed's horizons tell, and not since what it tells of happened, which may be months ago.
 */
public final class ConsumerLag {

  /** Horizons that are looked through; what waits for longer waits since the first of them. */
  private static final int HORIZONS_MAX = 100_000;

  /** A look so old says for good what was done: no transaction of its time still runs. */
  private static final Duration SURE_AFTER = Duration.ofSeconds(15);

  /** Ranges of receipts that are looked at in one question. */
  private static final int RANGES_MAX = 64;

  private static final Sql BOUNDS =
      Sql.of(
          """
          select coalesce((select max(position) from messaging.log), 0),
            greatest(coalesce((select min(position) - 1 from messaging.log), 0),
              coalesce((select position from messaging.audited where consumer = ?), 0))
          """);

  /**
   * Whole ranges by two counts first: under load there are many events between what is settled and
   * the end, and hardly any of them waits.
   */
  private static final Sql FIRST =
      Sql.of(
          Receipts.suspects("l.position >= ? and l.position < ? and l.type = any(?::text[])", "")
              + """
              select min(e.position) from suspects s
              cross join lateral (
                select l.position from messaging.log l
                where l.position >= s.range * 8192 and l.position < (s.range + 1) * 8192
                  and l.position > ? and l.type = any(?::text[])
                  and not exists (
                    select 1 from messaging.receipt r
                    where r.consumer = ? and r.range = s.range
                      and get_bit(r.bits, (l.position % 8192)::int) = 1)
                  and not exists (
                    select 1 from messaging.dead_letter d
                    where d.consumer = ? and d.position = l.position and d.state <> 'retrying')
                order by l.position limit 1) e
              """);

  /** An event that no horizon has yet was committed just now. */
  private static final Sql SINCE =
      Sql.of(
          """
          with looked as (
            select first, last, at from messaging.horizon order by id desc limit ?
          )
          select case when ? <= (select max(last) from looked) then
              (extract(epoch from clock_timestamp() - coalesce(
                (select at from looked where first <= ? and last >= ? limit 1),
                (select min(at) from looked))) * 1000)::bigint
            else 0 end
          """);

  /** The log's end, and up to where everything is done for good. */
  private record Bounds(long top, long settled) {}

  private final Database database;
  private final String consumer;
  private final String[] types;
  private long doneUpTo;
  private long candidate;
  private long candidateNanos = System.nanoTime();

  /**
   * @param types what it hears
   */
  public ConsumerLag(Database database, String consumer, Set<String> types) {
    this.database = database;
    this.consumer = consumer;
    this.types = types.toArray(String[]::new);
  }

  /** Zero where nothing waits. Events that wait for a person don't count. */
  public synchronized Duration look() {
    Bounds bounds =
        database
            .read(BOUNDS, row -> new Bounds(row.getLong(1), row.getLong(2)), consumer)
            .getFirst();
    Long first = first(bounds);
    remember(first == null ? bounds.top() : first - 1);
    if (first == null) {
      return Duration.ZERO;
    }
    long millis =
        database.read(SINCE, row -> row.getLong(1), HORIZONS_MAX, first, first, first).getFirst();
    return Duration.ofMillis(Math.max(0, millis));
  }

  private @Nullable Long first(Bounds bounds) {
    long last = bounds.top() / Receipts.RANGE;
    long done = Math.max(doneUpTo, bounds.settled());
    for (long from = done / Receipts.RANGE; from <= last; from += RANGES_MAX) {
      long to = from + RANGES_MAX;
      Long first =
          database
              .read(
                  FIRST,
                  row -> Optional.ofNullable(row.getLongOrNull(1)),
                  from * Receipts.RANGE,
                  to * Receipts.RANGE,
                  types,
                  consumer,
                  from,
                  to - 1,
                  done,
                  types,
                  consumer,
                  consumer)
              .getFirst()
              .orElse(null);
      if (first != null) {
        return first;
      }
    }
    return null;
  }

  /** So that the same events are not looked through each time. */
  private void remember(long upTo) {
    long now = System.nanoTime();
    if (now - candidateNanos >= SURE_AFTER.toNanos()) {
      doneUpTo = candidate;
      candidate = upTo;
      candidateNanos = now;
    }
  }
}
