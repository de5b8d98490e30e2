package io.tidegate.harness.chaos;

import java.util.SplittableRandom;

/**
 * Aims two requests at each other: after each round the side that won starts later, by a step that
 * doubles while the same side goes on winning and halves when the other does. So it finds the
 * offset at which both win about as often, however far off it lies. For many threads.
 */
final class Aim {
  private static final long STEP_MICROS_MIN = 50;
  private static final int SAME_BEFORE_DOUBLING = 3;

  private final long stepMicrosMax;
  private final long lowest;
  private final long highest;
  private final SplittableRandom random;
  private long center;
  private long step;
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

  Aim(Range range, long seed) {
    this.center = range.startMicros();
    this.lowest = range.lowestMicros();
    this.highest = range.highestMicros();
    this.stepMicrosMax = Math.max(STEP_MICROS_MIN, (highest - lowest) / 8);
    this.step = Math.clamp((highest - lowest) / 64, STEP_MICROS_MIN, stepMicrosMax);
    this.random = new SplittableRandom(seed);
  }

  /** How much later than the first side the second one starts, in microseconds. */
  synchronized long next() {
    return Math.clamp(center + random.nextLong(-step, step + 1), lowest, highest);
  }

  synchronized void won(boolean first) {
    same = first == firstWonLast ? same + 1 : 1;
    if (first != firstWonLast) {
      step = Math.max(STEP_MICROS_MIN, step / 2);
    } else if (same > SAME_BEFORE_DOUBLING) {
      step = Math.min(stepMicrosMax, step * 2);
    }
    firstWonLast = first;
    center = Math.clamp(center + (first ? -step : step), lowest, highest);
  }
}
