package io.tidegate.platform.clock;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The time of the program: a monotonic counter plus an offset measured against the database.
 *
 * <p>Until {@link #offsetFrom} was called once it shows the machine's own time, which may be
 * minutes off; the first measurement puts it right in one step, so a program measures before it
 * does anything else. Every later correction leaves it monotonic: forwards it steps, backwards it
 * runs at half speed until the difference is gone.
 */
public final class Clock implements InstantSource {
  /** Samples of one measurement; the one with the smallest round trip counts. */
  static final int SAMPLES = 5;

  /** A correction begins this much later, so that no reader can still hold the line before it. */
  static final Duration CORRECTION_DELAY = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private volatile Line line;
  private boolean measured;

  Clock(LongSupplier nanoTime, Instant start) {
    this.nanoTime = nanoTime;
    this.line = new Line(nanoTime.getAsLong(), nanosOf(start), 0, 0);
  }

  /** The clock of this machine, not measured yet. */
  public static Clock system() {
    return new Clock(System::nanoTime, Instant.now());
  }

  /** This moment, cut to milliseconds. */
  public Instant now() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public Instant instant() {
    return now();
  }

  /** This moment in milliseconds since 1970-01-01T00:00:00Z. */
  @Override
  public long millis() {
    return TimeUnit.NANOSECONDS.toMillis(epochNanos());
  }

  private long epochNanos() {
    // The counter is read before the line: whoever still gets the old line has a moment at which
    // the new one says the same.
    long moment = nanoTime.getAsLong();
    return line.at(moment);
  }

  /**
   * Measures the offset against the database and corrects this clock by it.
   *
   * @param databaseNow asks the database for {@code clock_timestamp()}; called {@value #SAMPLES}
   *     times
   * @return how far this clock was behind the database (negative: ahead), before the correction
   */
  public synchronized Duration offsetFrom(Supplier<Instant> databaseNow) {
    Sample best = sample(databaseNow);
    for (int i = 1; i < SAMPLES; i++) {
      Sample next = sample(databaseNow);
      best = next.roundTripNanos() < best.roundTripNanos() ? next : best;
    }
    long behind = best.epochNanos() - line.at(best.middle());
    correct(best, behind);
    return Duration.ofNanos(behind);
  }

  private Sample sample(Supplier<Instant> databaseNow) {
    long sent = nanoTime.getAsLong();
    Instant told = databaseNow.get();
    long received = nanoTime.getAsLong();
    return new Sample(sent + (received - sent) / 2, received - sent, nanosOf(told));
  }

  private void correct(Sample sample, long behind) {
    long moment = nanoTime.getAsLong();
    if (!measured) {
      measured = true;
      line = new Line(sample.middle(), sample.epochNanos(), 0, 0);
      return;
    }
    boolean noise = Math.abs(behind) <= sample.roundTripNanos() / 2;
    if (noise || !line.settled(moment)) {
      return;
    }
    long from = moment + CORRECTION_DELAY.toNanos();
    long at = line.at(from);
    line = behind > 0 ? new Line(from, at, behind, 0) : new Line(from, at, 0, -2 * behind);
  }

  private static long nanosOf(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }

  /** The database's time at the middle of one round trip. */
  private record Sample(long middle, long roundTripNanos, long epochNanos) {}

  /**
   * Time as a function of the counter: full speed up to {@code from}; then a step forward, or half
   * speed for {@code slowNanos}; then full speed again.
   */
  private record Line(long from, long epochNanos, long stepNanos, long slowNanos) {
    long at(long moment) {
      long since = moment - from;
      if (since <= 0) {
        return epochNanos + since;
      }
      return epochNanos + since + stepNanos - Math.min(since, slowNanos) / 2;
    }

    boolean settled(long moment) {
      return moment - from >= slowNanos;
    }
  }
}
