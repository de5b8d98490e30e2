package io.tidegate.harness.bench;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Waits until what a load left to the systems behind the shop is done, parcels and messages: the
 * next one would be measured beside it.
 */
final class Quiet {
  /** Calls that were stalled take half a minute to end, and then the parcels go their way. */
  private static final Duration MAX = Duration.ofMinutes(2);

  private static final Duration POLL = Duration.ofMillis(50);

  private static final String OPEN =
      "select (select count(*) from fulfilment.shipment where next_step_at is not null)"
          + " + (select count(*) from notification.message"
          + " where state in ('recorded', 'sending', 'unknown'))";

  private final Supplier<Optional<Long>> open;
  private final Duration max;

  /** What was open before any load: a system that runs may have some that waits. */
  private final long before;

  private long leftMost;
  private boolean unknown;

  /** Of the system behind this database. */
  Quiet(DatabaseFigures database) {
    this(() -> database.number(OPEN), MAX);
  }

  /** The same for what is told to be open, with a limit. */
  Quiet(Supplier<Optional<Long>> open, Duration max) {
    this.open = open;
    this.max = max;
    this.before = open.get().orElse(0L);
  }

  /**
   * Returns how much is open still when no longer is waited, -1 where that is not told; unknown it
   * is waited for, too.
   */
  long await() throws InterruptedException {
    long start = System.nanoTime();
    long left = -1;
    while (left != 0) {
      long look = System.nanoTime();
      left = open.get().map(n -> Math.max(0, n - before)).orElse(-1L);
      long now = System.nanoTime();
      if (now - start >= max.toNanos()) {
        break;
      }
      if (left != 0) {
        // A look must not be what the system waits for.
        TimeUnit.NANOSECONDS.sleep(Math.max(POLL.toNanos(), 4 * (now - look)));
      }
    }
    leftMost = Math.max(leftMost, left);
    unknown |= left < 0;
    return left;
  }

  /** The most that was open still after any wait; -1 where that was not told. */
  long leftMost() {
    return unknown ? -1 : leftMost;
  }
}
