package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Places orders as fast as it can, or at a rate, and counts in the database what came of it. */
final class PlaceBench implements Scenario {
  private static final int PROMISED_SKUS = 10_000;
  private static final double PROMISED_RATE = 2_000;

  @Override
  public String name() {
    return "place";
  }

  @Override
  public String purpose() {
    return "orders as fast as they are answered, or at a rate; --skew hot compares with many SKUs";
  }

  @Override
  public Defaults defaults() {
    return Defaults.CLOSED.seconds(30, 30); // A burst of 30 s has to drain in 10.
  }

  @Override
  public int loads(Plan plan) {
    return (plan.goods().skew() == Skew.HOT ? 2 * plan.pairs() : 1) + (plan.beside() ? 4 : 0);
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    try (SystemUnderTest system = bench.system();
        Meter meter = new Meter(system)) {
      Placing placing = new Placing(bench, system);
      report.version(system);
      report.settings(plan, placing.skus(), placing.customers());
      Anchor.measure(meter.database(), report);
      placing.warmUp(meter);
      double many = 0;
      for (int pair = 1; plan.goods().skew() == Skew.HOT && pair <= plan.pairs(); pair++) {
        many = placing.perSecond("many SKUs", Skew.UNIFORM, meter);
        if (pair < plan.pairs()) {
          double hot = placing.perSecond("one hot SKU", Skew.HOT, meter);
          report.list("pairs").addObject().put("a", many).put("b", hot);
        }
      }
      Meter.Begun begun = meter.begin();
      PlaceTraffic traffic = placing.traffic(plan.goods().skew());
      Tally tally = placing.load("measured", plan.length(), traffic);
      Counted counted = begun.end();
      report.result(tally, traffic, "orders", traffic.created());
      report.counted(counted, traffic.created(), tally);
      report.created(counted.newOrders(), traffic);
      double perSecond = ResultJson.perSecond(traffic.created(), tally.elapsed());
      if (plan.goods().skew() == Skew.HOT) {
        report.list("pairs").addObject().put("a", many).put("b", Report.rounded(perSecond));
        hotTarget(report);
      }
      targets(report, plan, placing.skus(), tally, perSecond, counted);
      if (plan.beside()) {
        Beside.measure(bench, system, placing, meter, report, perSecond);
      }
      Ending.audit(bench, system, report);
    }
    return report;
  }

  private static void hotTarget(Report report) {
    List<Double> ratios =
        report
            .list("pairs")
            .valueStream()
            .map(pair -> pair.path("b").asDouble() / pair.path("a").asDouble())
            .sorted()
            .toList();
    report.target("hot_sku_to_many_skus", Report.Sense.AT_LEAST, 0.9, Pairs.median(ratios));
  }

  private static void targets(
      Report report, Plan plan, int skus, Tally tally, double perSecond, Counted counted) {
    if (skus != PROMISED_SKUS || plan.goods().skew() != Skew.UNIFORM) {
      return;
    }
    if (plan.pace() instanceof Load.AsAnswered) {
      if (plan.connections() == 256) {
        report.target("place_per_second_256_connections", Report.Sense.AT_LEAST, 9_000, perSecond);
      }
      if (plan.connections() == 1_024) {
        report.target(
            "place_per_second_1024_connections", Report.Sense.AT_LEAST, 12_000, perSecond);
      }
      if (plan.length().toSeconds() >= 30) {
        double lag = counted.drained().orElse(Meter.DRAIN_MAX).toNanos() / 1e9;
        report.target("lag_seconds_after_30_s_burst", Report.Sense.AT_MOST, 10, lag);
      }
    } else if (plan.perSecond() == PROMISED_RATE) {
      report.target(
          "place_2000_per_second_p99_ms",
          Report.Sense.BELOW,
          25,
          ResultJson.p99(tally.latencyMicros()));
      report.target(
          "place_2000_per_second_longest_silence_ms",
          Report.Sense.AT_MOST,
          200,
          tally.longestSilence().toNanos() / 1e6);
    }
  }
}
