package io.tidegate.shop.notification;

import java.time.Duration;

/**
 * The limits of sending messages.
 *
 * @param batchMax messages claimed and on their way at once; no more than the client lets out, or
 *     the rest is told that it is busy
 * @param triesMax tries before a message is given up
 * @param backoffFirst wait after the first try without success; it doubles
 * @param backoffMax the longest wait
 * @param lease how long a claim lasts, also that of a process that was killed; much longer than one
 *     call to the provider can take
 * @param pollEvery how often due messages are looked for when nobody tells of new ones
 */
public record SendSettings(
    int batchMax,
    int triesMax,
    Duration backoffFirst,
    Duration backoffMax,
    Duration lease,
    Duration pollEvery) {

  /** Twelve tries within some 40 minutes. */
  public static final SendSettings DEFAULT =
      new SendSettings(
          64,
          12,
          Duration.ofSeconds(2),
          Duration.ofMinutes(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(1));

  public SendSettings {
    if (batchMax < 1 || triesMax < 1) {
      throw new IllegalArgumentException("a batch of " + batchMax + ", " + triesMax + " tries");
    }
  }
}
