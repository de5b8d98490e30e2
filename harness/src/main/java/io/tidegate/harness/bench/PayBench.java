package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Pays orders that wait: a payment is started, the cashier takes it, the callback follows. */
final class PayBench implements Scenario {
  /** What is prepared for each second of a closed loop, which nobody knows the speed of. */
  private static final long ORDERS_PER_SECOND = 3_000;

  @Override
  public String name() {
    return "pay";
  }

  @Override
  public String purpose() {
    return "start a payment and pay it at the cashier, for --orders prepared orders (0: enough)";
  }

  @Override
  public Defaults defaults() {
    return Defaults.CLOSED;
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.loadsAnd(Asked.SKEW, Asked.ORDERS);
  }

  @Override
  public int loads(Plan plan) {
    return 3;
  }

  /** At a rate who is due must find an order that waits. */
  @Override
  public Optional<String> refusal(Plan plan) {
    long due = (long) Math.ceil(plan.perSecond() * plan.length().toSeconds());
    return plan.open() && orders(plan) < due
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "--orders %d are too few for pay: at that rate %d are paid in %d s (0: enough)",
                plan.orders(),
                due,
                plan.length().toSeconds()))
        : Paying.refusal(name(), orders(plan));
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    Scenario.requireAble(this, plan);
    try (SystemUnderTest system = bench.system();
        Meter meter = new Meter(system)) {
      Paying paying = new Paying(bench, system);
      report.version(system);
      report.settings(plan, paying.skus(), paying.customers().count());
      Anchor.measure(meter.database(), report);
      JourneyBench.warmUp(paying, plan, meter);
      PayTraffic traffic =
          new PayTraffic(
              paying.customers(), paying.unpaid(orders(plan), false), plan.connections());
      meter.drain();
      Meter.Begun begun = meter.begin();
      PaidRows rows = PaidRows.from(meter.database());
      Load.Pace pace = plan.open() ? plan.pace() : new Load.UpTo(orders(plan));
      Tally tally = paying.load("measured", pace, plan.length(), traffic);
      rows.await(traffic.paid());
      Counted counted = begun.end();
      report.result(tally, traffic, "orders paid", traffic.paid());
      PaidRows.started(
          report, traffic.answers(PayTraffic.PAY), traffic.answers(PayTraffic.CASHIER));
      report.counted(counted, traffic.paid(), tally);
      report.created(counted.newOrders(), traffic);
      report.allServed(tally, traffic);
      rows.verify(
          report, traffic.paid(), traffic.paid() + traffic.perhapsPaid(), plan.goods().lines());
      Ending.audit(bench, system, report);
    }
    return report;
  }

  private static long orders(Plan plan) {
    double perSecond = plan.open() ? plan.perSecond() : ORDERS_PER_SECOND;
    return plan.orders() > 0
        ? plan.orders()
        : (long) Math.ceil(perSecond * plan.length().toSeconds());
  }
}
