package io.tidegate.harness.bench;

import java.util.List;

/** Two things that were measured one after the other, again and again. */
final class Pairs {
  /** With fewer, nothing is said of a difference. */
  static final int PAIRS_MIN = 5;

  /** A machine on which the same thing twice differs by more can't tell. */
  private static final double SPREAD_MAX = 0.15;

  private Pairs() {}

  /** The middle of sorted values; of two in the middle, their mean. */
  static double median(List<Double> sorted) {
    int n = sorted.size();
    if (n == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
  }

  /** The middle of values in whatever order. */
  static double middle(List<Double> values) {
    return median(values.stream().sorted().toList());
  }

  /** How far the same thing, measured again and again, is from its median at most. */
  static double spread(List<Double> same) {
    double middle = middle(same);
    return same.stream().mapToDouble(v -> Math.abs(v - middle) / middle).max().orElse(0);
  }

  /** One that is no number, since nothing was done, tells no more than a wide one. */
  private static boolean wide(double spread) {
    return !(spread <= SPREAD_MAX);
  }

  /** Judges that B is no worse than A, beyond what A differs from itself. */
  static void within(Report report, String name, List<Double> ratios, double spread) {
    within(report, name, ratios, spread, 0);
  }

  /** The same where B may be worse by a share of A, whatever A differs from itself. */
  static void within(Report report, String name, List<Double> ratios, double spread, double share) {
    within(report, name, ratios, spread, share, "");
  }

  /**
   * The same of a run that may have had less than what is promised.
   *
   * @param hidden what it had less of; empty where of nothing
   */
  static void within(
      Report report, String name, List<Double> ratios, double spread, double share, String hidden) {
    double got = middle(ratios);
    double want = 1 + Math.max(spread, share);
    if (wide(spread)) {
      report.notMeasurable(name, Report.Sense.AT_MOST, want, got);
    } else {
      report.target(name, Report.Sense.AT_MOST, want, got, hidden);
    }
  }

  /** Judges that B keeps a share of A, where A is a speed that differs little from itself. */
  static void atLeast(
      Report report, String name, List<Double> ratios, double spread, double share) {
    atLeast(report, name, ratios, spread, share, "");
  }

  /**
   * The same of a run that may have had less than what is promised.
   *
   * @param hidden what it had less of; empty where of nothing
   */
  static void atLeast(
      Report report, String name, List<Double> ratios, double spread, double share, String hidden) {
    double got = middle(ratios);
    if (wide(spread)) {
      report.notMeasurable(name, Report.Sense.AT_LEAST, share, got);
    } else {
      report.target(name, Report.Sense.AT_LEAST, share, got, hidden);
    }
  }
}
