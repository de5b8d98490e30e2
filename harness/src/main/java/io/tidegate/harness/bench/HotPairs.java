package io.tidegate.harness.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Placing with many SKUs and with one hot SKU, by turns; the bench's own load is the last hot one.
 */
final class HotPairs {
  private static final double SHARE_MIN = 0.9;

  private final int pairs;
  private final List<Double> many = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();

  HotPairs(int pairs) {
    this.pairs = pairs;
  }

  /** Each pair begins with what the one before ended with, so that neither is always the first. */
  void allButTheLastHot(Placing placing, Meter meter, Report report)
      throws IOException, InterruptedException {
    for (int pair = 1; pair <= pairs; pair++) {
      boolean last = pair == pairs;
      boolean hotFirst = !last && (pairs - pair) % 2 == 1;
      double hot = hotFirst ? placing.perSecond("one hot SKU", Skew.HOT, meter) : 0;
      many.add(placing.perSecond("many SKUs", Skew.UNIFORM, meter));
      if (!last) {
        pair(report, hotFirst ? hot : placing.perSecond("one hot SKU", Skew.HOT, meter));
      }
    }
  }

  /** Takes the last hot load and judges. */
  void last(Report report, double hot) {
    pair(report, hot);
    double spread = Pairs.spread(many);
    report.figure("aaSpread", spread);
    if (pairs >= Pairs.PAIRS_MIN) {
      Pairs.atLeast(report, "hot_sku_to_many_skus", ratios, spread, SHARE_MIN);
    }
  }

  private void pair(Report report, double hot) {
    report.list("pairs").addObject().put("a", many.getLast()).put("b", hot);
    ratios.add(hot / many.getLast());
  }
}
