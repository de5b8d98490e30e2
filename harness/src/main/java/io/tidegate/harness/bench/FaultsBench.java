package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Orders at a fixed rate, of which some are paid, by turns with payment, warehouse, carrier and SMS
 * well, at 30 s, and failing always: placing must not notice.
 */
final class FaultsBench implements Scenario {
  private static final double RATE = 500;

  /** Enough that every provider is waited for; what is placed is what is measured. */
  private static final JourneyTraffic.Mix MIX = new JourneyTraffic.Mix(0.04, 0);

  /** So that those who wait for a payment take no connection from those who place. */
  private static final int CONNECTIONS = 1_024;

  private static final Duration SETTLE = Duration.ofSeconds(2);

  /** Circuits that have opened try again after 5 s. */
  private static final Duration HEAL = Duration.ofSeconds(8);

  private static final double MOVED_MAX = 0.1;

  @Override
  public String name() {
    return "faults";
  }

  @Override
  public String purpose() {
    return "placing while payment, warehouse, carrier and SMS are well, at 30 s, or always fail";
  }

  @Override
  public Defaults defaults() {
    return Defaults.atRate(RATE).pairs(5).connections(CONNECTIONS);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.loadsAnd(Asked.SKEW, Asked.PAIRS);
  }

  @Override
  public int loads(Plan plan) {
    return 1 + 3 * plan.pairs();
  }

  /** A kind of trouble beside the same load without it. */
  record Trouble(String pairs, String target, List<Double> ratios, Struck struck) {
    Trouble(String pairs, String target) {
      this(pairs, target, new ArrayList<>(), new Struck(Faults.ALL));
    }

    void add(Report report, double well, double ill) {
      report.list(pairs).addObject().put("a", well).put("b", ill);
      ratios.add(ill / well);
    }

    void judge(Report report, double spread, String hidden) {
      Pairs.within(report, target, ratios, spread, MOVED_MAX, hidden);
    }
  }

  @Override
  public Optional<String> refusal(Plan plan) {
    return plan.open()
        ? Optional.empty()
        : Optional.of("what faults do is seen at a rate: --rate N");
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    Scenario.requireAble(this, plan);
    try (SystemUnderTest system = bench.system();
        Faults faults = Faults.of(bench, system, report);
        Meter meter = new Meter(system)) {
      Paying paying = new Paying(bench, system);
      report.version(system);
      report.settings(plan, paying.skus(), paying.customers().count());
      Anchor.measure(meter.database(), report);
      if (plan.warmup().isPositive()) {
        load(bench, paying, "warm-up", plan.warmup(), paying.journey(MIX, 1), new ArrayList<>());
        meter.drain();
      }
      Meter.Begun begun = meter.begin();
      JourneyTraffic all = paying.journey(MIX, 1);
      List<Tally> loads = new ArrayList<>();
      List<Double> well = new ArrayList<>();
      Trouble stalled = new Trouble("pairs", "placing_stalled_to_well_p99");
      Trouble failing = new Trouble("failingPairs", "placing_failing_to_well_p99");
      @Nullable Ran last = null;
      for (int pair = 1; pair <= plan.pairs(); pair++) {
        double usual = load(bench, paying, "all well", plan.length(), all, loads).p99();
        well.add(usual);
        faults.stallAll();
        Thread.sleep(SETTLE);
        last = load(bench, paying, "all at 30 s", plan.length(), all, loads);
        stalled.add(report, usual, last.p99());
        stalled.struck().add(faults.struck());
        faults.failAll();
        Thread.sleep(SETTLE);
        failing.add(
            report, usual, load(bench, paying, "all fail", plan.length(), all, loads).p99());
        failing.struck().add(faults.struck());
        faults.healAll();
        Thread.sleep(HEAL);
      }
      Counted counted = begun.end();
      Ran shown = Objects.requireNonNull(last);
      report.result(shown.tally(), shown.traffic(), "orders", shown.traffic().created());
      report.counted(counted, all.created(), shown.tally());
      report.created(counted.newOrders(), all);
      judge(report, loads, all.answers(JourneyTraffic.PLACE));
      stalled.struck().judge(report, "stalled");
      failing.struck().judge(report, "failing");
      double spread = Pairs.spread(well);
      report.figure("aaSpread", spread);
      String hidden = hidden(plan, paying.customers().count(), paying.skus());
      stalled.judge(report, spread, hidden);
      failing.judge(report, spread, hidden);
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** What its turns had less of than what is promised of. */
  String hidden(Plan plan, int customers, int skus) {
    Promised usual = new Promised(defaults());
    return Promised.first(usual.pairs(plan), usual.placing(plan, customers, skus));
  }

  /** Whoever wants to place an order can, whatever becomes of payments. */
  static void judge(Report report, List<Tally> loads, Answers placed) {
    report.check(
        "placing_was_never_turned_away",
        0,
        placed.turnedAway()
            + placed.failed()
            + placed.lost()
            + loads.stream().mapToLong(Tally::notSent).sum());
  }

  private record Ran(Tally tally, JourneyTraffic traffic) {
    /** Of placing alone: who pays waits for the provider. */
    double p99() {
      return ResultJson.p99(tally.kind("place").all());
    }
  }

  private static Ran load(
      Bench bench,
      Paying paying,
      String phase,
      Duration length,
      JourneyTraffic all,
      List<Tally> loads)
      throws IOException, BenchFailure {
    JourneyTraffic traffic = paying.journey(MIX, 1);
    Tally tally = paying.load(phase, new Load.AtRate(bench.plan().perSecond()), length, traffic);
    all.add(traffic);
    loads.add(tally);
    return new Ran(tally, traffic);
  }
}
