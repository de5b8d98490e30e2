package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Loads of orders, of which some are paid, on one system whose providers fall ill. */
final class FaultsRound implements FaultsTurns.Steps {
  private static final Duration SETTLE = Duration.ofSeconds(2);

  /** Circuits that have opened try again after 5 s. */
  private static final Duration HEAL = Duration.ofSeconds(8);

  private final Bench bench;
  private final Paying paying;
  private final JourneyTraffic.Mix mix;
  private final Meter meter;
  private final Faults faults;
  private final Struck stalled = new Struck(Faults.ALL);
  private final Struck failing = new Struck(Faults.ALL);
  private final List<Tally> loads = new ArrayList<>();
  private JourneyTraffic all;
  private @Nullable Ran last;
  private @Nullable Ran lastStalled;

  /** What a load came to. */
  record Ran(Tally tally, JourneyTraffic traffic) {
    /** Of placing alone: who pays waits for the provider. */
    double p99() {
      return ResultJson.p99(tally.kind("place").all());
    }
  }

  /**
   * @param mix what becomes of the orders
   */
  FaultsRound(Bench bench, Paying paying, JourneyTraffic.Mix mix, Meter meter, Faults faults) {
    this.bench = bench;
    this.paying = paying;
    this.mix = mix;
    this.meter = meter;
    this.faults = faults;
    this.all = paying.journey(mix, 1);
  }

  /** What all loads came to. */
  JourneyTraffic all() {
    return all;
  }

  List<Tally> loads() {
    return List.copyOf(loads);
  }

  /** The last load that was put on stalled providers. */
  Ran lastStalled() {
    return Objects.requireNonNull(lastStalled, "no load was stalled");
  }

  /** What has met providers at 30 s. */
  Struck stalled() {
    return stalled;
  }

  /** What has met failing ones. */
  Struck failing() {
    return failing;
  }

  @Override
  public Optional<Long> open() {
    return Quiet.Kind.ALL.open(meter.database());
  }

  @Override
  public boolean drain() throws InterruptedException {
    return meter.drain().isPresent();
  }

  @Override
  public double load(String phase, Duration length) throws IOException, BenchFailure {
    JourneyTraffic traffic = paying.journey(mix, 1);
    Tally tally = paying.load(phase, new Load.AtRate(bench.plan().perSecond()), length, traffic);
    all.add(traffic);
    loads.add(tally);
    Ran ran = new Ran(tally, traffic);
    last = ran;
    return ran.p99();
  }

  @Override
  public void forget() {
    all = paying.journey(mix, 1);
    loads.clear();
  }

  @Override
  public void stall() throws IOException, BenchFailure, InterruptedException {
    faults.stallAll();
    Thread.sleep(SETTLE);
  }

  @Override
  public void fail() throws IOException, BenchFailure, InterruptedException {
    lastStalled = last;
    stalled.add(faults.struck());
    faults.failAll();
    Thread.sleep(SETTLE);
  }

  @Override
  public void heal() throws IOException, BenchFailure, InterruptedException {
    failing.add(faults.struck());
    faults.healAll();
    Thread.sleep(HEAL);
  }

  @Override
  public void say(String what) {
    bench.say(what);
  }
}
