package io.tidegate.server.probe;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.LaneRefusal;
import io.tidegate.server.cli.Failure;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.PlaceOrder;
import io.tidegate.shop.ordering.Placed;
import io.tidegate.shop.ordering.Placing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Callers who wait for their answer each before they order again. */
final class Callers {
  private static final long LATENCY_MICROS_MAX = 600_000_000;

  /** With more of these something is wrong that more tries don't mend. */
  private static final long FAILURES_MAX = 1_000;

  private final Placing placing;
  private final PlaceWishes wishes;
  private final int count;
  private final SplittableRandom seeds = new SplittableRandom(1);

  /**
   * What became of the orders of a while.
   *
   * @param refused out of stock, not for sale
   * @param failed not run, or not answered
   */
  record Tally(long placed, long refused, long failed, Duration elapsed, Histogram micros) {
    double perSecond() {
      return placed / (elapsed.toNanos() / 1e9);
    }
  }

  Callers(Placing placing, PlaceWishes wishes, int count) {
    this.placing = placing;
    this.wishes = wishes;
    this.count = count;
  }

  /** Orders until the time is over, and waits for the last answers. */
  Tally orderFor(Duration length) throws InterruptedException {
    While all = new While(System.nanoTime() + length.toNanos());
    long begun = System.nanoTime();
    List<Thread> threads = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      SplittableRandom random = seeds.split();
      threads.add(Thread.ofVirtual().name("caller-" + i).start(() -> all.call(random)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
    RuntimeException failure = all.failure.get();
    if (failure != null && all.failed.sum() >= FAILURES_MAX) {
      throw new Failure("the lane fails: " + failure.getMessage(), failure);
    }
    return new Tally(all.placed.sum(), all.refused.sum(), all.failed.sum(), elapsed, all.micros);
  }

  private final class While {
    private final long end;
    private final LongAdder placed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final ConcurrentHistogram micros = new ConcurrentHistogram(LATENCY_MICROS_MAX, 3);

    While(long end) {
      this.end = end;
    }

    void call(SplittableRandom random) {
      while (System.nanoTime() - end < 0 && failed.sum() < FAILURES_MAX) {
        PlaceOrder wish = wishes.next(random);
        long begun = System.nanoTime();
        try {
          Outcome<Placed, PlaceOrder.Refusal> outcome = placing.place(wish);
          micros.recordValue((System.nanoTime() - begun) / 1_000);
          switch (outcome) {
            case Outcome.Applied<Placed, PlaceOrder.Refusal> _ -> placed.increment();
            case Outcome.AlreadyApplied<Placed, PlaceOrder.Refusal> _ ->
                throw new IllegalStateException("a key of its own was known");
            case Outcome.Refused<Placed, PlaceOrder.Refusal> _ -> refused.increment();
          }
        } catch (LaneRefusal | DatabaseFailure e) {
          failed.increment();
          failure.compareAndSet(null, e);
        }
      }
    }
  }
}
