package io.tidegate.shop.webhooks;

import java.time.Duration;
import java.util.List;

/**
 * The limits of webhooks.
 *
 * @param waits before each further try; after the last a delivery is given up
 * @param jitterPercent by how much a wait may be longer
 * @param lease how long a claim lasts, also that of a process that was killed; much longer than a
 *     call can take
 * @param pollEvery how often due deliveries, and events, are looked for when nobody tells of any
 * @param perEndpointMax calls to one subscription under way at once, at a node
 * @param retryAfterMax the longest that a receiver may ask us to wait
 * @param slowFirst how long a receiver is left alone that asks to be slower and doesn't say for how
 *     long; it doubles
 * @param slowMax the longest such wait
 * @param disableAfter a receiver that failed for so long, and never succeeded between, is disabled
 * @param oldSecretKept how long the secret before signs, too
 * @param waitingMax deliveries that may wait for one subscription; with more it is disabled
 * @param deliveredKept how long delivered ones are kept
 * @param failedKept how long failed ones are kept
 */
public record WebhookSettings(
    List<Duration> waits,
    int jitterPercent,
    Duration lease,
    Duration pollEvery,
    int perEndpointMax,
    Duration retryAfterMax,
    Duration slowFirst,
    Duration slowMax,
    Duration disableAfter,
    Duration oldSecretKept,
    int waitingMax,
    Duration deliveredKept,
    Duration failedKept) {

  /** Subscriptions that there may be. */
  public static final int SUBSCRIPTIONS_MAX = 50;

  /** The longest that a call may take. */
  public static final Duration CALL_MAX = Duration.ofSeconds(15);

  /**
   * A body is shorter than this. Standard Webhooks recommends 20 kB, which nearly all events keep;
   * an order of 100 lines with the longest titles that are allowed makes some 160 kB, and would
   * reach nobody.
   */
  public static final int BODY_BYTES_MAX = 256 * 1024;

  /** As Standard Webhooks recommends it: ten tries within some three days. */
  public static final WebhookSettings DEFAULT =
      new WebhookSettings(
          List.of(
              Duration.ofSeconds(5),
              Duration.ofMinutes(5),
              Duration.ofMinutes(30),
              Duration.ofHours(2),
              Duration.ofHours(5),
              Duration.ofHours(10),
              Duration.ofHours(14),
              Duration.ofHours(20),
              Duration.ofHours(24)),
          10,
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          8,
          Duration.ofHours(1),
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofDays(5),
          Duration.ofHours(24),
          100_000,
          Duration.ofDays(7),
          Duration.ofDays(30));

  public WebhookSettings {
    waits = List.copyOf(waits);
    if (perEndpointMax < 1 || waitingMax < 1 || jitterPercent < 0) {
      throw new IllegalArgumentException("limits of webhooks are at least 1");
    }
  }
}
