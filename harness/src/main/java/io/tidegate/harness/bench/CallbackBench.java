package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Signed callbacks straight at the server, by turns with every downstream well and with every
 * downstream at 30 s.
 */
final class CallbackBench implements Scenario {
  private static final Duration STALL = Duration.ofSeconds(30);
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final double PROMISED_RATE = 500;

  @Override
  public String name() {
    return "callback";
  }

  @Override
  public String purpose() {
    return "signed callbacks straight at the server, with every downstream well and at 30 s";
  }

  @Override
  public Defaults defaults() {
    return Defaults.atRate(PROMISED_RATE).pairs(5).connections(64);
  }

  @Override
  public int loads(Plan plan) {
    return 3 * plan.pairs();
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    if (!plan.open()) {
      throw new BenchFailure("callbacks come at a rate: --rate N");
    }
    byte[] random = new byte[16];
    ThreadLocalRandom.current().nextBytes(random);
    String secret = HexFormat.of().formatHex(random);
    try (SystemUnderTest system = bench.system("sandbox.secret=" + secret);
        Meter meter = new Meter(system)) {
      Paying paying = new Paying(bench, system);
      report.version(system);
      report.settings(plan, paying.skus(), paying.customers().count());
      Round round = new Round(bench, system, paying, secret);
      if (plan.warmup().isPositive()) {
        round.run("warm-up", plan.warmup());
        meter.drain();
      }
      List<Double> well = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      List<Double> stalled = new ArrayList<>();
      for (int pair = 1; pair <= plan.pairs(); pair++) {
        double a = ResultJson.p99(round.run("all well", plan.length()).tally().latencyMicros());
        Faults.latency(system.simulators(), STALL);
        Thread.sleep(SETTLE);
        double b;
        if (pair < plan.pairs()) {
          b = ResultJson.p99(round.run("all at 30 s", plan.length()).tally().latencyMicros());
        } else {
          b = measured(round, report, plan, meter);
        }
        Faults.latency(system.simulators(), Duration.ZERO);
        Thread.sleep(SETTLE);
        report.list("pairs").addObject().put("a", a).put("b", b);
        well.add(a);
        stalled.add(b);
        ratios.add(b / a);
      }
      targets(report, plan, well, stalled, ratios);
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** The last load with everything stalled is the one that is counted. */
  private static double measured(Round round, Report report, Plan plan, Meter meter)
      throws BenchFailure, IOException, InterruptedException {
    List<Unpaid> orders = round.prepare(plan.length());
    Meter.Begun begun = meter.begin();
    PaidRows rows = PaidRows.from(meter.database());
    Round.Ran ran = round.run("all at 30 s, counted", plan.length(), orders);
    rows.await(ran.traffic().taken());
    Counted counted = begun.end();
    report.result(ran.tally(), ran.traffic(), "callbacks", ran.traffic().taken());
    report.counted(counted, ran.traffic().taken(), ran.tally());
    report.created(counted.newOrders(), ran.traffic());
    rows.verify(
        report,
        ran.traffic().taken(),
        ran.traffic().taken() + ran.traffic().perhapsTaken(),
        plan.goods().lines());
    return ResultJson.p99(ran.tally().latencyMicros());
  }

  private static void targets(
      Report report, Plan plan, List<Double> well, List<Double> stalled, List<Double> ratios) {
    double spread = Pairs.spread(well);
    report.figure("aaSpread", spread);
    if (plan.perSecond() == PROMISED_RATE) {
      report.target(
          "callback_500_per_second_stalled_p99_ms",
          Report.Sense.BELOW,
          20,
          Pairs.median(stalled.stream().sorted().toList()));
    }
    if (plan.pairs() >= Pairs.PAIRS_MIN) {
      Pairs.within(report, "callback_stalled_to_well_p99", ratios, spread);
    }
  }

  /** One load of callbacks, with the orders that it pays. */
  private record Round(Bench bench, SystemUnderTest system, Paying paying, String secret) {
    record Ran(Tally tally, CallbackTraffic traffic) {}

    List<Unpaid> prepare(Duration length) throws IOException, BenchFailure {
      long callbacks = Math.round(bench.plan().perSecond() * (length.toNanos() / 1e9)) + 1;
      return paying.unpaid(callbacks, true);
    }

    Ran run(String phase, Duration length) throws IOException, BenchFailure {
      return run(phase, length, prepare(length));
    }

    Ran run(String phase, Duration length, List<Unpaid> orders) throws IOException {
      CallbackTraffic traffic = paying.callbacks(secret, orders);
      Tally tally =
          bench.load(
              phase,
              List.of(system.api()),
              new Load.AtRate(bench.plan().perSecond()),
              length,
              traffic);
      return new Ran(tally, traffic);
    }
  }
}
