package io.tidegate.harness.bench;

import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Places orders as fast as it can, or at a rate, and counts in the database what came of it. */
final class PlaceBench implements Scenario {
  private static final int PROMISED_SKUS = 10_000;
  private static final double PROMISED_RATE = 2_000;
  private static final int CONNECTIONS = 256;
  private static final int MANY_CONNECTIONS = 1_024;

  /** What throughput is promised of: unasked, more customers come, and for as long as a burst. */
  private static final Defaults PROMISED_OF = Defaults.CLOSED.seconds(20, 30).users(1_000);

  /** What is drained in ten seconds. */
  private static final Duration BURST = Duration.ofSeconds(30);

  /** How long the promised rate must be kept before its latencies are judged. */
  static final Duration PROMISED = Duration.ofMinutes(5);

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
    // A burst of 30 s has to drain in 10; pairs are for one hot SKU beside many.
    return Defaults.CLOSED.seconds(30, 30).pairs(Pairs.PAIRS_MIN);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return plan.goods().skew() == Skew.HOT
        ? Asked.loadsAnd(Asked.SKEW, Asked.NO_BESIDE, Asked.PAIRS)
        : Asked.loadsAnd(Asked.SKEW, Asked.NO_BESIDE);
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
      if (plan.goods().skew() == Skew.HOT) {
        placing.stockUp();
      }
      placing.warmUp(meter);
      HotPairs pairs = new HotPairs(plan, placing, meter);
      if (plan.goods().skew() == Skew.HOT) {
        pairs.allButTheLastHot(report);
      }
      Meter.Begun begun = meter.begin();
      PlaceTraffic traffic = placing.traffic(plan.goods().skew());
      Tally tally = placing.load("measured", plan.length(), traffic);
      Counted counted = begun.end();
      report.result(tally, traffic, "orders", traffic.created());
      report.counted(counted, traffic.created(), tally);
      report.created(counted.newOrders(), traffic);
      report.allServed(tally, traffic);
      double perSecond = ResultJson.perSecond(traffic.created(), tally.elapsed());
      String hidden = otherwise(plan, placing.customers(), placing.skus());
      if (plan.goods().skew() == Skew.HOT) {
        pairs.last(report, Report.rounded(perSecond), hidden);
      }
      Figures figures =
          new Figures(
              perSecond,
              counted.drained().orElse(Meter.DRAIN_MAX).toNanos() / 1e9,
              ResultJson.p99(tally.latencyMicros()),
              tally.longestSilence().toNanos() / 1e6);
      targets(report, plan, placing.skus(), hidden, figures);
      if (plan.beside()) {
        Beside.measure(bench, system, placing, meter, report, perSecond, hidden);
      }
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** What a run has less of than those that the promises are of, whatever its lines' spread. */
  static String otherwise(Plan plan, int customers, int skus) {
    return new Promised(PROMISED_OF.skew(plan.goods().skew())).placing(plan, customers, skus);
  }

  /** What a load came to, so far as something is promised of it. */
  record Figures(double perSecond, double lagSeconds, double p99Ms, double silenceMs) {}

  /**
   * Judges a load whose lines were spread alike; of any other nothing is promised but what one hot
   * SKU is beside many.
   *
   * @param otherwise what the run differs in from those that the promises are of
   */
  static void targets(Report report, Plan plan, int skus, String otherwise, Figures figures) {
    if (plan.goods().skew() != Skew.UNIFORM) {
      return;
    }
    String hidden =
        Promised.first(otherwise, skus == PROMISED_SKUS ? "" : "promised with 10,000 SKUs");
    if (plan.open()) {
      atRate(report, plan, hidden, figures);
    } else {
      asAnswered(report, plan, hidden, figures);
    }
  }

  private static void asAnswered(Report report, Plan plan, String hidden, Figures figures) {
    if (plan.connections() == MANY_CONNECTIONS) {
      report.target(
          "place_per_second_1024_connections",
          Report.Sense.AT_LEAST,
          12_000,
          figures.perSecond(),
          hidden);
    } else {
      report.target(
          "place_per_second_256_connections",
          Report.Sense.AT_LEAST,
          9_000,
          figures.perSecond(),
          Promised.first(
              hidden,
              plan.connections() == CONNECTIONS
                  ? ""
                  : "promised with 256 connections, and with 1,024"));
    }
    report.target(
        "lag_seconds_after_30_s_burst",
        Report.Sense.AT_MOST,
        10,
        figures.lagSeconds(),
        Promised.first(
            hidden, plan.length().compareTo(BURST) < 0 ? "promised for 30 s or more" : ""));
  }

  private static void atRate(Report report, Plan plan, String otherwise, Figures figures) {
    String hidden =
        Promised.first(
            otherwise,
            new Promised(Defaults.atRate(PROMISED_RATE)).rate(plan),
            plan.length().compareTo(PROMISED) < 0 ? "promised for 300 s or more" : "");
    report.target("place_2000_per_second_p99_ms", Report.Sense.BELOW, 25, figures.p99Ms(), hidden);
    report.target(
        "place_2000_per_second_longest_silence_ms",
        Report.Sense.AT_MOST,
        200,
        figures.silenceMs(),
        hidden);
  }
}
