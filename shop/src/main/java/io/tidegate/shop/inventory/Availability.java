package io.tidegate.shop.inventory;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Which SKUs can be had now, as pages show it: read when somebody asks, at most once a second. It
 * refuses no order; stock itself does.
 */
public final class Availability {

  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Seen(Set<String> soldOut, long atNanos) {}

  private final Supplier<Set<String>> soldOut;
  private final LongSupplier nanos;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Seen seen;

  public Availability(StockStore stock) {
    this(stock::soldOut, System::nanoTime);
  }

  /**
   * @param soldOut reads the SKUs of which nothing is available
   * @param nanos a clock like {@link System#nanoTime}
   */
  Availability(Supplier<Set<String>> soldOut, LongSupplier nanos) {
    this.soldOut = soldOut;
    this.nanos = nanos;
    this.seen = new Seen(Set.of(), nanos.getAsLong() - FRESH_NANOS);
  }

  /** Whether some of a SKU was available within the last second, or when it could be read last. */
  public boolean has(String sku) {
    Seen now = seen;
    // One reads; the others answer from what is known.
    if (nanos.getAsLong() - now.atNanos() >= FRESH_NANOS && reading.tryLock()) {
      try {
        now = read();
      } finally {
        reading.unlock();
      }
    }
    return !now.soldOut().contains(sku);
  }

  private Seen read() {
    Set<String> known = seen.soldOut();
    try {
      known = soldOut.get();
    } catch (RuntimeException _) {
      // Pages are shown while the database is away; who orders then is told.
    }
    Seen next = new Seen(known, nanos.getAsLong());
    seen = next;
    return next;
  }
}
