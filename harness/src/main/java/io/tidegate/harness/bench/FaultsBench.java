package io.tidegate.harness.bench;

import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

  private static final double MOVED_MAX = 0.1;

  @Override
  public String name() {
    return "faults";
  }

  @Override
  public String purpose() {
    return "placing with payment, warehouse, carrier and SMS well and idle, at 30 s, and failing";
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
    // Each turn with what is waited for before it.
    return 1 + 3 * plan.pairs() + plan.loadsIn(Quiet.ABOUT.multipliedBy(plan.pairs()));
  }

  /** A kind of trouble beside the same load without it. */
  record Trouble(String pairs, String target, List<Double> ratios) {
    Trouble(String pairs, String target) {
      this(pairs, target, new ArrayList<>());
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
      FaultsRound round = new FaultsRound(bench, paying, MIX, meter, faults);
      // What is open before the warm-up is none of its parcels and payments.
      FaultsTurns turns = new FaultsTurns(round, Quiet.MAX);
      if (plan.warmup().isPositive()) {
        turns.warmUp(plan.warmup());
      }
      Meter.Begun begun = meter.begin();
      List<FaultsTurns.Turn> ran = turns.turns(plan.pairs(), plan.length());
      Counted counted = begun.end();
      JourneyTraffic all = round.all();
      FaultsRound.Ran shown = round.lastStalled();
      report.result(shown.tally(), shown.traffic(), "orders", shown.traffic().created());
      report.counted(counted, all.created(), shown.tally());
      report.created(counted.newOrders(), all);
      judge(report, round.loads(), all.answers(JourneyTraffic.PLACE));
      round.stalled().judge(report, "stalled");
      round.failing().judge(report, "failing");
      targets(
          report,
          ran,
          Promised.first(
              hidden(plan, paying.customers().count(), paying.skus()), turns.left(report)));
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /**
   * Judges what the turns came to.
   *
   * @param hidden what they had less of than what is promised of, or beside them
   */
  static void targets(Report report, List<FaultsTurns.Turn> turns, String hidden) {
    Trouble stalled = new Trouble("pairs", "placing_stalled_to_well_p99");
    Trouble failing = new Trouble("failingPairs", "placing_failing_to_well_p99");
    for (FaultsTurns.Turn turn : turns) {
      stalled.add(report, turn.well(), turn.stalled());
      failing.add(report, turn.well(), turn.failing());
    }
    double spread = Pairs.spread(turns.stream().map(FaultsTurns.Turn::well).toList());
    report.figure("aaSpread", spread);
    stalled.judge(report, spread, hidden);
    failing.judge(report, spread, hidden);
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
}
