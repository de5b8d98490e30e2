package io.tidegate.platform.http;

/**
 * Tries again that a provider's calls have earned: when everything fails, tries again are a small
 * share of the calls instead of a multiple.
 */
final class OutboundRetries {

  private final double share;
  private final int savedMax;
  private double saved;

  OutboundRetries(double share, int savedMax) {
    this.share = share;
    this.savedMax = savedMax;
    this.saved = savedMax;
  }

  synchronized void earn() {
    saved = Math.min(savedMax, saved + share);
  }

  synchronized boolean spend() {
    if (saved < 1) {
      return false;
    }
    saved -= 1;
    return true;
  }

  /** Waits before a try; false when this program is stopping. */
  static boolean pause(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
