package io.tidegate.harness.bench;

/**
 * Warm-ups until one was hardly faster than the one before. What is measured first is held against
 * what comes later, of a server that has been compiled meanwhile: the first would be the slower one
 * whatever is compared.
 */
final class Steady {
  /** More than a JVM needs on two cores; who differs for longer is not warming up. */
  static final int WARMUPS_MAX = 6;

  /** Less than two loads of a warm server differ by. */
  private static final double FASTER_MAX = 0.05;

  private int done;
  private double before;

  /**
   * Whether to warm up once more.
   *
   * @param perSecond what the last warm-up did
   */
  boolean wantsMore(double perSecond) {
    boolean faster = perSecond > before * (1 + FASTER_MAX);
    before = perSecond;
    return ++done < WARMUPS_MAX && faster;
  }

  /** Warm-ups so far. */
  int done() {
    return done;
  }
}
