package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.shop.kernel.OrderNumber;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What became of the pieces that sales have granted, for people who look. A sale is counted again
 * at most once a second, and the rarer the longer it takes: however many look at however large a
 * sale, counting takes no more than a small part of one session.
 */
public final class GrantCountStore {

  private static final Duration FRESH_MIN = Duration.ofSeconds(1);

  /** Of its time, one part is for counting and so many are not. */
  private static final int REST_PER_COUNT = 20;

  /** Sales that are kept; what nobody looks at goes first. */
  private static final int SALES_MAX = 64;

  static final Sql COUNT =
      Sql.of(
          """
          select g.sku, g.state, sum(g.quantity), max(g.order_number)
          from flashsale.grant g where g.sale = ?
          group by g.sku, g.state
          """);

  /**
   * Pieces of one SKU, by the state of their orders.
   *
   * @param last the last order that got some; null for none
   */
  public record Pieces(
      long held, long paid, long released, long refunded, @Nullable OrderNumber last) {

    public static final Pieces NONE = new Pieces(0, 0, 0, 0, null);

    /** All that were ever granted. */
    public long granted() {
      return held + paid + released + refunded;
    }

    /** Both together. */
    public Pieces plus(Pieces other) {
      OrderNumber mine = last;
      OrderNumber theirs = other.last;
      boolean later = mine == null || (theirs != null && theirs.compareTo(mine) > 0);
      return new Pieces(
          held + other.held,
          paid + other.paid,
          released + other.released,
          refunded + other.refunded,
          later ? theirs : mine);
    }

    private static Pieces of(GrantState state, long quantity, OrderNumber last) {
      return switch (state) {
        case HELD -> new Pieces(quantity, 0, 0, 0, last);
        case PAID -> new Pieces(0, quantity, 0, 0, last);
        case RELEASED -> new Pieces(0, 0, quantity, 0, last);
        case REFUNDED -> new Pieces(0, 0, 0, quantity, last);
      };
    }
  }

  private record Counted(Map<String, Pieces> bySku, long atNanos, long freshNanos) {
    boolean isFresh(long now) {
      return now - atNanos < freshNanos;
    }
  }

  private record Line(String sku, Pieces pieces) {}

  private final Database database;
  private final LongSupplier nanos;
  private final Map<Long, Counted> counted = new ConcurrentHashMap<>();

  public GrantCountStore(Database database) {
    this(database, System::nanoTime);
  }

  /**
   * @param nanos a clock like {@link System#nanoTime}
   */
  GrantCountStore(Database database, LongSupplier nanos) {
    this.database = database;
    this.nanos = nanos;
  }

  /** By SKU; without those of which nothing was granted. */
  public Map<String, Pieces> of(long sale) {
    long now = nanos.getAsLong();
    if (counted.size() > SALES_MAX) {
      counted.values().removeIf(each -> !each.isFresh(now));
    }
    return counted
        .compute(sale, (_, known) -> known != null && known.isFresh(now) ? known : count(sale))
        .bySku();
  }

  private Counted count(long sale) {
    long before = nanos.getAsLong();
    Map<String, Pieces> bySku = new HashMap<>();
    database
        .read(
            COUNT,
            row ->
                new Line(
                    row.getString(1),
                    Pieces.of(
                        GrantState.of(row.getString(2)),
                        row.getLong(3),
                        new OrderNumber(row.getLong(4)))),
            sale)
        .forEach(line -> bySku.merge(line.sku(), line.pieces(), Pieces::plus));
    long after = nanos.getAsLong();
    long fresh = Math.max(FRESH_MIN.toNanos(), (after - before) * REST_PER_COUNT);
    return new Counted(Map.copyOf(bySku), after, fresh);
  }
}
