package io.tidegate.platform.db;

/**
 * Caps commands a second, for tests of overload: a bucket that holds a tenth of a second, from
 * which a batch takes a fiftieth at least. Taking what drips in would make batches of two or three,
 * of which each order costs several times what it costs in the batches of a lane without a cap.
 */
final class Pace {

  private static final int PARTS = 10;
  private static final int BATCHES = 50;
  private static final long PAUSE_MILLIS = 2;

  private final int perSecondMax;
  private double tokens;
  private long atNanos = System.nanoTime();

  Pace(int perSecondMax) {
    this.perSecondMax = perSecondMax;
  }

  /** How many commands may run now; waits until they make a batch. */
  int allow(int most) throws InterruptedException {
    if (perSecondMax == 0) {
      return most;
    }
    int least = Math.clamp(perSecondMax / BATCHES, 1, most);
    while (true) {
      int allowed = refill(most);
      if (allowed >= least) {
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
