package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything at once on few popular SKUs: customers place and pay, cancel or forget, and the closer
 * closes what was forgotten; first on one node, then on two with one database.
 */
final class MixedBench implements Scenario {
  private static final JourneyTraffic.Mix MIX = new JourneyTraffic.Mix(0.6, 0.25);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final String PAY_WINDOW = "order.pay-window=15s";

  @Override
  public String name() {
    return "mixed";
  }

  @Override
  public String purpose() {
    return "60 % pay, 25 % cancel, 15 % forget (and are closed), Zipf 1.1; one node, then two";
  }

  @Override
  public Defaults defaults() {
    return Defaults.CLOSED.skew(Skew.ZIPF);
  }

  /** What one load came to. */
  private record Ran(Tally tally, JourneyTraffic traffic, double perSecond) {}

  @Override
  public int loads(Plan plan) {
    return 4;
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    try (SystemUnderTest system = bench.system(PAY_WINDOW);
        Meter meter = new Meter(system)) {
      Paying paying = new Paying(bench, system);
      report.version(system);
      report.settings(plan, paying.skus(), paying.customers().count());
      if (plan.warmup().isPositive()) {
        load(bench, system, paying, List.of(system.api()), "warm-up", plan.warmup());
      }
      Meter.Begun begun = meter.begin();
      PaidRows rows = PaidRows.from(meter.database());
      Ran one = load(bench, system, paying, List.of(system.api()), "one node", plan.length());
      Ran two;
      try (SystemUnderTest second =
          system.startNode(Launcher.find(), List.of("http.limit-per-user=0", PAY_WINDOW))) {
        meter.add(second);
        List<URI> nodes = List.of(system.api(), second.api());
        if (plan.warmup().isPositive()) {
          // The second node's JVM is cold; what this pays and places counts all the same.
          Ran warm = load(bench, system, paying, nodes, "warm-up of two nodes", plan.warmup());
          one.traffic().add(warm.traffic());
        }
        two = load(bench, system, paying, nodes, "two nodes", plan.length());
        one.traffic().add(two.traffic());
        rows.await(one.traffic().paid());
        closed(report, meter);
      }
      Counted counted = begun.end();
      report(report, plan, one, two, counted, rows);
      Ending.audit(bench, system, report);
    }
    return report;
  }

  private static Ran load(
      Bench bench,
      SystemUnderTest system,
      Paying paying,
      List<URI> nodes,
      String phase,
      Duration length)
      throws IOException, BenchFailure {
    JourneyTraffic traffic = paying.journey(MIX, nodes.size());
    List<URI> targets = new ArrayList<>(nodes);
    targets.add(system.simulators());
    Load.Pace pace = bench.plan().pace();
    Tally tally = bench.load(phase, targets, pace, length, traffic);
    return new Ran(tally, traffic, ResultJson.perSecond(traffic.created(), tally.elapsed()));
  }

  /** Waits until no order is unpaid: the forgotten ones are closed. */
  private static void closed(Report report, Meter meter) throws InterruptedException {
    String waiting = "select count(*) from ordering.orders where state = 1";
    long start = System.nanoTime();
    long left = meter.database().number(waiting).orElse(-1L);
    while (left != 0 && System.nanoTime() - start < CLOSE_MAX.toNanos()) {
      Thread.sleep(LOOK_EVERY);
      left = meter.database().number(waiting).orElse(-1L);
    }
    report.check("forgotten_orders_are_closed", 0, left);
  }

  private static void report(
      Report report, Plan plan, Ran one, Ran two, Counted counted, PaidRows rows) {
    JourneyTraffic all = one.traffic();
    report.result(two.tally(), two.traffic(), "orders", two.traffic().created());
    report
        .section("nodes")
        .put("one", Report.rounded(one.perSecond()))
        .put("two", Report.rounded(two.perSecond()))
        .put("ratio", Report.rounded(two.perSecond() / one.perSecond()));
    PaidRows.started(
        report,
        two.traffic().answers(JourneyTraffic.PAY),
        two.traffic().answers(JourneyTraffic.CASHIER));
    report.counted(counted, all.created(), two.tally());
    report.created(counted.newOrders(), all);
    rows.verify(report, all.paid(), JourneyBench.mostPaid(all), plan.goods().lines());
    CountedJson.deadlocks(counted)
        .ifPresent(n -> report.target("mixed_deadlocks", Report.Sense.AT_MOST, 0, n));
    if (plan.pace() instanceof Load.AsAnswered) {
      report.target(
          "two_nodes_to_one", Report.Sense.AT_LEAST, 0.8, two.perSecond() / one.perSecond());
    }
  }
}
