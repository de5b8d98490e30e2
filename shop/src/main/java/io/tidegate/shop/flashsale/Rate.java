package io.tidegate.shop.flashsale;

import java.util.concurrent.TimeUnit;

/**
 * How fast a count rises: the mean of about the last second, or of all that was seen where that is
 * less, read off again and again.
 */
final class Rate {

  private static final double SECONDS = 1;

  private long lastTotal;
  private long lastNanos;
  private boolean begun;
  private double sum;

  /** How much of the sum is measured: 1 after a few seconds. */
  private double known;

  synchronized void sample(long total, long nowNanos) {
    if (begun && nowNanos > lastNanos) {
      double seconds = (double) (nowNanos - lastNanos) / TimeUnit.SECONDS.toNanos(1);
      double weight = Math.min(1, seconds / SECONDS);
      sum += weight * ((total - lastTotal) / seconds - sum);
      known += weight * (1 - known);
    }
    begun = true;
    lastTotal = total;
    lastNanos = nowNanos;
  }

  /** Goes on from here, as if nothing had been counted and no time had passed. */
  synchronized void pause(long total, long nowNanos) {
    begun = true;
    lastTotal = total;
    lastNanos = nowNanos;
  }

  /** 0 where nothing was measured. */
  synchronized double perSecond() {
    return known > 0 ? sum / known : 0;
  }
}
