package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The whole shop at 30 % from a moment on: carts were filled before, some have asked a minute too
 * early, and then everyone confirms and places within a minute.
 */
final class MidnightBench implements Scenario {
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Duration FILL_MAX = Duration.ofMinutes(20);

  /**
   * The list is read by all nodes long before it begins, and the early quotes (half of this at
   * most) and the counters (11 s) are done by then: the minute counts from midnight.
   */
  private static final Duration AHEAD = Duration.ofSeconds(30);

  private static final int PERCENT = 30;

  /** Lines of orders after one, whose goods are there; an order's first element is no line. */
  private static final String LINES =
      " from ordering.orders o, json_array_elements(o.items::json) with ordinality i(line, n),"
          + " catalog.sku s where o.number > %d and i.n > 1 and s.code = i.line->>0";

  /** Of so many customers one has a quote from before. */
  private static final int EARLY = 10;

  private static final ByteBuffer FROM_CART =
      ByteBuffer.wrap(
              Ascii.of(
                  "{\"fromCart\":true,\"address\":{\"name\":\"Bench\",\"phone\":\"13800000000\","
                      + "\"region\":\"330106\",\"line\":\"1 Bench Road\"}}"))
          .asReadOnlyBuffer();

  @Override
  public String name() {
    return "midnight";
  }

  @Override
  public String purpose() {
    return "--orders customers (0: all) with full carts buy within 60 s of a price list's start";
  }

  @Override
  public Defaults defaults() {
    return Defaults.CLOSED.seconds(60, 10);
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Asked.without(Asked.loadsAnd(Asked.ORDERS), Asked.RATE, Asked.SECONDS);
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    try (SystemUnderTest system = bench.system();
        Meter meter = new Meter(system)) {
      Placing placing = new Placing(bench, system);
      report.version(system);
      report.settings(told(plan), placing.skus(), placing.customers());
      Anchor.measure(meter.database(), report);
      warmUp(bench, system, placing, meter);
      Customers customers = bench.customers(system);
      int buyers =
          plan.orders() > 0 ? (int) Math.min(plan.orders(), customers.count()) : customers.count();
      fill(bench, system, customers, buyers);
      // A slow machine takes a minute for a token, and midnight would have passed.
      Staff staff = Staff.of(system);
      Instant midnight = Instant.now().plus(AHEAD).truncatedTo(ChronoUnit.SECONDS);
      try (PriceList list =
          PriceList.starting(staff, PERCENT, midnight, !bench.ownSystem(), report)) {
        int lines = Math.min(plan.goods().lines(), placing.skus());
        buy(bench, system, meter, customers, buyers, lines, list, report);
      }
      Ending.audit(bench, system, report);
    }
    return report;
  }

  /** What there really was of a plan: everybody once, as fast as answers come, within a minute. */
  static Plan told(Plan plan) {
    return plan.with(new Load.AsAnswered()).withLength(WITHIN);
  }

  private static void warmUp(Bench bench, SystemUnderTest system, Placing placing, Meter meter)
      throws IOException, InterruptedException {
    Plan plan = bench.plan();
    if (plan.warmup().isPositive()) {
      bench.load(
          "warm-up",
          List.of(system.api()),
          told(plan).pace(),
          plan.warmup(),
          placing.traffic(plan.goods().skew()));
      meter.drain();
    }
  }

  private static void buy(
      Bench bench,
      SystemUnderTest system,
      Meter meter,
      Customers customers,
      int buyers,
      int lines,
      PriceList list,
      Report report)
      throws IOException, InterruptedException {
    Instant midnight = list.startsAt();
    AtomicInteger next = new AtomicInteger();
    QuoteTraffic early = traffic(bench, customers, next, true);
    int before = Math.max(1, buyers / EARLY);
    Tally quotes =
        bench.load(
            "quotes before midnight",
            List.of(system.api()),
            new Load.UpTo(before),
            Duration.between(Instant.now(), midnight).dividedBy(2),
            early);
    int asked = next.get();
    Meter.Begun begun = meter.begin();
    long last = lastOrder(meter);
    bench.say("waiting for " + midnight);
    Thread.sleep(Math.max(0, Duration.between(Instant.now(), midnight).toMillis()));
    long midnightNanos = System.nanoTime() + Duration.between(Instant.now(), midnight).toNanos();
    QuoteTraffic traffic = traffic(bench, customers, next, false).placing(early);
    int all = early.kept() + buyers - asked;
    Tally tally =
        bench.load("midnight", List.of(system.api()), new Load.UpTo(all), WITHIN, traffic);
    Counted counted = begun.end();
    report.result(tally, traffic, "orders", traffic.created());
    report.counted(counted, traffic.created(), tally);
    report.created(counted.newOrders(), traffic);
    report.section("midnight").put("buyers", buyers);
    early(report, quotes, early);
    quoted(report, early.kept());
    bought(report, buyers, traffic.created(), traffic.lastPlacedNanos() - midnightNanos);
    prices(report, traffic.created() * lines, looked(meter, last), dearer(meter, last));
  }

