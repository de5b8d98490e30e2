package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import io.tidegate.harness.load.Traffic;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A steady stream of normal orders, by turns beside a sale's flood and beside as many requests for
 * a static route: so that sharing the machine is not blamed on the sale.
 */
final class FlashBeside {
  /** Below half of what two cores answer, so that neither stream waits for the CPU alone. */
  private static final double FLOOD_PER_SECOND = 6_000;

  private static final double SHARE_MAX = 0.2;

  /** Of a flood, what must really be sent while it lasts: a sale that stalls holds it up. */
  private static final double FLOOD_SHARE = 0.9;

  private static final double PROMISED_NORMAL = 300;
  private static final Promised USUAL = new Promised(Defaults.CLOSED.pairs(Pairs.PAIRS_MIN));
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private final Bench bench;
  private final List<URI> nodes;
  private final SaleStand stand;
  private final Placing placing;
  private final List<Tally> floods = new ArrayList<>();
  private final Answers flooded = new Answers();
  private final List<Tally> staticFloods = new ArrayList<>();
  private final Answers staticFlooded = new Answers();
  private long notDone;

  private FlashBeside(Bench bench, List<URI> nodes, SaleStand stand, Placing placing) {
    this.bench = bench;
    this.nodes = nodes;
    this.stand = stand;
    this.placing = placing;
  }

  static void measure(
      Bench bench,
      SystemUnderTest system,
      List<URI> nodes,
      SaleStand stand,
      Placing placing,
      Report report)
      throws BenchFailure, IOException, InterruptedException {
    FlashBeside beside = new FlashBeside(bench, nodes, stand, placing);
    List<Double> quiet = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int pair = 1; pair <= bench.plan().pairs(); pair++) {
      boolean staticFirst = pair % 2 == 1;
      double a = staticFirst ? beside.staticFlood() : 0;
      double b = beside.saleFlood();
      a = staticFirst ? a : beside.staticFlood();
      quiet.add(a);
      ratios.add(b / a);
      report.list("pairs").addObject().put("a", a).put("b", b);
    }
    double spread = Pairs.spread(quiet);
    report.figure("aaSpread", spread);
    ObjectNode section = report.section("sale");
    section
        .put("normalPerSecond", bench.plan().flash().normalPerSecond())
        .put("floodPerSecond", FLOOD_PER_SECOND)
        .put("normalNotDone", beside.notDone);
    report.check("normal_orders_are_all_placed", 0, beside.notDone);
    report.refusedFairly("flood_", beside.floods, beside.flooded, FlashTraffic.REFUSALS);
    report.refusedFairly("static_flood_", beside.staticFloods, beside.staticFlooded, Set.of());
    double sent =
        Math.min(
            sentShare(beside.floods, bench.plan()), sentShare(beside.staticFloods, bench.plan()));
    section.put("floodSentShareMin", Report.rounded(sent));
    String less = hidden(bench.plan(), stand.customers().count(), placing.skus());
    judge(report, ratios, spread, sent, less);
  }

  /** The least that a flood had sent while it lasted, as a share of what it was meant to. */
  static double sentShare(List<Tally> floods, Plan plan) {
    double due = FLOOD_PER_SECOND * plan.length().toNanos() / 1e9;
    return floods.stream().mapToDouble(flood -> flood.sentInTime() / due).min().orElse(0);
  }

  /** What sale and normal orders had less of than what is promised of. */
  static String hidden(Plan plan, int customers, int skus) {
    return Promised.first(
        USUAL.pairs(plan),
        FlashBench.hidden(plan, customers),
        USUAL.lines(plan),
        USUAL.goods(plan, skus),
        plan.flash().pieces() < FlashBench.PROMISED_PIECES
            ? "promised beside a sale of 1,000 pieces or more"
            : "",
        plan.flash().nodes() == 1 ? "" : "promised of one node",
        plan.flash().normalPerSecond() < PROMISED_NORMAL
            ? "promised with 300 normal orders a second or more"
            : "");
  }

  /**
   * Judges the normal stream. Beside a flood that was held up it says nothing.
   *
   * @param sent the least share of a flood that was really sent
   * @param less what the run had less of than what is promised of; empty where of nothing
   */
  static void judge(Report report, List<Double> ratios, double spread, double sent, String less) {
    String hidden =
        Promised.first(
            sent >= FLOOD_SHARE ? "" : "a flood was not sent as fast as it was due", less);
    Pairs.within(report, "normal_p99_beside_sale_to_static", ratios, spread, SHARE_MAX, hidden);
  }

  /** The normal stream's p99 beside a static route. */
  private double staticFlood() throws BenchFailure, IOException, InterruptedException {
    StaticTraffic flood = new StaticTraffic(stand.customers());
    Ran ran = beside("normal orders beside a static route", flood);
    staticFloods.add(ran.flood());
    staticFlooded.add(flood.all());
    return ran.p99();
  }

  /** The same beside a sale that begins with it, and is soon sold out. */
  private double saleFlood() throws BenchFailure, IOException, InterruptedException {
    SaleStand.Sale sale = stand.open(new SaleStand.Offer(bench.plan().flash().pieces(), 1));
    FlashTraffic flood = stand.traffic(sale, bench.plan().connections());
    Ran ran = beside("normal orders beside a sale", flood);
    floods.add(ran.flood());
    flooded.add(flood.all());
    stand.stop(sale);
    return ran.p99();
  }

  /** The normal stream's p99, and what the flood came to. */
  private record Ran(double p99, Tally flood) {}

  private Ran beside(String phase, Traffic flood)
      throws BenchFailure, IOException, InterruptedException {
    Thread.sleep(SETTLE);
    Plan plan = bench.plan();
    Load load =
        new Load(
            nodes.stream().map(Bench::address).toList(),
            plan.connections(),
            new Load.AtRate(FLOOD_PER_SECOND),
            plan.length(),
            Bench.ANSWER_WITHIN);
    try (BackgroundLoad under = BackgroundLoad.start("flood", load, flood)) {
      PlaceTraffic normal = placing.traffic(plan.goods().skew());
      Tally tally =
          bench.load(
              phase,
              nodes.subList(0, 1),
              new Load.AtRate(plan.flash().normalPerSecond()),
              plan.length(),
              normal);
      Tally over = under.result();
      if (over.notSent() > 0) {
        bench.say(over.notSent() + " of the flood's requests found no connection free");
      }
      notDone += tally.sent() + tally.notSent() - normal.created();
      return new Ran(ResultJson.p99(tally.latencyMicros()), over);
    }
  }
}
