package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * What follows a payment: first a backlog of paid orders that no consumer has heard of, drained by
 * a node that is started for it; then how long after the callback all seven effects are done, at a
 * rate.
 */
final class EffectsBench implements Scenario {
  private static final double PROMISED_PER_SECOND = 6_000;
  private static final Duration DRAIN_MAX = Duration.ofMinutes(10);

  /** The most that even a slow machine drains within that time, at 1,700 a second. */
  private static final long BACKLOG_MAX = 1_000_000;

  /** And pays within this, at 1,000 a second. */
  private static final Duration PAY_MAX = Duration.ofMinutes(20);

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** The new node's JVM is warm after this share of the backlog. */
  private static final double WARM_AFTER = 0.4;

  /** The last few wait for batches to fill. */
  private static final double WARM_UNTIL = 0.98;

  @Override
  public String name() {
    return "effects";
  }

  @Override
  public String purpose() {
    return "a backlog of --orders paid orders drained; then effects' delay at --rate";
  }

  @Override
  public Defaults defaults() {
    // The backlog's first part is its warm-up, and the backlog that of the delays.
    return Defaults.atRate(500).seconds(20, 0).orders(60_000).connections(256);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.without(Asked.loadsAnd(Asked.SKEW, Asked.ORDERS), Asked.WARMUP);
  }

  @Override
  public int loads(Plan plan) {
    return 5;
  }

  @Override
  public List<String> sets(Plan plan) {
    return Bench.setsAnd("sandbox.secret", "node.role");
  }

