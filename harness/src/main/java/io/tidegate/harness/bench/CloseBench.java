package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What closing an unpaid order costs, and how late it is, with few and with many that wait. */
final class CloseBench implements Scenario {
  private static final long FEW = 100_000;
  private static final long PROMISED = 5_000_000;
  private static final long DUE = 20_000;

  /** Of each state; the round after it is the one that counts. */
  private static final int WARMUP_ROUNDS = 1;

  private static final double RATIO_MAX = 1.3;
  private static final int PAY_WINDOW_SECONDS = 30;
  private static final Duration PAY_WINDOW = Duration.ofSeconds(PAY_WINDOW_SECONDS);
  private static final Defaults USUAL =
      Defaults.CLOSED.seconds(PAY_WINDOW_SECONDS, 0).orders(PROMISED);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration CLOSE_MAX = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  @Override
  public String name() {
    return "close";
  }

  @Override
  public String purpose() {
    return "cost of each of 20,000 due orders, with 100,000 and with --orders waiting";
  }

  @Override
  public Defaults defaults() {
    return USUAL;
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.without(
        Asked.loadsAnd(Asked.SKEW, Asked.ORDERS), Asked.RATE, Asked.SECONDS, Asked.WARMUP);
  }

  /**
   * What closing those that were due came to.
   *
   * @param due orders that were placed to fall due
   * @param closed how many of them were closed
   * @param cpuMicros of server and database for each, beyond what they take when idle
   * @param aheadSeconds how long before the first was due the CPU was read that the closing is
   *     counted from; what they take when idle was read before
   */
  record Closing(
      long due, long closed, double cpuMicros, double lateSecondsMax, double aheadSeconds) {
    /** Whether what was counted was the closing of all, and what was taken off was idleness. */
    boolean isMeasured() {
      return due == DUE && closed == DUE && aheadSeconds > 0;
    }
  }

  private record Closed(Tally tally, UnpaidTraffic traffic, Closing closing) {}

  @Override
  public int loads(Plan plan) {
    return 6;
  }

