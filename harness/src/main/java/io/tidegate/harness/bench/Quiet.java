package io.tidegate.harness.bench;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Waits until what loads left to the systems behind the shop is done, parcels and messages: the
 * next one would be measured beside it. Made before all loads: what is open then is none of theirs.
 */
final class Quiet {
  /** Calls that were stalled take half a minute to end, and then the parcels go their way. */
  static final Duration MAX = Duration.ofMinutes(2);

  private static final Duration POLL = Duration.ofMillis(50);

  private static final String OPEN =
      "select (select count(*) from fulfilment.shipment where next_step_at is not null)"
          + " + (select count(*) from notification.message"
          + " where state in ('recorded', 'sending', 'unknown'))";

  private final Supplier<Optional<Long>> open;
  private final Duration max;

  /** A system that runs may have some that waits. */
  private final long before;

  private long leftMost;
  private boolean unknown;

  /**
   * @param open how much is open, where that is told
   * @param max so long it is waited for
   */
  Quiet(Supplier<Optional<Long>> open, Duration max) {
    this.open = open;
    this.max = max;
    this.before = open.get().orElse(0L);
  }

  /** How much is open in the system behind this database. */
  static Optional<Long> open(DatabaseFigures database) {
    return database.number(OPEN);
  }

  /**
   * Returns how much is open still when no longer is waited, where that is told; unknown it is
   * waited for, too.
   */
  Optional<Long> await() throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      long look = System.nanoTime();
      Optional<Long> left = open.get().map(n -> Math.max(0, n - before));
      long now = System.nanoTime();
      boolean nothing = left.isPresent() && left.get() == 0;
      if (nothing || now - start >= max.toNanos()) {
        leftMost = Math.max(leftMost, left.orElse(0L));
        unknown |= left.isEmpty();
        return left;
      }
      // A look must not be what the system waits for.
      TimeUnit.NANOSECONDS.sleep(Math.max(POLL.toNanos(), 4 * (now - look)));
    }
  }

  /** The most that was open still after any wait; empty where that was not told of each. */
  Optional<Long> leftMost() {
    return unknown ? Optional.empty() : Optional.of(leftMost);
  }
}
