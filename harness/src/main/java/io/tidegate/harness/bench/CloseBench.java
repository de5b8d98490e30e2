package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** What closing an unpaid order costs, and how late it is, with few and with many that wait. */
final class CloseBench implements Scenario {
  private static final long FEW = 100_000;
  private static final long PROMISED = 5_000_000;
  private static final long DUE = 20_000;

  /**
   * Of each state, for what the same thing twice differs by. Not by turns, since what waits can't
   * be made fewer again; each takes 40 s, so that they are fewer than of what is compared by turns.
   */
  private static final int ROUNDS = 3;

  private static final double MORE_MAX = 0.3;
  private static final int PAY_WINDOW_SECONDS = 30;
  private static final Duration PAY_WINDOW = Duration.ofSeconds(PAY_WINDOW_SECONDS);
  private static final Defaults USUAL =
      Defaults.CLOSED.seconds(PAY_WINDOW_SECONDS, 0).orders(PROMISED);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration CLOSE_MAX = Duration.ofMinutes(2);

  /** How late each was is told by its row, so nobody has to look often; a look reads them all. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** Those of a round, read by their key, whatever is known of a table that was just filled. */
  private static final String PLACED =
      "(select state, pay_before, closed_at from ordering.orders where number > %d"
          + " order by number limit "
          + (DUE + 1)
          + ") o";

