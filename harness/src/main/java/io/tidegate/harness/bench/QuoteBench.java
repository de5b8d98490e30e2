package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Confirms and places: a quote, a quote with a coupon, and the order that holds the coupon. */
final class QuoteBench implements Scenario {
  /** Customers of one act of staff. */
  private static final int ISSUE_USERS_MAX = 1_000;

  /** Coupons that are prepared for each second of a closed loop. */
  private static final long PER_SECOND = 2_000;

  private static final int EACH_MAX = 50;
  private static final double PROMISED_PER_SECOND = 5_000;
  private static final int PROMISED_USERS = 1_000;

  @Override
  public String name() {
    return "quote";
  }

  @Override
  public String purpose() {
    return "quote, quote with a coupon, place; --orders coupons are issued before (0: enough)";
  }

  @Override
  public Defaults defaults() {
    return Defaults.CLOSED.seconds(20, 10);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.loadsAnd(Asked.SKEW, Asked.ORDERS);
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
        load(bench, system, paying, "warm-up", plan.warmup(), plan.pace(), false);
        meter.drain();
      }
      int each = issue(bench, system, paying.customers().count());
      report.section("settings").put("couponsEach", each);
      long held = coupons(meter);
      Meter.Begun begun = meter.begin();
      AtomicInteger next = new AtomicInteger();
      QuoteTraffic traffic = traffic(bench, paying, next, true);
      Tally tally = bench.load("measured", paying.api(), plan.pace(), plan.length(), traffic);
      Counted counted = begun.end();
      report.result(tally, traffic, "orders", traffic.created());
      report.counted(counted, traffic.created(), tally);
      report.created(counted.newOrders(), traffic);
      report.allServed(tally, plan.open() ? traffic.all() : traffic.served());
      long withCoupon = coupons(meter) - held;
      report.section("verified").put("ordersWithCoupon", withCoupon);
      report.check(
          "an_order_in_two_holds_a_coupon",
          "at least half of " + traffic.created(),
          Long.toString(withCoupon),
          2 * withCoupon >= traffic.created() && withCoupon > 0);
      if (!plan.open()) {
        report.target(
            "quoted_orders_per_second",
            Report.Sense.AT_LEAST,
            PROMISED_PER_SECOND,
            ResultJson.perSecond(traffic.created(), tally.elapsed()),
            hidden(plan, paying.customers().count(), paying.skus()));
      }
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** What there was less of than what is promised of, with fewer customers than come unasked. */
  String hidden(Plan plan, int customers, int skus) {
    return new Promised(defaults().users(PROMISED_USERS)).placing(plan, customers, skus);
  }

  private static long coupons(Meter meter) {
    return meter
        .database()
        .number("select count(*) from marketing.coupon where state in ('held', 'used')")
        .orElse(0L);
  }

  /** Each customer gets so many coupons of 1 yuan. */
  private static int issue(Bench bench, SystemUnderTest system, int users)
      throws BenchFailure, InterruptedException {
    Plan plan = bench.plan();
    long wanted =
        plan.orders() > 0 ? plan.orders() : PER_SECOND * Math.max(1, plan.length().toSeconds());
    int each = Math.clamp(Math.ceilDiv(wanted, users), 1, EACH_MAX);
    bench.say("issuing " + each + " coupons to each of " + users + " customers");
    String id = "bench-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Staff staff = Staff.of(system);
    staff.post(
        "/v1/admin/coupon-templates",
        "{\"id\":\""
            + id
            + "\",\"titleZh\":\"1\",\"titleEn\":\"1 off\",\"amountOff\":{\"amount\":100,"
            + "\"currency\":\"CNY\"},\"spendMin\":{\"amount\":100,\"currency\":\"CNY\"},"
            + "\"validDays\":7}");
    for (int round = 0; round < each; round++) {
      for (int from = 1; from <= users; from += ISSUE_USERS_MAX) {
        StringBuilder body = new StringBuilder("{\"users\":[");
        for (int user = from; user < Math.min(users + 1, from + ISSUE_USERS_MAX); user++) {
          body.append(user == from ? "\"" : ",\"").append(user).append('"');
        }
        staff.post("/v1/admin/coupon-templates/" + id + "/issue", body.append("]}").toString());
      }
    }
    return each;
  }

  private static void load(
      Bench bench,
      SystemUnderTest system,
      Paying paying,
      String phase,
      Duration length,
      Load.Pace pace,
      boolean coupons)
      throws IOException {
    bench.load(
        phase,
        List.of(system.api()),
        pace,
        length,
        traffic(bench, paying, new AtomicInteger(), coupons));
  }

  /** One customer after the other, so that few are at once two. */
  private static QuoteTraffic traffic(
      Bench bench, Paying paying, AtomicInteger next, boolean coupons) {
    int users = paying.customers().count();
    return new QuoteTraffic(
        paying.customers(),
        () -> Math.floorMod(next.getAndIncrement(), users),
        paying.basket()::next,
        coupons,
        false,
        bench.plan().connections());
  }
}
