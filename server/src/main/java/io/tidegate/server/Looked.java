package io.tidegate.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Figures that are looked up when somebody reads them, at most every few seconds and all together:
 * readers of metrics come often, and must not wait for a database that is away.
 *
 * @param <T> the figures of one look
 */
final class Looked<T> {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /** From a look's begin, however many of its figures are read: a reader of all waits once. */
  private static final Duration WAIT_MAX = Duration.ofMillis(500);

  /** A look that takes longer than that shows the one before it, unless that is older than this. */
  private static final Duration OLD_MAX = Duration.ofSeconds(30);

  private final MeterRegistry meters;
  private final Supplier<T> look;
  private final Duration oldMax;
  private @Nullable Look<T> latest;

  /** One look; a later one takes its place. */
  private record Look<T>(CompletableFuture<T> figures, long begunNanos, @Nullable Look<T> before) {

    Duration age() {
      return Duration.ofNanos(System.nanoTime() - begunNanos);
    }

    boolean isOver() {
      return figures.isDone() && age().compareTo(LOOK_EVERY) >= 0;
    }

    /** What it found, or the one before it where it takes too long; null where nobody can tell. */
    @Nullable T found(Duration oldMax) throws InterruptedException {
      try {
        Duration left = WAIT_MAX.minus(age());
        return figures.get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        Look<T> last = before;
        return last != null && last.age().compareTo(oldMax) < 0 ? last.figures.join() : null;
      } catch (ExecutionException _) {
        return null;
      }
    }
  }

  Looked(MeterRegistry meters, Supplier<T> look) {
    this(meters, look, OLD_MAX);
  }

  /**
   * The same of what may be as old as that where a look takes long.
   *
   * @param oldMax zero: what it is now, or no number
   */
  Looked(MeterRegistry meters, Supplier<T> look, Duration oldMax) {
    this.meters = meters;
    this.look = look;
    this.oldMax = oldMax;
  }

  /**
   * Registers a figure; it is not a number while it can't be had.
   *
   * @param tags names and values in turn
   */
  void gauge(String name, String what, ToDoubleFunction<T> value, String... tags) {
    Gauge.builder(name, this, looked -> looked.read(value))
        .strongReference(true)
        .description(what)
        .tags(tags)
        .register(meters);
  }

  private double read(ToDoubleFunction<T> value) {
    try {
      T found = latest().found(oldMax);
      return found == null ? Double.NaN : value.applyAsDouble(found);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Double.NaN;
    }
  }

  private synchronized Look<T> latest() {
    Look<T> now = latest;
    if (now == null || now.isOver()) {
      Look<T> before =
          now != null && !now.figures().isCompletedExceptionally()
              ? new Look<>(now.figures(), now.begunNanos(), null)
              : null;
      now =
          new Look<>(
              CompletableFuture.supplyAsync(look, Thread::startVirtualThread),
              System.nanoTime(),
              before);
      latest = now;
    }
    return now;
  }
}
