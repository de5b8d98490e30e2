package io.tidegate.shop.kernel;

/**
 * A line of goods that has no order yet, as promotions, coupons and freight see it. Amounts are
 * minor units of the basket's one currency.
 *
 * @param category the code of the SKU's category
 * @param quantity 1-999
 * @param unitPrice the price in force, price lists included
 * @param weightGrams of one piece
 */
public record BasketLine(
    String sku, String category, int quantity, long unitPrice, int weightGrams) {

  /** What the line costs before discounts. */
  public long gross() {
    return Math.multiplyExact(unitPrice, (long) quantity);
  }

  public long grams() {
    return Math.multiplyExact((long) weightGrams, (long) quantity);
  }
}
