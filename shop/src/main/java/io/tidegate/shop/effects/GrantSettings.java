package io.tidegate.shop.effects;

import java.time.Duration;

/**
 * The limits of asking what orders bring.
 *
 * @param callsMax questions under way at once; no more than the client lets out
 * @param againMax how many of them may be about orders that were asked about before, so that those
 *     which are never answered leave room for the others
 * @param writeRowsMax answers recorded, and orders granted, in one transaction
 * @param backoffFirst wait after the first question without an answer; it doubles
 * @param backoffMax the longest wait: nothing is ever given up
 * @param lease how long an order is one node's; much longer than one call can take
 * @param pollEvery how often what is due is looked for when nobody tells of it
 * @param lookEvery how often a node where our rules decide looks whether others did
 */
public record GrantSettings(
    int callsMax,
    int againMax,
    int writeRowsMax,
    Duration backoffFirst,
    Duration backoffMax,
    Duration lease,
    Duration pollEvery,
    Duration lookEvery) {

  /** For a system that takes a second at times. */
  public static final GrantSettings DEFAULT =
      new GrantSettings(
          64,
          48,
          200,
          Duration.ofSeconds(1),
          Duration.ofMinutes(2),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5));

  public GrantSettings {
    if (callsMax < 2 || againMax < 1 || againMax >= callsMax || writeRowsMax < 1) {
      throw new IllegalArgumentException(
          "%d calls, %d of them again, %d rows".formatted(callsMax, againMax, writeRowsMax));
    }
  }

  /**
   * How long until an order is asked about again.
   *
   * @param tries those so far
   */
  Duration wait(int tries) {
    Duration wait = backoffFirst;
    for (int i = 1; i < tries && wait.compareTo(backoffMax) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(backoffMax) < 0 ? wait : backoffMax;
  }
}
