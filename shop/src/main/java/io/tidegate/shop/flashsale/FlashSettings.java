package io.tidegate.shop.flashsale;

import java.time.Duration;

/**
 * How sales are sold at a node.
 *
 * @param queueMax orders that may wait; one more is answered 503
 * @param perSecondMax orders that are decided in a second, for tests of overload; 0: no limit
 * @param margin how many more than can still be sold are let in
 * @param answerWithin how long an order waits for its answer before it gets a ticket instead
 * @param concurrencyMax orders in flight
 * @param limitPerUser requests in 10 s; 0: no limit
 * @param limitPerAddress requests in 10 s; 0: no limit
 * @param tokenLead how long before the start purchase tokens are issued
 */
public record FlashSettings(
    int queueMax,
    int perSecondMax,
    int margin,
    Duration answerWithin,
    int concurrencyMax,
    int limitPerUser,
    int limitPerAddress,
    Duration tokenLead) {

  public static final FlashSettings DEFAULT =
      new FlashSettings(4_096, 0, 16, Duration.ofSeconds(1), 1_024, 30, 0, Duration.ofMinutes(10));
}