  /** That whoever asked too early was answered: who was not does not ask again. */
  static void early(Report report, Tally tally, QuoteTraffic quotes) {
    report.allServed("early_", List.of(tally), quotes.all());
  }

  /** That a quote of the dearer price was there to be placed: without one nobody has tried that. */
  static void quoted(Report report, int before) {
    report.section("midnight").put("quotedBefore", before);
    report.check("some_have_quoted_before", "at least 1", Integer.toString(before), before > 0);
  }

  /**
   * Whoever began within the minute is waited for for longer, so that the last answer's time is
   * looked at, too.
   *
   * @param lastNanos from midnight until the last one had an order
   */
  static void bought(Report report, long all, long created, long lastNanos) {
    double last = lastNanos / 1e9;
    report.section("midnight").put("lastOrderSecondsAfterMidnight", Report.rounded(last));
    report.check(
        "everyone_has_bought_within_60_s",
        all + " within " + WITHIN.toSeconds() + " s",
        String.format(Locale.ROOT, "%d within %.3f s", created, last),
        created == all && lastNanos <= WITHIN.toNanos());
  }

  /**
   * That all lines were looked at, for a search that finds none finds none that is dearer.
   *
   * @param lines of all orders; a cart that had goods before has more
   * @param looked lines whose price was compared
   * @param dearer orders that cost more than they should
   */
  static void prices(Report report, long lines, Optional<Long> looked, Optional<Long> dearer) {
    report.check(
        "the_price_of_every_line_was_looked_at",
        "at least " + lines,
        looked.map(String::valueOf).orElse("unknown"),
        looked.filter(n -> n >= lines).isPresent());
    report.check("every_price_is_the_lower_one", 0, 0, dearer);
  }

  /** Some lines in each customer's cart. */
  private static void fill(Bench bench, SystemUnderTest system, Customers customers, int buyers)
      throws BenchFailure, IOException, InterruptedException {
    CartTraffic traffic =
        new CartTraffic(customers, bench.skus(system), bench.plan().goods().lines());
    long puts = (long) buyers * bench.plan().goods().lines();
    bench.load(
        "filling " + buyers + " carts",
        List.of(system.api()),
        new Load.UpTo(puts),
        FILL_MAX,
        traffic);
    if (traffic.all().good() < puts) {
      throw new BenchFailure("of " + puts + " goods only " + traffic.all().good() + " went in");
    }
  }

  private static QuoteTraffic traffic(
      Bench bench, Customers customers, AtomicInteger next, boolean early) {
    return new QuoteTraffic(
        customers,
        next::getAndIncrement,
        FROM_CART::duplicate,
        false,
        early,
        bench.plan().connections());
  }

  private static long lastOrder(Meter meter) {
    return meter
        .database()
        .number("select coalesce(max(number), 0) from ordering.orders")
        .orElse(0L);
  }

  /** Orders of which a line costs more than 30 % of its list price, rounded half up. */
  private static Optional<Long> dearer(Meter meter, long last) {
    return meter
        .database()
        .number(
            "select count(distinct o.number)"
                + LINES.formatted(last)
                + " and (i.line->>3)::bigint > (s.price * 30 + 50) / 100 and s.price > 1");
  }

  /** Lines that have a price and whose goods have one. */
  private static Optional<Long> looked(Meter meter, long last) {
    return meter
        .database()
        .number("select count((i.line->>3)::bigint + s.price)" + LINES.formatted(last));
  }
}
