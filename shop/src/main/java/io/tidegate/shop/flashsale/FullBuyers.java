package io.tidegate.shop.flashsale;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Customers who have all that one may have, for a moment: whoever tries again at once is answered
 * from memory, and not for so long that a closed order of his would not count.
 */
final class FullBuyers {

  static final Duration KEPT = Duration.ofSeconds(1);

  /** More than that are asked of the database again. */
  private static final int BUYERS_MAX = 50_000;

  private final ConcurrentHashMap<Holding, Long> full = new ConcurrentHashMap<>();

  void add(long sale, String sku, long userId, long nowNanos) {
    if (full.mappingCount() >= BUYERS_MAX) {
      full.values().removeIf(at -> isOver(at, nowNanos));
    }
    if (full.mappingCount() < BUYERS_MAX) {
      full.put(new Holding(sale, sku, userId), nowNanos);
    }
  }

  boolean has(long sale, String sku, long userId, long nowNanos) {
    Holding buyer = new Holding(sale, sku, userId);
    Long at = full.get(buyer);
    if (at != null && isOver(at, nowNanos)) {
      full.remove(buyer, at);
      return false;
    }
    return at != null;
  }

  private static boolean isOver(long at, long nowNanos) {
    return nowNanos - at >= TimeUnit.MILLISECONDS.toNanos(KEPT.toMillis());
  }
}
