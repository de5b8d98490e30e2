package io.tidegate.shop.fulfilment;

import java.util.List;

/**
 * Pieces of an order that a refund wants to keep in the house.
 *
 * @param refund the refund's place in its order
 * @param items each line once
 */
public record HoldBack(long order, int refund, List<ShipItem> items) {

  /** What makes it the same one. */
  public record Key(long order, int refund) {}

  public HoldBack {
    items = List.copyOf(items);
    if (refund < 1 || items.isEmpty()) {
      throw new IllegalArgumentException("refund " + refund + " of " + items.size() + " lines");
    }
    if (items.stream().map(ShipItem::line).distinct().count() != items.size()) {
      throw new IllegalArgumentException("a line twice");
    }
  }

  public Key key() {
    return new Key(order, refund);
  }
}
