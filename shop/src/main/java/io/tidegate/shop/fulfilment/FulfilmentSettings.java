package io.tidegate.shop.fulfilment;

import java.time.Duration;

/**
 * How eagerly parcels are moved on.
 *
 * @param carrier who carries, such as {@code sandbox-express}
 * @param warehousePoll between two looks at a warehouse
 * @param carrierPoll between two looks at a carrier's tracking
 * @param backoffFirst after a first failure; it doubles
 * @param backoffMax the longest of them
 * @param triesMax failures in a row after which a parcel counts as stuck
 * @param stuckPoll between two tries for a stuck parcel, or one whose goods are missing
 * @param postpone after a call that was not made
 * @param lease how long a claimed parcel is nobody else's, also when its process was killed; longer
 *     than the calls of a step
 * @param claimRowsMax parcels taken at once
 * @param stepsMax parcels in work at once
 * @param sleepMax the longest sleep; another node's plans are found after it
 */
public record FulfilmentSettings(
    String carrier,
    Duration warehousePoll,
    Duration carrierPoll,
    Duration backoffFirst,
    Duration backoffMax,
    int triesMax,
    Duration stuckPoll,
    Duration postpone,
    Duration lease,
    int claimRowsMax,
    int stepsMax,
    Duration sleepMax) {

  public FulfilmentSettings {
    if (triesMax < 1 || claimRowsMax < 1 || stepsMax < 1) {
      throw new IllegalArgumentException("limits must be at least 1");
    }
  }

  /** For warehouses and carriers of flesh and blood. */
  public static FulfilmentSettings real(String carrier) {
    return new FulfilmentSettings(
        carrier,
        Duration.ofMinutes(1),
        Duration.ofMinutes(15),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        10,
        Duration.ofMinutes(10),
        Duration.ofSeconds(2),
        Duration.ofSeconds(30),
        256,
        256,
        Duration.ofSeconds(5));
  }

  /** For the simulators, which pack within 4 s and deliver within 8 s. */
  public static FulfilmentSettings demo() {
    return new FulfilmentSettings(
        "sandbox-express",
        Duration.ofMillis(1_500),
        Duration.ofSeconds(2),
        Duration.ofMillis(300),
        Duration.ofSeconds(10),
        10,
        Duration.ofSeconds(30),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        256,
        256,
        Duration.ofSeconds(5));
  }

  /** The same with other waits between looks; zero leaves one as it is. */
  public FulfilmentSettings polled(Duration warehouse, Duration carriers) {
    return new FulfilmentSettings(
        carrier,
        warehouse.isZero() ? warehousePoll : warehouse,
        carriers.isZero() ? carrierPoll : carriers,
        backoffFirst,
        backoffMax,
        triesMax,
        stuckPoll,
        postpone,
        lease,
        claimRowsMax,
        stepsMax,
        sleepMax);
  }

  /** The wait after failures in a row. */
  Duration backoff(int tries) {
    if (tries >= triesMax) {
      return stuckPoll;
    }
    Duration doubled = backoffFirst.multipliedBy(1L << Math.min(Math.max(tries - 1, 0), 20));
    return doubled.compareTo(backoffMax) > 0 ? backoffMax : doubled;
  }
}
