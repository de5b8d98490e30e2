package io.tidegate.platform.db;

/** Caps commands a second, for tests of overload: a bucket that holds a tenth of a second. */
final class Pace {

  private static final int PARTS = 10;
  private static final long PAUSE_MILLIS = 2;

  private final int perSecondMax;
  private double tokens;
  private long atNanos = System.nanoTime();

  Pace(int perSecondMax) {
    this.perSecondMax = perSecondMax;
  }

  /** How many commands may run now; waits until it is at least one. */
  int allow(int most) throws InterruptedException {
    if (perSecondMax == 0) {
      return most;
    }
    while (true) {
      int allowed = refill(most);
      if (allowed >= 1) {
        return allowed;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private synchronized int refill(int most) {
    long now = System.nanoTime();
    tokens =
        Math.min(Math.max(1, perSecondMax / PARTS), tokens + (now - atNanos) * 1e-9 * perSecondMax);
    atNanos = now;
    return Math.min(most, (int) tokens);
  }

  synchronized void took(int count) {
    tokens -= count;
  }
}