  /**
   * All but the reports: their process would put into the lake for minutes what was filled in, and
   * the database would read it out of the log beside the closings.
   */
  private static final String ROLES = "node.role=api,relay,consumers,flash,console";

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
    // Two states, each round half as long again as a load.
    return 3 * (Steady.WARMUPS_MAX + ROUNDS);
  }

  @Override
  public List<String> sets(Plan plan) {
    return Bench.setsAnd("order.pay-window", "node.role");
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    try (SystemUnderTest system =
            bench.system("order.pay-window=" + PAY_WINDOW.toSeconds() + "s", ROLES);
        Meter meter = new Meter(system)) {
      Paying paying = new Paying(bench, system);
      report.version(system);
      report.settings(told(plan), paying.skus(), paying.customers().count());
      Anchor.measure(meter.database(), report);
      long few = Math.min(FEW, plan.orders());
      Fill.unpaid(bench, system, few, 1);
      meter.database().vacuum();
      Steady steadyFew = warmUp(bench, system, paying, meter);
      List<Closing> before = rounds(bench, system, paying, meter, ROUNDS);
      Fill.unpaid(bench, system, plan.orders() - few, 2);
      meter.database().vacuum();
      Steady steadyMany = warmUp(bench, system, paying, meter);
      List<Closing> after = rounds(bench, system, paying, meter, ROUNDS - 1);
      Meter.Begun begun = meter.begin();
      Closed last = close(bench, system, paying, meter);
      Counted counted = begun.end();
      after.add(last.closing());
      report.result(last.tally(), last.traffic(), "orders closed", last.closing().closed());
      report.counted(counted, last.closing().closed(), last.tally());
      report.created(counted.newOrders(), last.traffic());
      judge(
          report,
          new Waiting(few, plan.orders()),
          new Steady.Both(steadyFew, steadyMany),
          before,
          after,
          hidden(plan, paying.customers().count(), paying.skus()));
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
  static String hidden(Plan plan, int customers, int skus) {
    return new Promised(USUAL).shop(plan, customers, skus);
  }

  /** One of them that was not what it should be; the first where each was. */
  private static Closing odd(List<Closing> closings, Predicate<Closing> right) {
    return closings.stream().filter(right.negate()).findFirst().orElse(closings.getFirst());
  }

  /**
   * Judges the closings of both states, each of as many rounds.
   *
   * @param steady the warm-ups of both
   * @param hidden what customers and their orders had less of than what is promised of
   */
  static void judge(
      Report report,
      Waiting waiting,
      Steady.Both steady,
      List<Closing> before,
      List<Closing> after,
      String hidden) {
    Predicate<Closing> allDue = closing -> closing.due() == DUE;
    Predicate<Closing> allClosed = closing -> closing.closed() == closing.due();
    report.check("20000_orders_were_due_beside_few", DUE, odd(before, allDue).due());
    report.check("20000_orders_were_due_beside_many", DUE, odd(after, allDue).due());
    Closing few = odd(before, allClosed);
    Closing many = odd(after, allClosed);
    report.check("every_due_order_is_closed_beside_few", few.due(), few.closed());
    report.check("every_due_order_is_closed", many.due(), many.closed());
    List<Closing> all = Stream.concat(before.stream(), after.stream()).toList();
    double ahead = all.stream().mapToDouble(Closing::aheadSeconds).min().orElse(-1);
    report.check(
        "idle_cpu_was_read_before_the_first_was_due",
        "before it",
        String.format(Locale.ROOT, "%.3f s %s", Math.abs(ahead), ahead > 0 ? "before" : "after"),
        ahead > 0);
    double late = all.stream().mapToDouble(Closing::lateSecondsMax).max().orElse(Double.MAX_VALUE);
    report
        .section("closing")
        .put("few", waiting.few())
        .put("many", waiting.many())
        .put("lateSecondsMax", Report.rounded(late))
        .put("cpuReadSecondsBeforeFirstDue", Report.rounded(ahead));
    steady.tell(report.section("closing"));
    String less =
        Promised.first(new Promised(USUAL).orders(waiting.many()), hidden, steady.hidden());
    cost(report, before, after, less);
    report.target("closed_after_deadline_seconds", Report.Sense.AT_MOST, 5, late, less);
  }

  /** What one closing costs beside many, held against what it costs beside few. */
  private static void cost(
      Report report, List<Closing> before, List<Closing> after, String hidden) {
    List<Double> few = before.stream().map(Closing::cpuMicros).toList();
    List<Double> many = after.stream().map(Closing::cpuMicros).toList();
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < few.size(); i++) {
      double a = Report.rounded(few.get(i));
      double b = Report.rounded(many.get(i));
      report.list("pairs").addObject().put("a", a).put("b", b);
      ratios.add(many.get(i) / few.get(i));
    }
    double spread = Pairs.spread(few);
    report.figure("aaSpread", spread);
    ObjectNode section = report.section("closing");
    Report.put(section, "fewCpuMicrosEach", Pairs.middle(few));
    Report.put(section, "manyCpuMicrosEach", Pairs.middle(many));
    Report.put(section, "ratio", Pairs.middle(ratios));
    boolean measured = Stream.concat(before.stream(), after.stream()).allMatch(Closing::isMeasured);
    String less =
        Promised.first(measured ? "" : "the closing of 20,000 was not what was counted", hidden);
    Pairs.within(report, "closing_cost_many_to_few", ratios, spread, MORE_MAX, less);
  }

  /** Closes until it is steady what an order takes, or that is given up; returns which. */
  private static Steady warmUp(Bench bench, SystemUnderTest system, Paying paying, Meter meter)
      throws BenchFailure, IOException, InterruptedException {
    Steady steady = new Steady();
    double micros;
    do {
      micros = close(bench, system, paying, meter).closing().cpuMicros();
    } while (steady.wantsMore(1_000_000 / micros));
    return steady;
  }

  /** So many closings, one after the other. */
  private static List<Closing> rounds(
      Bench bench, SystemUnderTest system, Paying paying, Meter meter, int count)
      throws BenchFailure, IOException, InterruptedException {
    List<Closing> closings = new ArrayList<>();
    while (closings.size() < count) {
      closings.add(close(bench, system, paying, meter).closing());
    }
    return closings;
  }

  /** Places orders that fall due, looks on as they do, and counts what that took. */
  private static Closed close(Bench bench, SystemUnderTest system, Paying paying, Meter meter)
      throws BenchFailure, IOException, InterruptedException {
    DatabaseFigures database = meter.database();
    long last = database.number("select coalesce(max(number), 0) from ordering.orders").orElse(0L);
    String placed = PLACED.formatted(last);
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
                "select extract(epoch from min(pay_before) - clock_timestamp()) from " + placed)
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
    String waiting = "select count(*) from " + placed + " where state = 1";
    awaitClosed(bench, () -> database.number(waiting).orElse(0L), CLOSE_MAX);
    meter.drain();
    double micros =
        cpu(system, database) - from - idleMicrosPerNano * (System.nanoTime() - fromNanos);
    String closed = " from " + placed + " where state = 7";
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

  /** Waits until none is left. Where some are for too long, the count of the closed finds them. */
  static void awaitClosed(Bench bench, LongSupplier waiting, Duration max)
      throws InterruptedException {
    long begun = System.nanoTime();
    while (waiting.getAsLong() > 0) {
      if (System.nanoTime() - begun > max.toNanos()) {
        bench.say("orders were not closed " + max.toSeconds() + " s after");
        return;
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  private static long cpu(SystemUnderTest system, DatabaseFigures database) {
    Map<String, Long> cpu = Processes.cpuMicros(system.pid(), database.backend());
    return cpu.getOrDefault("server", 0L) + cpu.getOrDefault("database", 0L);
  }
}
