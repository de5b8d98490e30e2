package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.HdrHistogram.Histogram;

/** An evening's requests at a rate: mostly reads, some orders and payments. */
final class EveningBench implements Scenario {
  private static final double PROMISED_RATE = 2_000;

  @Override
  public String name() {
    return "evening";
  }

  @Override
  public String purpose() {
    return "of 100: 10 place, 8 pay, 10 quote, 60 list or detail, 10 tracking, 2 cancel or refund";
  }

  @Override
  public Defaults defaults() {
    return Defaults.atRate(PROMISED_RATE).seconds(30, Defaults.LONG_WARMUP_SECONDS);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.loadsAnd(Asked.SKEW);
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    try (SystemUnderTest system = bench.system();
        Meter meter = new Meter(system)) {
      Paying paying = new Paying(bench, system);
      report.version(system);
      report.settings(plan, paying.skus(), paying.customers().count());
      Anchor.measure(meter.database(), report);
      if (plan.warmup().isPositive()) {
        PaidRows before = PaidRows.from(meter.database());
        before.await(load(bench, paying, "warm-up", plan.warmup()).traffic().paid());
        meter.drain();
      }
      Meter.Begun begun = meter.begin();
      PaidRows rows = PaidRows.from(meter.database());
      Ran ran = load(bench, paying, "measured", plan.length());
      rows.await(ran.traffic().paid());
      Counted counted = begun.end();
      long requests = ran.traffic().all().good();
      report.result(ran.tally(), ran.traffic(), "requests", requests);
      report.section("perOrder").put("per", "request");
      PaidRows.started(
          report,
          ran.traffic().answers(EveningTraffic.PAY),
          ran.traffic().answers(EveningTraffic.CASHIER));
      report.counted(counted, requests, ran.tally());
      report.created(counted.newOrders(), ran.traffic());
      report.allServed(ran.tally(), ran.traffic().served());
      Answers cashier = ran.traffic().answers(EveningTraffic.CASHIER);
      rows.verify(
          report,
          ran.traffic().paid(),
          ran.traffic().paid() + cashier.lost() + cashier.failed(),
          plan.goods().lines());
      rows.verifyRefunds(report, ran.traffic().answers(EveningTraffic.REFUND));
      double p99 = ResultJson.p99(shop(ran.tally()));
      report.section("result").put("shopP99Ms", p99);
      judge(report, p99, hidden(plan, paying.customers().count(), paying.skus()));
      Ending.audit(bench, system, report);
    }
    return report;
  }

  static void judge(Report report, double p99, String hidden) {
    report.target("evening_2000_per_second_p99_ms", Report.Sense.BELOW, 15, p99, hidden);
  }

  /** What it had otherwise than what is promised of: its rate, or less of all the rest. */
  String hidden(Plan plan, int customers, int skus) {
    Promised usual = new Promised(defaults());
    return Promised.first(usual.rate(plan), usual.placing(plan, customers, skus));
  }

  private record Ran(Tally tally, EveningTraffic traffic) {}

  private static Ran load(Bench bench, Paying paying, String phase, Duration length)
      throws IOException, BenchFailure {
    EveningTraffic traffic =
        new EveningTraffic(
            paying.customers(), paying.basket(), bench.random(), bench.plan().connections());
    Load.Pace pace = bench.plan().pace();
    return new Ran(paying.load(phase, pace, length, traffic), traffic);
  }

  /** The shop's own requests: the cashier is not ours. */
  private static Histogram shop(Tally tally) {
    Histogram all = tally.kinds().getFirst().all();
    tally.kinds().stream()
        .skip(1)
        .filter(kind -> !kind.name().equals("cashier"))
        .forEach(kind -> all.add(kind.all()));
    return all;
  }
}
