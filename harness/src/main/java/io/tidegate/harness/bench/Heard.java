package io.tidegate.harness.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * What a follower heard, and how late: from the event's own time, which is read before its
 * transaction commits, to its arrival. So the commit is part of the lag.
 */
final class Heard {
  private static final long LAG_MICROS_MAX = Duration.ofHours(1).toNanos() / 1_000;
  private static final int DIGITS = 3;

  private final Histogram lag = new Histogram(LAG_MICROS_MAX, DIGITS);
  private final Set<String> ids = new HashSet<>();
  private Instant since = Instant.MAX;
  private long twice;

  /** From now on counts what happens from this time on; before, nothing counts. */
  synchronized void only(Instant from) {
    since = from;
  }

  /** Notes an arrival. */
  synchronized void event(String id, Instant time, Instant arrived) {
    if (time.isBefore(since)) {
      return;
    }
    if (!ids.add(id)) {
      twice++;
      return;
    }
    long micros = ChronoUnit.MICROS.between(time, arrived);
    lag.recordValue(Math.clamp(micros, 0, LAG_MICROS_MAX));
    notifyAll();
  }

  synchronized long events() {
    return ids.size();
  }

  synchronized long twice() {
    return twice;
  }

  synchronized Histogram lagMicros() {
    return lag.copy();
  }

  /** Waits until so many were heard, a bounded time; the report says how many came. */
  synchronized void await(long wanted, Duration most) throws InterruptedException {
    long until = System.nanoTime() + most.toNanos();
    long left = until - System.nanoTime();
    while (ids.size() < wanted && left > 0) {
      wait(Math.max(1, left / 1_000_000));
      left = until - System.nanoTime();
    }
  }
}
