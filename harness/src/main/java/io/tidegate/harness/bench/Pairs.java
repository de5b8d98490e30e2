package io.tidegate.harness.bench;

import java.util.List;

/** Two things that were measured one after the other, again and again. */
final class Pairs {
  private Pairs() {}

  /** The middle of sorted values; of two in the middle, their mean. */
  static double median(List<Double> sorted) {
    int n = sorted.size();
    if (n == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
  }
}