  @Override
  public List<String> sets(Plan plan) {
    return Bench.setsAnd("order.pay-window");
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    try (SystemUnderTest system = bench.system("order.pay-window=" + PAY_WINDOW.toSeconds() + "s");
        Meter meter = new Meter(system)) {
      Paying paying = new Paying(bench, system);
      report.version(system);
      report.settings(told(plan), paying.skus(), paying.customers().count());
      report.section("settings").put("warmupRounds", WARMUP_ROUNDS);
      Anchor.measure(meter.database(), report);
      long few = Math.min(FEW, plan.orders());
      Fill.unpaid(bench, system, few, 1);
      close(bench, system, paying, meter); // Warms up.
      Closing before = close(bench, system, paying, meter).closing();
      Fill.unpaid(bench, system, plan.orders() - few, 2);
      close(bench, system, paying, meter);
      Meter.Begun begun = meter.begin();
      Closed after = close(bench, system, paying, meter);
      Counted counted = begun.end();
      report.result(after.tally(), after.traffic(), "orders closed", after.closing().closed());
      report.counted(counted, after.closing().closed(), after.tally());
      report.created(counted.newOrders(), after.traffic());
      judge(
          report,
          new Waiting(few, plan.orders()),
          before,
          after.closing(),
          hidden(plan, paying.customers().count()));
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /**
   * What there really was of a plan: 20,000 placed as fast as answers come, that fall due after
   * their time to pay.
   */
  static Plan told(Plan plan) {
    return plan.with(new Load.UpTo(DUE)).withLength(PAY_WINDOW).withWarmup(Duration.ZERO);
  }

  /** How many orders waited in the two states that are compared. */
  record Waiting(long few, long many) {}

  /** Whose orders fell due, and of how many lines: its load and times are its own. */
  static String hidden(Plan plan, int customers) {
    Promised usual = new Promised(USUAL);
    return Promised.first(usual.users(customers), usual.lines(plan));
  }

  /**
   * Judges both closings.
   *
   * @param hidden what customers and their orders had less of than what is promised of
   */
  static void judge(Report report, Waiting waiting, Closing before, Closing after, String hidden) {
    report.check("20000_orders_were_due_beside_few", DUE, before.due());
    report.check("20000_orders_were_due_beside_many", DUE, after.due());
    report.check("every_due_order_is_closed_beside_few", before.due(), before.closed());
    report.check("every_due_order_is_closed", after.due(), after.closed());
    double ahead = Math.min(before.aheadSeconds(), after.aheadSeconds());
    report.check(
        "idle_cpu_was_read_before_the_first_was_due",
        "before it",
        String.format(Locale.ROOT, "%.3f s %s", Math.abs(ahead), ahead > 0 ? "before" : "after"),
        ahead > 0);
    double late = Math.max(before.lateSecondsMax(), after.lateSecondsMax());
    double ratio = after.cpuMicros() / before.cpuMicros();
    report
        .section("closing")
        .put("few", waiting.few())
        .put("fewCpuMicrosEach", Report.rounded(before.cpuMicros()))
        .put("many", waiting.many())
        .put("manyCpuMicrosEach", Report.rounded(after.cpuMicros()))
        .put("ratio", Report.rounded(ratio))
        .put("lateSecondsMax", Report.rounded(late))
        .put("cpuReadSecondsBeforeFirstDue", Report.rounded(ahead));
    if (waiting.many() >= PROMISED) {
      if (before.isMeasured() && after.isMeasured()) {
        report.target("closing_cost_many_to_few", Report.Sense.AT_MOST, RATIO_MAX, ratio, hidden);
      } else {
        report.notMeasurable(
            "closing_cost_many_to_few",
            Report.Sense.AT_MOST,
            RATIO_MAX,
            ratio,
            "the closing of 20,000 was not what was counted");
      }
    }
    report.target(
        "closed_after_deadline_seconds",
        Report.Sense.AT_MOST,
        5,
        late,
        Promised.first(new Promised(USUAL).orders(waiting.many()), hidden));
  }

  /** Places orders that fall due, looks on as they do, and counts what that took. */
  private static Closed close(Bench bench, SystemUnderTest system, Paying paying, Meter meter)
      throws BenchFailure, IOException, InterruptedException {
    DatabaseFigures database = meter.database();
    long last = database.number("select coalesce(max(number), 0) from ordering.orders").orElse(0L);
    UnpaidTraffic traffic =
        new UnpaidTraffic(
            paying.customers(), paying.basket(), bench.random(), bench.plan().connections(), false);
    long start = System.nanoTime();
    Tally tally = paying.load("placing " + DUE + " orders", new Load.UpTo(DUE), CLOSE_MAX, traffic);
    meter.drain();
    // Asked before the CPU is read, since it would count as the closing's.
    double due =
        database
            .fraction(
                "select extract(epoch from min(pay_before) - clock_timestamp())"
                    + " from ordering.orders where number > "
                    + last)
            .orElseThrow(() -> new BenchFailure("no order was placed that falls due"));
    long askedNanos = System.nanoTime();
    // What the two take when nothing happens, just before the first is due.
    Thread.sleep(
        Math.max(0, PAY_WINDOW.minus(IDLE).toMillis() - (System.nanoTime() - start) / 1_000_000));
    long idleFrom = cpu(system, database);
    long idleStart = System.nanoTime();
    Thread.sleep(IDLE.minusMillis(500));
    long from = cpu(system, database);
    long fromNanos = System.nanoTime();
    double idleMicrosPerNano = (from - idleFrom) / (double) (fromNanos - idleStart);
    String waiting = "select count(*) from ordering.orders where state = 1 and number > " + last;
    while (database.number(waiting).orElse(0L) > 0) {
      if (System.nanoTime() - fromNanos > CLOSE_MAX.toNanos()) {
        throw new BenchFailure("orders were not closed " + CLOSE_MAX.toSeconds() + " s after");
      }
      Thread.sleep(LOOK_EVERY);
    }
    meter.drain();
    double micros =
        cpu(system, database) - from - idleMicrosPerNano * (System.nanoTime() - fromNanos);
    String closed = " from ordering.orders where state = 7 and number > " + last;
    Optional<Double> late =
        database.fraction("select max(extract(epoch from closed_at - pay_before))" + closed);
    long rows = database.number("select count(*)" + closed).orElse(0L);
    return new Closed(
        tally,
        traffic,
        new Closing(
            traffic.created(),
            rows,
            micros / Math.max(1, rows),
            late.orElse(Double.MAX_VALUE),
            due - (fromNanos - askedNanos) / 1e9));
  }

  private static long cpu(SystemUnderTest system, DatabaseFigures database) {
    Map<String, Long> cpu = Processes.cpuMicros(system.pid(), database.backend());
    return cpu.getOrDefault("server", 0L) + cpu.getOrDefault("database", 0L);
  }
}
