package io.tidegate.shop.ordering;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an order would be at a moment's prices.
 *
 * @param courier who carries it; null where the shop has none
 * @param at the moment
 */
record Priced(
    List<OrderItem> items,
    List<Discount> discounts,
    @Nullable String courier,
    Amounts amounts,
    Instant at) {

  /** How many points pay for it. */
  long points() {
    long points = 0;
    for (Discount discount : discounts) {
      if (discount.kind() == Discount.Kind.POINTS) {
        points = Math.addExact(points, discount.number());
      }
    }
    return points;
  }
}
