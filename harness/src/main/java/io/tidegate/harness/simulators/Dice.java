package io.tidegate.harness.simulators;

import java.util.SplittableRandom;

/**
 * A seeded sequence of numbers that many threads draw from: the same seed gives the same sequence.
 */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** The next number, from 0 (included) to 1 (excluded). */
  synchronized double next() {
    return random.nextDouble();
  }

  /** The next whole number, from {@code low} to {@code high}, both included. */
  synchronized long between(long low, long high) {
    return random.nextLong(low, high + 1);
  }
}
