package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything at once on few popular SKUs: customers place and pay, cancel or forget, and the closer
 * closes what was forgotten; on one node, on two with one database, and on one again.
 *
 * <p>Not by turns: the second node would have to be started for each of its turns, and would be
 * compared cold with a warm one. So it starts once and is warmed up for long, and what one node
 * does is measured before and after it.
 */
final class MixedBench implements Scenario {
  private static final JourneyTraffic.Mix MIX = new JourneyTraffic.Mix(0.6, 0.25);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final double TWO_TO_ONE_MIN = 0.8;

  private static final String PAY_WINDOW = "order.pay-window=15s";

  @Override
  public String name() {
    return "mixed";
  }

  @Override
  public String purpose() {
    return "60 % pay, 25 % cancel, 15 % forget (and are closed), Zipf 1.1; one node, two, and one again";
  }

  @Override
  public Defaults defaults() {
    return Defaults.CLOSED
        .seconds(20, Defaults.LONG_WARMUP_SECONDS)
        .skew(Skew.ZIPF)
        .pairs(Pairs.PAIRS_MIN);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.loadsAnd(Asked.SKEW, Asked.PAIRS);
  }

  /** What one load came to. */
  private record Ran(Tally tally, JourneyTraffic traffic, double perSecond) {}

  @Override
  public int loads(Plan plan) {
    return 2 * plan.pairs() + (int) plan.warmup().dividedBy(plan.length()); // warms up twice
  }

  @Override
  public List<String> sets(Plan plan) {
    return Bench.setsAnd("order.pay-window");
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
      Anchor.measure(meter.database(), report);
      warm(bench, system, paying, List.of(system.api()));
      Meter.Begun begun = meter.begin();
      PaidRows rows = PaidRows.from(meter.database());
      JourneyTraffic all = paying.journey(MIX, 1);
      List<Tally> loads = new ArrayList<>();
      List<Ran> ones = new ArrayList<>();
      for (int turn = 0; turn < Math.ceilDiv(plan.pairs(), 2); turn++) {
        ones.add(one(bench, system, paying));
      }
      List<Ran> twos = two(bench, system, paying, meter, all, loads);
      while (ones.size() < plan.pairs()) {
        ones.add(one(bench, system, paying));
      }
      List<Pair> pairs = new ArrayList<>();
      for (int i = 0; i < plan.pairs(); i++) {
        all.add(ones.get(i).traffic());
        all.add(twos.get(i).traffic());
        loads.add(ones.get(i).tally());
        loads.add(twos.get(i).tally());
        pairs.add(new Pair(ones.get(i), twos.get(i)));
      }
      rows.await(all.paid());
      closed(report, meter);
      Counted counted = begun.end();
      String hidden = hidden(plan, paying.customers().count(), paying.skus());
      report(report, plan, pairs, all, counted, rows, hidden);
      judge(report, loads, all);
      rows.verifyCancelled(report, all.answers(JourneyTraffic.CANCEL));
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** What its loads had less of than what is promised of. */
  String hidden(Plan plan, int customers, int skus) {
    Promised usual = new Promised(defaults());
    return Promised.first(usual.pairs(plan), usual.placing(plan, customers, skus));
  }

  /** What one node did, and what two did. */
  private record Pair(Ran one, Ran two) {
    double ratio() {
      return two.perSecond() / one.perSecond();
    }
  }

  private static Ran one(Bench bench, SystemUnderTest system, Paying paying)
      throws BenchFailure, IOException {
    return load(bench, system, paying, List.of(system.api()), "one node", bench.plan().length());
  }

  /** What its warm-up makes is added to all: the rows are counted from before it. */
  private static List<Ran> two(
      Bench bench,
      SystemUnderTest system,
      Paying paying,
      Meter meter,
      JourneyTraffic all,
      List<Tally> loads)
      throws BenchFailure, IOException, InterruptedException {
    List<Ran> twos = new ArrayList<>();
    try (SystemUnderTest second =
        bench.node(Launcher.find(), system, "http.limit-per-user=0", PAY_WINDOW)) {
      meter.add(second);
      List<URI> nodes = List.of(system.api(), second.api());
      warm(bench, system, paying, nodes)
          .ifPresent(ran -> {
            all.add(ran.traffic());
            loads.add(ran.tally());
          });
      while (twos.size() < bench.plan().pairs()) {
        twos.add(load(bench, system, paying, nodes, "two nodes", bench.plan().length()));
      }
      meter.remove(second);
    }
    return twos;
  }

  private static Optional<Ran> warm(
      Bench bench, SystemUnderTest system, Paying paying, List<URI> nodes)
      throws BenchFailure, IOException {
    Duration time = bench.plan().warmup();
    return time.isPositive()
        ? Optional.of(load(bench, system, paying, nodes, "warm-up", time))
        : Optional.empty();
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
      Report report,
      Plan plan,
      List<Pair> pairs,
      JourneyTraffic all,
      Counted counted,
      PaidRows rows,
      String hidden) {
    Ran two = pairs.getLast().two();
    report.result(two.tally(), two.traffic(), "orders", two.traffic().created());
    List<Double> ones = pairs.stream().map(pair -> pair.one().perSecond()).toList();
    List<Double> ratios = pairs.stream().map(Pair::ratio).toList();
    pairs.forEach(pair ->
        report
            .list("pairs")
            .addObject()
            .put("a", Report.rounded(pair.one().perSecond()))
            .put("b", Report.rounded(pair.two().perSecond())));
    double spread = Pairs.spread(ones);
    report.figure("aaSpread", spread);
    PaidRows.started(
        report,
        two.traffic().answers(JourneyTraffic.PAY),
        two.traffic().answers(JourneyTraffic.CASHIER));
    report.counted(counted, all.created(), two.tally());
    report.created(counted.newOrders(), all);
    rows.verify(report, all.paid(), JourneyBench.mostPaid(all), plan.goods().lines());
    deadlocks(
        report,
        plan,
        CountedJson.deadlocks(counted).map(Long::doubleValue).orElse(Double.NaN),
        hidden);
    compare(report, plan, ratios, spread, hidden);
  }

  /** Of too few customers that none of them met says nothing; one that met says all. */
  static void deadlocks(Report report, Plan plan, double seen, String hidden) {
    String less = seen > 0 ? "" : Promised.first(Promised.closed(plan), hidden);
    report.target("mixed_deadlocks", Report.Sense.AT_MOST, 0, seen, less);
  }

  /** Two nodes beside one; at a rate both do what is asked of them. */
  static void compare(Report report, Plan plan, List<Double> ratios, double spread, String hidden) {
    if (!plan.open()) {
      Pairs.atLeast(report, "two_nodes_to_one", ratios, spread, TWO_TO_ONE_MIN, hidden);
    }
  }

  /**
   * That each kind of customer was served: an order that no longer can be cancelled is answered.
   */
  static void judge(Report report, List<Tally> loads, JourneyTraffic all) {
    long cancelled = all.answers(JourneyTraffic.CANCEL).good();
    report.section("result").put("paid", all.paid()).put("cancelled", cancelled);
    report.check("some_have_paid", "at least 1", Long.toString(all.paid()), all.paid() > 0);
    report.check("some_have_cancelled", "at least 1", Long.toString(cancelled), cancelled > 0);
    report.allServed("", loads, all.served());
  }
}
