package io.tidegate.shop.flashsale;

import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.inventory.PoolStore;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Whether a sale has anything left, as pages show it: read when somebody asks, at most once a
 * second for all sales. It refuses nobody; a gate does.
 */
public final class SoldOut {

  private static final Duration FRESH = Duration.ofSeconds(1);

  private record Seen(Map<Long, Pool> pools, long atNanos) {}

  private final SaleBook book;
  private final Function<Collection<Long>, Map<Long, Pool>> pools;
  private final LongSupplier nanos;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Seen seen;

  public SoldOut(SaleBook book, PoolStore pools) {
    this(book, pools::find, System::nanoTime);
  }

  /**
   * @param nanos a clock like {@link System#nanoTime}
   */
  SoldOut(SaleBook book, Function<Collection<Long>, Map<Long, Pool>> pools, LongSupplier nanos) {
    this.book = book;
    this.pools = pools;
    this.nanos = nanos;
    this.seen = new Seen(Map.of(), nanos.getAsLong() - FRESH.toNanos());
  }

  /** Whether nothing of a warm sale was left within the last second, or when it could be read. */
  public boolean isGone(Sale sale) {
    Seen now = seen;
    // One reads; the others answer from what is known.
    if (nanos.getAsLong() - now.atNanos() >= FRESH.toNanos() && reading.tryLock()) {
      try {
        now = read();
      } finally {
        reading.unlock();
      }
    }
    if (sale.stage() != Stage.WARM) {
      return false;
    }
    Map<Long, Pool> known = now.pools();
    for (long pool : sale.pools()) {
      Pool there = known.get(pool);
      if (there == null || there.free() > 0) {
        return false; // what is not known yet is not gone
      }
    }
    return true;
  }

  private Seen read() {
    long at = nanos.getAsLong();
    Seen next =
        new Seen(
            pools.apply(
                book.all().stream()
                    .filter(sale -> sale.stage() == Stage.WARM)
                    .flatMap(sale -> sale.pools().stream())
                    .toList()),
            at);
    seen = next;
    return next;
  }
}
