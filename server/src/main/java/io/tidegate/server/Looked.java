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
  private static final Duration WAIT_MAX = Duration.ofMillis(500);

  private final MeterRegistry meters;
  private final Supplier<T> look;
  private @Nullable CompletableFuture<T> looking;
  private long begunNanos;

  Looked(MeterRegistry meters, Supplier<T> look) {
    this.meters = meters;
    this.look = look;
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
      return value.applyAsDouble(latest().get(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException _) {
      return Double.NaN;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Double.NaN;
    }
  }

  private synchronized CompletableFuture<T> latest() {
    CompletableFuture<T> now = looking;
    if (now == null || now.isDone() && System.nanoTime() - begunNanos >= LOOK_EVERY.toNanos()) {
      begunNanos = System.nanoTime();
      now = CompletableFuture.supplyAsync(look, Thread::startVirtualThread);
      looking = now;
    }
    return now;
  }
}
