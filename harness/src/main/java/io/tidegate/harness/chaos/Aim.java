package io.tidegate.harness.chaos;

import java.util.SplittableRandom;

/**
 * Aims two requests at each other: after each round the side that won starts later, by a step that
 * grows while the same side goes on winning and shrinks when the other does. So it finds the offset
 * at which both win about as often, however far off it lies. For many threads.
 */
final class Aim {
  private static final long SPREAD_MICROS_MIN = 50;
  private static final int SAME_BEFORE_DOUBLING = 3;

  private final int sideBySide;
  private final double spreadMax;
  private final long lowest;
  private final long highest;
  private final SplittableRandom random;
  private double center;
  private double spread;
  private int same;
  private boolean firstWonLast;

  /**
   * Where to look.
   *
   * @param startMicros the first offset; above 0 the second side starts later
   * @param lowestMicros the offset never goes below
   * @param highestMicros nor above
   */
  record Range(long startMicros, long lowestMicros, long highestMicros) {}

  /**
   * @param sideBySide rounds that are under way while another is aimed: what is learnt of each
   *     moves the aim by that much less, for they all flew at the same mark
   */
  Aim(Range range, int sideBySide, long seed) {
    this.sideBySide = sideBySide;
    this.center = range.startMicros();
    this.lowest = range.lowestMicros();
    this.highest = range.highestMicros();
    this.spreadMax = Math.max(SPREAD_MICROS_MIN, (highest - lowest) / 8.0);
    this.spread = Math.clamp((highest - lowest) / 64.0, SPREAD_MICROS_MIN, spreadMax);
    this.random = new SplittableRandom(seed);
  }

  /** How much later than the first side the second one starts, in microseconds. */
  synchronized long next() {
    double offset = center + random.nextDouble(-spread, spread);
    return Math.clamp(Math.round(offset), lowest, highest);
  }

  synchronized void won(boolean first) {
    same = first == firstWonLast ? same + 1 : 1;
    if (first != firstWonLast) {
      spread = Math.max(SPREAD_MICROS_MIN, spread * (1 - 0.5 / sideBySide));
    } else if (same > SAME_BEFORE_DOUBLING * sideBySide) {
      spread = Math.min(spreadMax, spread * (1 + 1.0 / sideBySide));
    }
    firstWonLast = first;
    double step = spread / sideBySide;
    center = Math.clamp(center + (first ? -step : step), (double) lowest, (double) highest);
  }
}
