package io.tidegate.platform.db;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.IntSupplier;

/** What a lane tells of itself: queue, batch size, wait, load, decide, save with commit. */
public final class LaneMetrics {

  private static final double[] PERCENTILES = {0.5, 0.99};

  private final MeterRegistry registry;
  private final String lane;
  private final DistributionSummary batchCommands;
  private final Timer wait;
  private final Timer load;
  private final Timer decide;
  private final Timer commit;
  private final Counter full;
  private final Counter expired;
  private final Counter thrownBack;
  private final Counter retried;
  private final Counter split;

  public LaneMetrics(MeterRegistry registry, String lane) {
    this.registry = registry;
    this.lane = lane;
    this.batchCommands =
        DistributionSummary.builder("tidegate.lane.batch.commands")
            .tag("lane", lane)
            .publishPercentiles(PERCENTILES)
            .register(registry);
    this.wait = timer("tidegate.lane.wait");
    this.load = timer("tidegate.lane.load");
    this.decide = timer("tidegate.lane.decide");
    this.commit = timer("tidegate.lane.commit");
    this.full = counter("tidegate.lane.full");
    this.expired = counter("tidegate.lane.expired");
    this.thrownBack = counter("tidegate.lane.thrown.back");
    this.retried = counter("tidegate.lane.retried");
    this.split = counter("tidegate.lane.split");
  }

  void queue(IntSupplier size) {
    Gauge.builder("tidegate.lane.queue", size, IntSupplier::getAsInt)
        .tag("lane", lane)
        .strongReference(true)
        .register(registry);
  }

  void full() {
    full.increment();
  }

  void expired() {
    expired.increment();
  }

  void thrownBack() {
    thrownBack.increment();
  }

  void retried() {
    retried.increment();
  }

  void split() {
    split.increment();
  }

  void batch(int commands, long waitedNanos) {
    batchCommands.record(commands);
    wait.record(Duration.ofNanos(waitedNanos));
  }

  void steps(long loadNanos, long decideNanos, long commitNanos) {
    load.record(Duration.ofNanos(loadNanos));
    decide.record(Duration.ofNanos(decideNanos));
    commit.record(Duration.ofNanos(commitNanos));
  }

  private Timer timer(String name) {
    return Timer.builder(name).tag("lane", lane).publishPercentiles(PERCENTILES).register(registry);
  }

  private Counter counter(String name) {
    return Counter.builder(name).tag("lane", lane).register(registry);
  }
}
