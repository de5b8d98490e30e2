package io.tidegate.harness.bench;

import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A flash sale: many more customers than pieces, who ask from before its start on, each as soon as
 * the last answer is there. Then a normal stream of orders beside such a flood, and a sale whose
 * lane is capped, with ten times that offered.
 */
final class FlashBench implements Scenario {
  static final String NAME = "flash";

  private static final int USERS = 30_000;
  static final int PROMISED_PIECES = 1_000;
  private static final double PROMISED_PER_SECOND = 30_000;
  private static final double PROMISED_SECONDS = 2;
  private static final int PER_USER = 1;
  private static final Defaults USUAL = Defaults.CLOSED.users(USERS).pairs(Pairs.PAIRS_MIN);

  /** From a sale's making to its start, in which every customer fetches a token. */
  private static final Duration AHEAD = Duration.ofSeconds(30);

  /** Customers ask too early by this. */
  private static final Duration EARLY = Duration.ofSeconds(2);

  private static final Duration ROUND_UP = Duration.ofSeconds(1);

  private final SaleKills kills;

  FlashBench(SaleKills kills) {
    this.kills = kills;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String purpose() {
    return "a sale of --pieces from before its start on; --normal orders/s beside one; one capped";
  }

  @Override
  public Defaults defaults() {
    return USUAL;
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    if (plan.flash().kills() > 0) {
      return Set.of(Asked.CONNECTIONS, Asked.PIECES, Asked.KILLS);
    }
    Set<Asked> alone =
        Asked.loadsAnd(Asked.SKEW, Asked.PIECES, Asked.NODES, Asked.KILLS, Asked.NO_BESIDE);
    if (plan.beside()) {
      alone.addAll(Set.of(Asked.NORMAL, Asked.PAIRS));
    }
    return alone;
  }

  @Override
  public int loads(Plan plan) {
    return plan.flash().kills() > 0
        ? plan.flash().kills()
        : plan.beside() ? 4 + 2 * plan.pairs() : 1;
  }

  @Override
  public List<String> sets(Plan plan) {
    if (plan.flash().kills() > 0) {
      return kills.sets();
    }
    return plan.beside() ? Bench.setsAnd("flash.per-second-max") : Bench.SETS;
  }

  /** A capped sale is left out where the system is not ours. */
  @Override
  public boolean needsItsOwn(Plan plan) {
    return plan.flash().kills() > 0;
  }

  /** Whoever finds a sale over is refused, and that would be no failure of the sale's. */
  @Override
  public Optional<String> refusal(Plan plan) {
    if (plan.flash().kills() > 0) {
      return Optional.empty();
    }
    Duration longest = plan.length().compareTo(plan.warmup()) < 0 ? plan.warmup() : plan.length();
    if (longest.plus(AHEAD).compareTo(SaleStand.TOKENS_HOLD) > 0) {
      return Optional.of(
          "flash can't sell for %d s: its purchase tokens are good for %d minutes"
              .formatted(longest.toSeconds(), SaleStand.TOKENS_HOLD.toMinutes()));
    }
    return Optional.empty();
  }

  /** A capped sale. */
  @Override
  public Optional<String> refusalOfItsOwn(Plan plan) {
    return plan.beside() && plan.flash().kills() == 0
        ? FlashOverload.refusal(plan)
        : Optional.empty();
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Plan plan = bench.plan();
    if (plan.flash().kills() > 0) {
      killed(bench, report);
      return report;
    }
    try (SystemUnderTest system = bench.system();
        Nodes nodes = Nodes.of(bench, system, plan.flash().nodes());
        Meter meter = new Meter(system)) {
      for (SystemUnderTest other : nodes.others()) {
        meter.add(other);
      }
      measure(bench, system, nodes.apis(), meter, report);
    }
    if (plan.beside() && bench.ownSystem()) {
      FlashOverload.measure(bench, report);
    }
    return report;
  }

  private void measure(
      Bench bench, SystemUnderTest system, List<URI> nodes, Meter meter, Report report)
      throws BenchFailure, IOException, InterruptedException {
    Plan plan = bench.plan();
    Placing placing = new Placing(bench, system);
    try (SaleStand stand = new SaleStand(bench, system, nodes, report)) {
      report.version(system);
      report.settings(plan, placing.skus(), stand.customers().count());
      Anchor.measure(meter.database(), report);
      sell(bench, nodes, meter, placing, stand, report);
      if (plan.beside()) {
        FlashBeside.measure(bench, system, nodes, stand, placing, report);
        meter.drain();
      }
    }
    Ending.audit(bench, system, report);
  }

  private static void sell(
      Bench bench, List<URI> nodes, Meter meter, Placing placing, SaleStand stand, Report report)
      throws BenchFailure, IOException, InterruptedException {
    Plan plan = bench.plan();
    report
        .section("settings")
        .put("pieces", plan.flash().pieces())
        .put("perUser", PER_USER)
        .put("nodes", nodes.size())
        .put("normalPerSecond", plan.flash().normalPerSecond());
    warmUp(bench, nodes, stand, placing, meter);
    Meter.Begun begun = meter.begin();
    Spike spike = spike(bench, nodes, stand);
    Counted counted = begun.end();
    long answers = spike.tally().answered();
    report.result(spike.tally(), spike.traffic(), "answers", answers);
    report.section("perOrder").put("per", "answer");
    report.counted(counted, answers, spike.tally());
    report.created(counted.newOrders(), spike.traffic());
    SaleRows rows = SaleRows.of(meter.database(), spike.sale().id());
    tell(report, plan, stand.customers().count(), spike, rows);
    report.refusedFairly(
        "sale_", List.of(spike.tally()), spike.traffic().all(), FlashTraffic.REFUSALS);
    exact(report, plan.flash().pieces(), spike.traffic(), rows);
    stand.stop(spike.sale());
  }

  private void killed(Bench bench, Report report)
      throws BenchFailure, IOException, InterruptedException {
    SaleKills.Outcome outcome = kills.run(bench.plan(), bench.settings(), bench::say);
    report.version(outcome.version());
    report.durability(outcome.told().durability());
    report.section("settings").setAll(outcome.told().settings());
    report.section("result").setAll(outcome.told().result());
    report.section("verified").setAll(outcome.told().verified());
    report.count("rounds", outcome.sales().size());
    report.count("roundsAsked", bench.plan().flash().kills());
    report.list("inFlightAtKill");
    report.count("unknownResolved", outcome.unknownResolved());
    outcome.counts().forEach(report::count);
    ObjectNode section =
        report
            .section("kills")
            .put("orders", outcome.orders())
            .put("unknown", outcome.unknown())
            .put("unknownResolved", outcome.unknownResolved());
    outcome.counts().forEach(section::put);
    ArrayNode sales = section.putArray("sales");
    for (SaleKills.Killed sale : outcome.sales()) {
      report.list("inFlightAtKill").add(sale.inFlight());
      sales
          .addObject()
          .put("killed", sale.victim())
          .put("soldBefore", sale.soldBefore())
          .put("allocation", sale.allocation())
          .put("orders", sale.orders())
          .put("backSeconds", Report.rounded(sale.backSeconds()))
          .put("allPaidSeconds", Report.rounded(sale.allPaidSeconds()));
    }
    ArrayNode findings = section.putArray("findings");
    outcome.findings().forEach(findings::add);
    report.check("sales_are_exact_whatever_was_killed", 0, outcome.findings().size());
    report.check(
        "sales_were_killed_as_often_as_asked",
        bench.plan().flash().kills(),
        outcome.sales().size());
  }

  /** The same flood, and normal orders, uncounted. */
  private static void warmUp(
      Bench bench, List<URI> nodes, SaleStand stand, Placing placing, Meter meter)
      throws BenchFailure, IOException, InterruptedException {
    Plan plan = bench.plan();
    if (!plan.warmup().isPositive()) {
      return;
    }
    bench.load(
        "warm-up: normal orders",
        nodes.subList(0, 1),
        plan.pace(),
        plan.warmup().dividedBy(2),
        placing.traffic(plan.goods().skew()));
    SaleStand.Sale sale = stand.open(new SaleStand.Offer(plan.flash().pieces(), PER_USER));
    FlashTraffic traffic = stand.traffic(sale, plan.connections());
    bench.load("warm-up: a sale", nodes, plan.pace(), plan.warmup(), traffic);
    stand.settle(traffic);
    stand.stop(sale);
    meter.drain();
  }

  /** One sale from before its start until long after nothing is left. */
  private record Spike(SaleStand.Sale sale, Tally tally, FlashTraffic traffic, long startNanos) {
    /** From the start until the last customer was told that an order is placed. */
    double lastSeconds() {
      return (traffic.lastPlacedNanos() - startNanos) / 1e9;
    }

    /** Answers a second, from the start on. */
    double perSecond(Duration length) {
      return tally.seconds().stream()
              .skip(EARLY.toSeconds())
              .limit(length.toSeconds())
              .mapToLong(second -> second.good() + second.other())
              .sum()
          / (double) length.toSeconds();
    }
  }

  private static Spike spike(Bench bench, List<URI> nodes, SaleStand stand)
      throws BenchFailure, IOException, InterruptedException {
    Plan plan = bench.plan();
    Instant startsAt = Instant.now().plus(AHEAD).plus(ROUND_UP).truncatedTo(ChronoUnit.SECONDS);
    SaleStand.Sale sale =
        stand.startingAt(startsAt, new SaleStand.Offer(plan.flash().pieces(), PER_USER));
    Duration left = Duration.between(Instant.now(), startsAt.minus(EARLY));
    if (left.isNegative()) {
      throw new BenchFailure(
          "purchase tokens took longer than the %d s before the sale; fewer --users?"
              .formatted(AHEAD.toSeconds()));
    }
    bench.say("waiting for the start of sale " + sale.id() + " at " + startsAt);
    Thread.sleep(left);
    FlashTraffic traffic = stand.traffic(sale, plan.connections());
    long startNanos = System.nanoTime() + Duration.between(Instant.now(), startsAt).toNanos();
    Tally tally = bench.load("the sale", nodes, plan.pace(), EARLY.plus(plan.length()), traffic);
    stand.settle(traffic);
    return new Spike(sale, tally, traffic, startNanos);
  }

  /** What a sale had less of than what is promised of. */
  static String hidden(Plan plan, int customers) {
    Promised usual = new Promised(USUAL);
    return Promised.first(usual.load(plan), usual.users(customers), usual.connections(plan));
  }

  private static void tell(Report report, Plan plan, int customers, Spike spike, SaleRows rows) {
    double perSecond = spike.perSecond(plan.length());
    double soldOut = spike.lastSeconds();
    report
        .section("sale")
        .put("answersPerSecond", Report.rounded(perSecond))
        .put("orders", rows.orders())
        .put("allocation", rows.allocation())
        .put("free", rows.free())
        .put("lastOrderSecondsAfterStart", Report.rounded(soldOut))
        .put("tickets", spike.traffic().tickets().size());
    judge(report, plan, customers, perSecond, soldOut);
  }

  /** At a rate it does what is asked of it, so that nothing is judged. */
  static void judge(Report report, Plan plan, int customers, double perSecond, double soldOut) {
    if (!plan.open()) {
      String hidden =
          Promised.first(
              plan.flash().pieces() == PROMISED_PIECES ? "" : "promised of a sale of 1,000 pieces",
              hidden(plan, customers));
      report.target(
          "flash_answers_per_second",
          Report.Sense.AT_LEAST,
          PROMISED_PER_SECOND,
          perSecond,
          hidden);
      report.target(
          "flash_last_order_seconds_after_start",
          Report.Sense.AT_MOST,
          PROMISED_SECONDS,
          soldOut,
          hidden);
    }
  }

  /** Not one too many, not one left over, and as many as were told. */
  private static void exact(Report report, long pieces, FlashTraffic traffic, SaleRows rows) {
    report.check("pieces_of_orders_are_those_of_the_sale", pieces, rows.pieces());
    report.check("pieces_granted_are_those_of_the_sale", pieces, rows.granted());
    report.check("nothing_is_left_in_the_pool", 0, rows.free());
    long least = traffic.created();
    long most = least + traffic.perhapsCreated();
    report.check(
        "orders_are_those_that_were_told",
        least == most ? Long.toString(least) : least + " to " + most,
        Long.toString(rows.orders()),
        rows.orders() >= least && rows.orders() <= most);
    report.check(
        "nobody_has_more_than_one_may",
        "at most " + PER_USER,
        String.format(Locale.ROOT, "%d", rows.perUserMost()),
        rows.perUserMost() <= PER_USER);
  }

  /** The nodes that serve a sale: the system that is measured, and more of them. */
  private record Nodes(List<URI> apis, List<SystemUnderTest> others) implements AutoCloseable {
    static Nodes of(Bench bench, SystemUnderTest first, int count)
        throws BenchFailure, IOException, InterruptedException {
      List<URI> apis = new ArrayList<>(List.of(first.api()));
      List<SystemUnderTest> others = new ArrayList<>();
      for (int i = 1; i < count; i++) {
        SystemUnderTest node = bench.node(Launcher.find(), first, "http.limit-per-user=0");
        others.add(node);
        apis.add(node.api());
      }
      return new Nodes(List.copyOf(apis), List.copyOf(others));
    }

    @Override
    public void close() throws IOException {
      for (SystemUnderTest node : others) {
        node.close();
      }
    }
  }
}