  @Override
  public Optional<String> refusal(Plan plan) {
    if (!plan.open()) {
      return Optional.of("the delay of effects is measured at a rate: --rate N");
    }
    return Paying.refusal(name(), Math.max(plan.orders(), atTheRate(plan)))
        .or(() ->
            plan.orders() > BACKLOG_MAX
                ? Optional.of(
                    "--orders %d are too many for effects: a backlog of at most %d is drained in %d minutes"
                        .formatted(plan.orders(), BACKLOG_MAX, DRAIN_MAX.toMinutes()))
                : Optional.empty());
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    Scenario.requireAble(this, plan);
    String secret = "sandbox.secret=" + Unguessable.hex();
    // This node takes orders and payments and has no consumers.
    try (SystemUnderTest system = bench.system(secret, "node.role=api,relay");
        Meter meter = new Meter(system)) {
      Paying paying = new Paying(bench, system);
      report.version(system);
      report.settings(told(plan), paying.skus(), paying.customers().count());
      Anchor.measure(meter.database(), report);
      PaidRows rows = PaidRows.from(meter.database());
      long taken = pay(bench, system, paying, secret, plan.orders());
      rows.await(taken);
      // Nobody consumes yet, so this stands still while it is read.
      long receiptsBefore =
          meter
              .database()
              .receipts()
              .orElseThrow(() -> new BenchFailure("the database doesn't tell what is done"));
      bench.say("starting a node with consumers, for a backlog of " + taken + " paid orders");
      try (SystemUnderTest consumers =
          bench.node(Launcher.find(), system, secret, "node.role=consumers")) {
        meter.add(consumers);
        // Receipts alone: to count the log each time would take a part of a processor from those
        // who are measured.
        Supplier<Optional<Long>> done =
            () -> meter.database().receipts().map(receipts -> receipts - receiptsBefore);
        List<Look> looks = drain(bench, done, taken, DRAIN_MAX);
        String hidden = hidden(plan, taken, paying.customers().count(), paying.skus());
        backlog(report, looks, plan, taken, hidden);
        rows.verify(report, taken, taken, plan.goods().lines());
        if (isDrained(looks, taken)) {
          delays(bench, system, paying, secret, report, meter);
        }
      }
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** What there really was of a plan: no load of the same kind before. */
  static Plan told(Plan plan) {
    return plan.withWarmup(Duration.ZERO);
  }

  private static long pay(
      Bench bench, SystemUnderTest system, Paying paying, String secret, long orders)
      throws IOException, BenchFailure {
    List<Unpaid> unpaid = paying.unpaid(orders, true);
    CallbackTraffic traffic = paying.callbacks(secret.substring(secret.indexOf('=') + 1), unpaid);
    bench.load(
        "paying " + orders + " orders",
        List.of(system.api()),
        new Load.UpTo(orders),
        PAY_MAX,
        traffic);
    return traffic.taken();
  }

  /** How many deliveries to consumers were done, when. */
  record Look(long nanos, long done) {}

  private static long atTheRate(Plan plan) {
    return Math.round(plan.perSecond() * plan.length().toSeconds()) + 1;
  }

  /** Looks until all are done, or nobody waits any longer. */
  static List<Look> drain(Bench bench, Supplier<Optional<Long>> done, long orders, Duration max)
      throws InterruptedException {
    long all = deliveries(orders);
    long start = System.nanoTime();
    List<Look> looks = new ArrayList<>();
    looks.add(new Look(start, 0));
    while (looks.getLast().done() < all) {
      if (System.nanoTime() - start > max.toNanos()) {
        bench.say("the backlog was not drained within " + max.toMinutes() + " minutes");
        break;
      }
      Thread.sleep(LOOK_EVERY);
      done.get().ifPresent(now -> looks.add(new Look(System.nanoTime(), now)));
    }
    return looks;
  }

  /** Each order is for each consumer. */
  private static long deliveries(long orders) {
    return orders * DatabaseFigures.CONSUMERS.size();
  }

  private static boolean isDrained(List<Look> looks, long orders) {
    return looks.getLast().done() >= deliveries(orders);
  }

  /**
   * What a backlog had less of than what is promised of. It is as large as what was paid, whatever
   * was asked for; rate and time are those of the delays.
   *
   * @param taken notices of its payments that were answered with success
   */
  String hidden(Plan plan, long taken, int customers, int skus) {
    Promised usual = new Promised(defaults());
    return Promised.first(usual.orders(taken), usual.shop(plan, customers, skus));
  }

  /**
   * Judges how fast it was drained.
   *
   * @param hidden what it had less of than what is promised of
   */
  static void backlog(Report report, List<Look> looks, Plan plan, long taken, String hidden) {
    report.check("backlog_notices_were_taken", plan.orders(), taken);
    long all = deliveries(taken);
    boolean drained = isDrained(looks, taken);
    report.check(
        "backlog_was_drained",
        "%d deliveries".formatted(all),
        "%d in %d minutes".formatted(looks.getLast().done(), DRAIN_MAX.toMinutes()),
        drained);
    Look from =
        looks.stream()
            .filter(l -> l.done() >= all * WARM_AFTER)
            .findFirst()
            .orElse(looks.getLast());
    Look to =
        looks.stream()
            .filter(l -> l.done() >= all * WARM_UNTIL)
            .findFirst()
            .orElse(looks.getLast());
    double seconds = Math.max(1, to.nanos() - from.nanos()) / 1e9;
    double perSecond =
        (to.done() - from.done()) / (double) DatabaseFigures.CONSUMERS.size() / seconds;
    report
        .section("backlog")
        .put("orders", taken)
        .put("ordersPerSecond", Report.rounded(perSecond))
        .put("measuredFromShare", WARM_AFTER)
        .put("measuredToShare", WARM_UNTIL)
        .put(
            "secondsInAll",
            Report.rounded((looks.getLast().nanos() - looks.getFirst().nanos()) / 1e9));
    report.target(
        "effects_backlog_orders_per_second",
        Report.Sense.AT_LEAST,
        PROMISED_PER_SECOND,
        perSecond,
        hidden);
  }

  private static void delays(
      Bench bench, SystemUnderTest system, Paying paying, String secret, Report report, Meter meter)
      throws IOException, BenchFailure, InterruptedException {
    Plan plan = bench.plan();
    List<Unpaid> unpaid = paying.unpaid(atTheRate(plan), true);
    Meter.Begun begun = meter.begin();
    PaidRows rows = PaidRows.from(meter.database());
    Instant from = Instant.now();
    CallbackTraffic traffic = paying.callbacks(secret.substring(secret.indexOf('=') + 1), unpaid);
    Tally tally =
        bench.load(
            "callbacks at " + Math.round(plan.perSecond()) + "/s",
            List.of(system.api()),
            plan.pace(),
            plan.length(),
            traffic);
    rows.await(traffic.taken());
    Counted counted = begun.end();
    report.result(tally, traffic, "callbacks", traffic.taken());
    report.counted(counted, traffic.taken(), tally);
    report.created(counted.newOrders(), traffic);
    report.allServed(tally, traffic);
    report.check("all_notices_were_taken", tally.sent() + tally.notSent(), traffic.taken());
    report.check(
        "effects_at_the_rate_done_for_each",
        rows.paid(),
        meter.database().number("select count(*)" + done(from)));
    ObjectNode json = report.section("delayMs");
    json.put("from", "the order's paid_at");
    json.put("to", "the last of its effects' own times");
    for (double share : new double[] {0.5, 0.9, 0.99, 1}) {
      meter
          .database()
          .fraction(delay(share, from))
          .ifPresent(ms -> json.put(named(share), Report.rounded(ms)));
    }
  }

  private static String named(double share) {
    return share == 1 ? "max" : "p" + Math.round(share * 100);
  }

  private static String delay(double share, Instant from) {
    return "select percentile_cont("
        + share
        + ") within group (order by extract(epoch from"
        + " greatest(p.at, c.granted_at, r.at, m.created_at, t.created_at) - o.paid_at) * 1000)"
        + done(from);
  }

  /** Orders that were paid since, and have all effects; small ones bring no coupon. */
  private static String done(Instant from) {
    return " from ordering.orders o"
        + " join points.entry p on p.order_number = o.number and p.kind = 'earned'"
        + " left join marketing.coupon c on c.order_number = o.number"
        + " join marketing.red_packet r on r.order_number = o.number"
        + " join notification.message m"
        + " on m.order_number = o.number and m.template = 'order_paid'"
        + " join fulfilment.task t on t.order_number = o.number"
        + " where o.paid_at >= timestamptz '"
        + from
        + "'";
  }
}
