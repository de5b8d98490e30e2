package io.tidegate.platform.db;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.IntSupplier;

/** What a lane tells of itself: queue, batch size, wait, load, decide, save, commit. */
public final class LaneMetrics {

  private static final double[] PERCENTILES = {0.5, 0.99};

  private final MeterRegistry registry;
  private final String lane;
  private final DistributionSummary batchCommands;
  private final Timer wait;
  private final Timer load;
  private final Timer decide;
  private final Timer save;
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
            .description("Commands of a batch")
            .tag("lane", lane)
            .publishPercentiles(PERCENTILES)
            .register(registry);
    this.wait = timer("wait", "How long a batch's first command waited in the queue");
    this.load =
        timer("load", "Reading and locking what a batch touches; nothing where it goes first");
    this.decide = timer("decide", "Deciding a batch's commands, in memory");
    this.save = timer("save", "Making a batch's statements and arrays, in memory");
    this.commit =
        timer(
            "commit",
            "The one round trip in which the database runs a batch's statements and commits them;"
                + " its parts can't be told apart from here");
    this.full = counter("full", "Commands refused since the queue was full");
    this.expired = counter("expired", "Commands refused since they waited past their deadline");
    this.thrownBack = counter("thrown.back", "Batches without load that the database threw back");
    this.retried = counter("retried", "Further tries of batches");
    this.split = counter("split", "Batches that were halved to find a culprit");
  }

  void queue(IntSupplier size) {
    Gauge.builder("tidegate.lane.queue", size, IntSupplier::getAsInt)
        .description("Commands that wait")
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

  void steps(long loadNanos, long decideNanos, long saveNanos, long commitNanos) {
    load.record(Duration.ofNanos(loadNanos));
    decide.record(Duration.ofNanos(decideNanos));
    save.record(Duration.ofNanos(saveNanos));
    commit.record(Duration.ofNanos(commitNanos));
  }

  private Timer timer(String step, String description) {
    return Timer.builder("tidegate.lane." + step)
        .description(description)
        .tag("lane", lane)
        .publishPercentiles(PERCENTILES)
        .register(registry);
  }

  private Counter counter(String what, String description) {
    return Counter.builder("tidegate.lane." + what)
        .description(description)
        .tag("lane", lane)
        .register(registry);
  }
}
