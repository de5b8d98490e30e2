package io.tidegate.shop.points;

import java.time.Instant;

/**
 * The points that an order is to bring its customer.
 *
 * @param points none negative; 0 grants nothing
 * @param at when they were earned
 */
public record PointGrant(long orderNumber, long userId, long points, Instant at) {

  public PointGrant {
    if (points < 0) {
      throw new IllegalArgumentException("a grant of " + points + " points");
    }
  }
}
