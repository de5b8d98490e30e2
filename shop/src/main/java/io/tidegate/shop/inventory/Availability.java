package io.tidegate.shop.inventory;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Which SKUs can be had now, as pages show it: read when somebody asks, at most once a second and
 * once for each revision of the goods, so that a new SKU is not for sale before it has stock. It
 * refuses no order; stock itself does.
 */
public final class Availability {

  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Seen(Set<String> soldOut, long revision, long atNanos) {}

  private final Supplier<Set<String>> soldOut;
  private final LongSupplier revision;
  private final LongSupplier nanos;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Seen seen;

  /**
   * @param revision of the goods as this node knows them
   */
  public Availability(StockStore stock, LongSupplier revision) {
    this(stock::soldOut, revision, System::nanoTime);
  }

  /**
   * @param soldOut reads the SKUs of which nothing is available
   * @param nanos a clock like {@link System#nanoTime}
   */
  Availability(Supplier<Set<String>> soldOut, LongSupplier revision, LongSupplier nanos) {
    this.soldOut = soldOut;
    this.revision = revision;
    this.nanos = nanos;
    this.seen = new Seen(Set.of(), revision.getAsLong(), nanos.getAsLong() - FRESH_NANOS);
  }

  /** Whether some of a SKU was available within the last second, or when it could be read last. */
  public boolean has(String sku) {
    Seen now = seen;
    if (now.revision() != revision.getAsLong()) {
      now = readRevision();
    }
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

  /** Everybody waits for it: what is known says nothing of goods that came since. */
  private Seen readRevision() {
    reading.lock();
    try {
      Seen now = seen;
      return now.revision() == revision.getAsLong() ? now : read();
    } finally {
      reading.unlock();
    }
  }

  private Seen read() {
    Set<String> known = seen.soldOut();
    long of = revision.getAsLong(); // before stock: what comes while it is read is read again
    try {
      known = soldOut.get();
    } catch (RuntimeException _) {
      // Pages are shown while the database is away; who orders then is told.
    }
    Seen next = new Seen(known, of, nanos.getAsLong());
    seen = next;
    return next;
  }
}
