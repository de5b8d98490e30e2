package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** The whole chain: place, start a payment, pay at the cashier, the callback, seven effects. */
final class JourneyBench implements Scenario {
  @Override
  public String name() {
    return "journey";
  }

  @Override
  public String purpose() {
    return "place, pay, callback and all seven effects; orders a second until the last effect";
  }

  @Override
  public Defaults defaults() {
    return Defaults.CLOSED.seconds(40, Defaults.LONG_WARMUP_SECONDS);
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
      warmUp(paying, plan, meter);
      Meter.Begun begun = meter.begin();
      PaidRows rows = PaidRows.from(meter.database());
      JourneyTraffic traffic = paying.journey(JourneyTraffic.Mix.ALL_PAY, 1);
      long start = System.nanoTime();
      Tally tally = paying.load("measured", plan.pace(), plan.length(), traffic);
      rows.await(traffic.paid());
      long paidNanos = System.nanoTime() - start;
      Counted counted = begun.end();
      Duration all = Duration.ofNanos(paidNanos).plus(counted.drained().orElse(Meter.DRAIN_MAX));
      double sustained = ResultJson.perSecond(traffic.paid(), all);
      report.result(tally, traffic, "orders paid", traffic.paid());
      report
          .section("result")
          .put("sustainedPerSecond", Report.rounded(sustained))
          .put("secondsUntilLastEffect", Report.rounded(all.toNanos() / 1e9));
      PaidRows.started(
          report, traffic.answers(JourneyTraffic.PAY), traffic.answers(JourneyTraffic.CASHIER));
      report.counted(counted, traffic.paid(), tally);
      report.created(counted.newOrders(), traffic);
      report.allServed(tally, traffic);
      rows.verify(report, traffic.paid(), mostPaid(traffic), plan.goods().lines());
      if (plan.pace() instanceof Load.AsAnswered) {
        Promised usual = new Promised(defaults());
        report.target(
            "whole_chain_orders_per_second",
            Report.Sense.AT_LEAST,
            2_500,
            sustained,
            usual.placing(plan, paying.customers().count(), paying.skus()));
      }
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** A cashier whose answer is missing may have taken the money. */
  static long mostPaid(JourneyTraffic traffic) {
    Answers cashier = traffic.answers(JourneyTraffic.CASHIER);
    return traffic.paid() + cashier.lost() + cashier.failed();
  }

  static void warmUp(Paying paying, Plan plan, Meter meter)
      throws IOException, BenchFailure, InterruptedException {
    if (plan.warmup().isPositive()) {
      PaidRows rows = PaidRows.from(meter.database());
      JourneyTraffic traffic = paying.journey(JourneyTraffic.Mix.ALL_PAY, 1);
      paying.load("warm-up", plan.pace(), plan.warmup(), traffic);
      rows.await(traffic.paid());
      meter.drain();
    }
  }
}
