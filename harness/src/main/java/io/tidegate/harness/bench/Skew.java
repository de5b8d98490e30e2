package io.tidegate.harness.bench;

import java.util.SplittableRandom;

/** How the lines of orders spread over the SKUs. */
public enum Skew {
  /** All alike. */
  UNIFORM,
  /** The first line of every order is one and the same SKU; the others are spread alike. */
  HOT,
  /** The n-th SKU is wanted in proportion to 1/n to the power of 1.1. */
  ZIPF;

  private static final double ZIPF_POWER = 1.1;

  /** Draws SKUs by their index. */
  interface Draw {
    int next(SplittableRandom random, int line);
  }

  Draw over(int skus) {
    return switch (this) {
      case UNIFORM -> (random, _) -> random.nextInt(skus);
      case HOT -> (random, line) -> line == 0 ? 0 : random.nextInt(skus);
      case ZIPF -> zipf(skus);
    };
  }

  private static Draw zipf(int skus) {
    double[] upTo = new double[skus];
    double sum = 0;
    for (int i = 0; i < skus; i++) {
      sum += 1.0 / Math.pow(i + 1.0, ZIPF_POWER);
      upTo[i] = sum;
    }
    double all = sum;
    return (random, _) -> {
      int found = java.util.Arrays.binarySearch(upTo, random.nextDouble() * all);
      return Math.min(skus - 1, found < 0 ? -found - 1 : found);
    };
  }
}
