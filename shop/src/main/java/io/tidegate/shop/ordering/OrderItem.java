package io.tidegate.shop.ordering;

import org.jspecify.annotations.Nullable;

/**
 * A line of an order, priced when it was placed. Amounts are minor units of the order's currency.
 *
 * @param unitPrice the price in force, price lists included
 * @param discount the line's share of promotions, coupon, points and red packets
 * @param pool where its pieces are from and go back to; null: what is available to all
 */
public record OrderItem(
    String sku, String title, int quantity, long unitPrice, long discount, @Nullable Long pool) {

  /** Pieces of one line. */
  public static final int QUANTITY_MAX = 999;

  /** A line whose pieces are from what is available to all. */
  public OrderItem(String sku, String title, int quantity, long unitPrice, long discount) {
    this(sku, title, quantity, unitPrice, discount, null);
  }

  /** What the line costs before discounts. */
  public long gross() {
    return Math.multiplyExact(unitPrice, (long) quantity);
  }

  public long total() {
    return Math.subtractExact(gross(), discount);
  }
}
