package io.tidegate.server.fill;

import io.tidegate.shop.ordering.PlaceOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** What customers order: 1 to 5 lines, the n-th SKU in proportion to 1/n. */
final class Baskets {

  /** The share of orders that have no more than 1, 2, ... lines. */
  private static final double[] LINES = {0.48, 0.75, 0.88, 0.95, 1};

  /** The share of lines that have no more than 1, 2, 3 pieces. */
  private static final double[] PIECES = {0.85, 0.96, 1};

  private final String[] skus;
  private final double[] upTo;

  Baskets(List<String> skus, long seed) {
    this.skus = skus.toArray(String[]::new);
    shuffle(this.skus, new SplittableRandom(seed)); // what sells is not what stands first in a list
    this.upTo = new double[this.skus.length];
    double sum = 0;
    for (int i = 0; i < upTo.length; i++) {
      sum += 1.0 / (i + 1);
      upTo[i] = sum;
    }
  }

  List<PlaceOrder.Line> draw(SplittableRandom random) {
    int wanted = Math.min(skus.length, pick(LINES, random.nextDouble()));
    List<PlaceOrder.Line> lines = new ArrayList<>(wanted);
    int[] picked = new int[wanted];
    for (int line = 0; line < wanted; line++) {
      picked[line] = another(picked, line, random);
      lines.add(new PlaceOrder.Line(skus[picked[line]], pick(PIECES, random.nextDouble())));
    }
    return lines;
  }

  /** A SKU, or the next one that this order does not have yet. */
  private int another(int[] picked, int lines, SplittableRandom random) {
    int found = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
    int sku = Math.min(skus.length - 1, found < 0 ? -found - 1 : found);
    for (int i = 0; i < lines; i++) {
      if (picked[i] == sku) {
        sku = (sku + 1) % skus.length;
        i = -1;
      }
    }
    return sku;
  }

  private static int pick(double[] upTo, double value) {
    int at = 0;
    while (at < upTo.length - 1 && value >= upTo[at]) {
      at++;
    }
    return at + 1;
  }

  private static void shuffle(String[] all, SplittableRandom random) {
    for (int i = all.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      String moved = all[i];
      all[i] = all[other];
      all[other] = moved;
    }
  }
}
