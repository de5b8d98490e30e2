package io.tidegate.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
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

  /**
   * A look that takes longer than that shows the one before it, unless that was begun longer ago
   * than this: who scrapes each minute, which is as seldom as is usual, still finds it.
   */
  static final Duration OLD_MAX = Duration.ofSeconds(90);

  /** As long as whoever wants a session waits for one: after it, no answer is an answer. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private final MeterRegistry meters;
  private final Supplier<T> look;
  private final @Nullable T unanswered;
  private final LongSupplier nanos;
  private @Nullable Look<T> latest;

  /** One look; a later one takes its place. */
  private record Look<T>(CompletableFuture<T> figures, long begunNanos, @Nullable Look<T> before) {
    Duration age(long nowNanos) {
      return Duration.ofNanos(nowNanos - begunNanos);
    }
  }

  Looked(MeterRegistry meters, Supplier<T> look) {
    this(meters, look, null, System::nanoTime);
  }

  /**
   * The same of what is said of in any case.
   *
   * @param unanswered what a look stands for that failed, or was begun {@link #ANSWER_MAX} ago
   */
  Looked(MeterRegistry meters, Supplier<T> look, @Nullable T unanswered, LongSupplier nanos) {
    this.meters = meters;
    this.look = look;
    this.unanswered = unanswered;
    this.nanos = nanos;
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
      T found = found(latest());
      return found == null ? Double.NaN : value.applyAsDouble(found);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Double.NaN;
    }
  }

  /** What it found, or what stands for it where it takes too long; null where nobody can tell. */
  private @Nullable T found(Look<T> now) throws InterruptedException {
    try {
      Duration left = WAIT_MAX.minus(now.age(nanos.getAsLong()));
      return now.figures().get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      long nowNanos = nanos.getAsLong();
      if (unanswered != null && now.age(nowNanos).compareTo(ANSWER_MAX) >= 0) {
        return unanswered;
      }
      Look<T> last = now.before();
      return last != null && last.age(nowNanos).compareTo(OLD_MAX) < 0
          ? last.figures().join()
          : null;
    } catch (ExecutionException _) {
      return unanswered;
    }
  }

  private synchronized Look<T> latest() {
    Look<T> now = latest;
    if (now == null || isOver(now)) {
      Look<T> before =
          now != null && !now.figures().isCompletedExceptionally()
              ? new Look<>(now.figures(), now.begunNanos(), null)
              : null;
      now =
          new Look<>(
              CompletableFuture.supplyAsync(look, Thread::startVirtualThread),
              nanos.getAsLong(),
              before);
      latest = now;
    }
    return now;
  }

  private boolean isOver(Look<T> look) {
    return look.figures().isDone() && look.age(nanos.getAsLong()).compareTo(LOOK_EVERY) >= 0;
  }
}
