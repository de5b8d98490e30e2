package io.tidegate.shop.promotion;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time.
 *
 * @param startsAt belongs to it
 * @param endsAt doesn't belong to it any more; null where no end is set
 */
public record Period(Instant startsAt, @Nullable Instant endsAt) {

  public Period {
    if (endsAt != null && !endsAt.isAfter(startsAt)) {
      throw new IllegalArgumentException("a period ends after it starts");
    }
  }

  public boolean holds(Instant at) {
    return !at.isBefore(startsAt) && !isOver(at);
  }

  /** Whether it has passed. */
  public boolean isOver(Instant at) {
    return endsAt != null && !at.isBefore(endsAt);
  }
}
