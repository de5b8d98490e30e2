package io.tidegate.shop.cart;

import java.util.Comparator;

/** The key of an item of somebody's cart. */
public record CartLine(long userId, String sku) implements Comparable<CartLine> {

  private static final Comparator<CartLine> ORDER =
      Comparator.comparingLong(CartLine::userId).thenComparing(CartLine::sku);

  /** The order in which rows are locked. */
  @Override
  public int compareTo(CartLine other) {
    return ORDER.compare(this, other);
  }
}
