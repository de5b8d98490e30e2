package io.tidegate.shop.kernel;

import java.time.Instant;

/** Times as microseconds since 1970, which is how they travel to the database in arrays. */
public final class EpochMicros {

  private EpochMicros() {}

  public static long of(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
  }
}
