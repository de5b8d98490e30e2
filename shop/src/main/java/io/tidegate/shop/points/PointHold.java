package io.tidegate.shop.points;

import java.time.Instant;

/**
 * The points that an order takes from its customer's balance: first held, then given back or used.
 *
 * @param points at least one
 * @param at when the order does what it does with them
 */
public record PointHold(long orderNumber, long userId, long points, Instant at) {

  public PointHold {
    if (points <= 0) {
      throw new IllegalArgumentException("a hold of " + points + " points");
    }
  }
}
