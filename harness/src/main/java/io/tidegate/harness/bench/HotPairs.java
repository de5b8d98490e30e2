package io.tidegate.harness.bench;

import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Placing with many SKUs and with one hot SKU, by turns; the bench's own load is the last hot one.
 */
final class HotPairs {
  private static final double SHARE_MIN = 0.9;
  private static final Promised USUAL = new Promised(Defaults.CLOSED.pairs(Pairs.PAIRS_MIN));

  private final Plan plan;
  private final int pairs;
  private final Placing placing;
  private final Meter meter;
  private final List<Double> many = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();
  private final List<Tally> loads = new ArrayList<>();

  /** What all loads but the last hot one came to. */
  private final PlaceTraffic all;

  HotPairs(Plan plan, Placing placing, Meter meter) {
    this.plan = plan;
    this.pairs = plan.pairs();
    this.placing = placing;
    this.meter = meter;
    this.all = placing.traffic(Skew.UNIFORM);
  }

  /** Each pair begins with what the one before ended with, so that neither is always the first. */
  void allButTheLastHot(Report report) throws IOException, InterruptedException {
    for (int pair = 1; pair <= pairs; pair++) {
      boolean last = pair == pairs;
      boolean hotFirst = !last && (pairs - pair) % 2 == 1;
      double hot = hotFirst ? perSecond("one hot SKU", Skew.HOT) : 0;
      many.add(perSecond("many SKUs", Skew.UNIFORM));
      if (!last) {
        pair(report, hotFirst ? hot : perSecond("one hot SKU", Skew.HOT));
      }
    }
  }

  private double perSecond(String phase, Skew skew) throws IOException, InterruptedException {
    PlaceTraffic traffic = placing.traffic(skew);
    Tally tally = placing.settled(phase, traffic, meter);
    loads.add(tally);
    all.add(traffic);
    return Report.rounded(ResultJson.perSecond(traffic.created(), tally.elapsed()));
  }

  /**
   * Takes the last hot load and judges; who was turned away in any other is told here.
   *
   * @param hidden what the run has less of than what is promised; empty where of nothing
   */
  void last(Report report, double hot, String hidden) {
    pair(report, hot);
    report.allServed("by_turns_", loads, all.all());
    judge(report, plan, many, ratios, hidden);
  }

  /** At a rate both do what is asked of them, so that nothing is compared. */
  static void judge(
      Report report, Plan plan, List<Double> many, List<Double> ratios, String hidden) {
    double spread = Pairs.spread(many);
    report.figure("aaSpread", spread);
    if (!plan.open()) {
      String less = Promised.first(USUAL.pairs(plan), hidden);
      Pairs.atLeast(report, "hot_sku_to_many_skus", ratios, spread, SHARE_MIN, less);
    }
  }

  private void pair(Report report, double hot) {
    report.list("pairs").addObject().put("a", many.getLast()).put("b", hot);
    ratios.add(hot / many.getLast());
  }
}
