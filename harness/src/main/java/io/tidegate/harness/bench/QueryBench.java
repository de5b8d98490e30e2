package io.tidegate.harness.bench;

import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The first page of a customer's orders, with few orders in the table and with many, of which all
 * but the few wait for payment.
 */
final class QueryBench implements Scenario {
  private static final long FEW = 100_000;
  private static final long PROMISED = 5_000_000;

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
    return 3;
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
      if (plan.warmup().isPositive()) {
        load(bench, system, readers, "warm-up", plan.warmup());
      }
      Ran before = load(bench, system, readers, few + " orders", plan.length());
      // These wait unpaid: what stands beside a paid order is not read by a list, but would take
      // most of the time and of the disk.
      Fill.unpaid(bench, system, plan.orders() - few, READERS_MAX, 2);
      meter.drain();
      if (plan.warmup().isPositive()) {
        load(bench, system, readers, "warm-up", plan.warmup());
      }
      Meter.Begun begun = meter.begin();
      Ran ran = load(bench, system, readers, plan.orders() + " orders", plan.length());
      Counted counted = begun.end();
      long pages = ran.traffic().all().good();
      report.result(ran.tally(), ran.traffic(), "pages", pages);
      report.section("perOrder").put("per", "page");
      report.counted(counted, pages, ran.tally());
      report.created(counted.newOrders(), ran.traffic());
      judge(report, List.of(before, ran), few);
      report
          .section("sizes")
          .put("few", few)
          .put("fewPerSecond", Report.rounded(before.perSecond()))
          .put("many", plan.orders())
          .put("manyPerSecond", Report.rounded(ran.perSecond()))
          .put("ratio", Report.rounded(before.perSecond() / ran.perSecond()));
      if (plan.orders() >= PROMISED && !plan.open()) {
        String hidden = hidden(plan, readers.count());
        report.target(
            "my_orders_pages_per_second", Report.Sense.AT_LEAST, 10_000, ran.perSecond(), hidden);
        report.target(
            "my_orders_few_to_many",
            Report.Sense.AT_MOST,
            1.2,
            before.perSecond() / ran.perSecond(),
            hidden);
      }
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** What there was less of than what is promised of; the readers are as many as are ever asked. */
  String hidden(Plan plan, int readers) {
    Promised usual = new Promised(defaults().users(READERS_MAX));
    return Promised.first(usual.load(plan), usual.users(readers));
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

  private static Ran load(
      Bench bench, SystemUnderTest system, Customers readers, String phase, Duration length)
      throws IOException {
    QueryTraffic traffic = new QueryTraffic(readers, bench.random());
    Tally tally = bench.load(phase, List.of(system.api()), bench.plan().pace(), length, traffic);
    return new Ran(tally, traffic, ResultJson.perSecond(traffic.all().good(), tally.elapsed()));
  }
}
