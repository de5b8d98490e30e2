package io.tidegate.harness.bench;

import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The first page of a customer's orders, with few orders in the table and with many, of which all
 * but the few wait for payment.
 */
final class QueryBench implements Scenario {
  private static final long FEW = 100_000;
  private static final long PROMISED = 5_000_000;

  /**
   * Loads of each size, for what the same thing twice differs by. Not by turns, since a table can't
   * be made small again, and so fewer than of what is compared by turns.
   */
  private static final int LOADS = 3;

  private static final double PER_SECOND_MIN = 10_000;
  private static final double FEW_MORE_MAX = 0.2;

  /** So few that each has more orders than a page, whatever the size of the table. */
  private static final int READERS_MAX = 2_000;

  /** Of a table in which each reader has a page of orders, no page may be empty. */
  private static final long PAGES_FROM = 20L * READERS_MAX;

  @Override
  public String name() {
    return "query";
  }

  @Override
  public String purpose() {
    return "my orders' first page, with 100,000 orders and with --orders in the table";
  }

  @Override
  public Defaults defaults() {
    return Defaults.CLOSED.orders(PROMISED);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.without(Asked.loadsAnd(Asked.ORDERS), Asked.LINES);
  }

  /** What one load of reads came to. */
  record Ran(Tally tally, QueryTraffic traffic, double perSecond) {}

  @Override
  public int loads(Plan plan) {
    // Warms up for both sizes; once is what every bench does.
    return 2 * LOADS + plan.loadsIn(plan.warmup().multipliedBy(2 * Steady.WARMUPS_MAX - 1));
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    try (SystemUnderTest system = bench.system();
        Meter meter = new Meter(system)) {
      Paying paying = new Paying(bench, system);
      List<String> tokens = system.tokens();
      Customers readers =
          new Customers(
              system.api().getRawAuthority(),
              tokens.subList(0, Math.min(READERS_MAX, tokens.size())));
      report.version(system);
      report.settings(plan, paying.skus(), readers.count());
      Anchor.measure(meter.database(), report);
      long few = Math.min(FEW, plan.orders());
      Fill.past(bench, system, few, READERS_MAX, 1);
      meter.drain();
      Steady steadyFew = warmUp(bench, system, readers);
      List<Ran> before = loads(bench, system, readers, few, LOADS);
      // These wait unpaid: what stands beside a paid order is not read by a list, but would take
      // most of the time and of the disk.
      Fill.unpaid(bench, system, plan.orders() - few, READERS_MAX, 2);
      meter.drain();
      Steady steadyMany = warmUp(bench, system, readers);
      List<Ran> after = loads(bench, system, readers, plan.orders(), LOADS - 1);
      Meter.Begun begun = meter.begin();
      Ran ran = loads(bench, system, readers, plan.orders(), 1).getFirst();
      Counted counted = begun.end();
      after.add(ran);
      long pages = ran.traffic().all().good();
      report.result(ran.tally(), ran.traffic(), "pages", pages);
      report.section("perOrder").put("per", "page");
      report.counted(counted, pages, ran.tally());
      report.created(counted.newOrders(), ran.traffic());
      judge(report, Stream.concat(before.stream(), after.stream()).toList(), few);
      report.section("sizes").put("few", few).put("many", plan.orders());
      Steady.Both steady = new Steady.Both(steadyFew, steadyMany);
      report.settings(told(plan, steady), paying.skus(), readers.count());
      compare(
          report,
          plan,
          steady,
          speeds(before),
          speeds(after),
          hidden(plan, readers.count(), paying.skus()));
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** What there really was of a plan: all warm-ups that it took, each as long as one should be. */
  static Plan told(Plan plan, Steady.Both steady) {
    return plan.withWarmup(plan.warmup().multipliedBy(steady.done()));
  }

  /** What there was less of than what is promised of; the readers are as many as are ever asked. */
  String hidden(Plan plan, int readers, int skus) {
    Promised usual = new Promised(defaults().users(READERS_MAX));
    return Promised.first(
        usual.orders(plan.orders()),
        usual.load(plan),
        usual.users(readers),
        usual.connections(plan),
        usual.goods(plan, skus));
  }

  private static List<Double> speeds(List<Ran> loads) {
    return loads.stream().map(Ran::perSecond).toList();
  }

  /**
   * Tells the speeds of both sizes, and judges them; at a rate both do what is asked of them.
   *
   * @param steady the warm-ups of both
   * @param few pages a second of each load with few orders
   * @param many the same of as many loads with many
   * @param hidden what there was less of than what is promised of
   */
  static void compare(
      Report report,
      Plan plan,
      Steady.Both steady,
      List<Double> few,
      List<Double> many,
      String hidden) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < few.size(); i++) {
      double a = Report.rounded(few.get(i));
      double b = Report.rounded(many.get(i));
      report.list("pairs").addObject().put("a", a).put("b", b);
      ratios.add(few.get(i) / many.get(i));
    }
    double usual = Pairs.middle(few);
    double perSecond = Pairs.middle(many);
    double spread = Pairs.spread(few);
    report.figure("aaSpread", spread);
    ObjectNode sizes = report.section("sizes");
    steady.tell(sizes);
    Report.put(sizes, "fewPerSecond", usual);
    Report.put(sizes, "manyPerSecond", perSecond);
    Report.put(sizes, "ratio", Pairs.middle(ratios));
    if (plan.open()) {
      return;
    }
    String less = Promised.first(hidden, steady.hidden());
    report.target(
        "my_orders_pages_per_second", Report.Sense.AT_LEAST, PER_SECOND_MIN, perSecond, less);
    Pairs.within(report, "my_orders_few_to_many", ratios, spread, FEW_MORE_MAX, less);
  }

  /**
   * That every request of these loads was answered with a page that holds orders.
   *
   * @param few orders in the smaller table
   */
  static void judge(Report report, List<Ran> loads, long few) {
    report.check(
        "every_answer_is_a_page",
        loads.stream().mapToLong(ran -> ran.tally().sent() + ran.tally().notSent()).sum(),
        loads.stream().mapToLong(ran -> ran.traffic().all().good()).sum());
    long empty = loads.stream().mapToLong(ran -> ran.traffic().empty()).sum();
    report.section("sizes").put("pagesWithoutOrders", empty);
    if (few >= PAGES_FROM) {
      report.check("no_page_is_empty", 0, empty);
    }
  }

  /** Warms up until it is steady, or that is given up; returns which. */
  private static Steady warmUp(Bench bench, SystemUnderTest system, Customers readers)
      throws IOException {
    Steady steady = new Steady();
    Duration length = bench.plan().warmup();
    boolean more = length.isPositive();
    while (more) {
      more = steady.wantsMore(load(bench, system, readers, "warm-up", length).perSecond());
    }
    return steady;
  }

  /** So many loads of the plan's length, with as many orders in the table. */
  private static List<Ran> loads(
      Bench bench, SystemUnderTest system, Customers readers, long orders, int count)
      throws IOException {
    List<Ran> loads = new ArrayList<>();
    while (loads.size() < count) {
      loads.add(load(bench, system, readers, orders + " orders", bench.plan().length()));
    }
    return loads;
  }

  private static Ran load(
      Bench bench, SystemUnderTest system, Customers readers, String phase, Duration length)
      throws IOException {
    QueryTraffic traffic = new QueryTraffic(readers, bench.random());
    Tally tally = bench.load(phase, List.of(system.api()), bench.plan().pace(), length, traffic);
    return new Ran(tally, traffic, ResultJson.perSecond(traffic.all().good(), tally.elapsed()));
  }
}
