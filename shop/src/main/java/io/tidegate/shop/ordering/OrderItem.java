package io.tidegate.shop.ordering;

/**
 * A line of an order, priced when it was placed. Amounts are minor units of the order's currency.
 *
 * @param unitPrice the price in force, price lists included
 * @param discount the line's share of promotions, coupon, points and red packets
 */
public record OrderItem(String sku, String title, int quantity, long unitPrice, long discount) {

  /** Pieces of one line. */
  public static final int QUANTITY_MAX = 999;

  /** What the line costs before discounts. */
  public long gross() {
    return Math.multiplyExact(unitPrice, (long) quantity);
  }

  public long total() {
    return Math.subtractExact(gross(), discount);
  }
}
