package io.tidegate.shop.inventory;

/**
 * A SKU's stock in pieces (S1: available + locked + sold = total, none negative).
 *
 * @param available may be ordered
 * @param locked in orders that are not paid yet
 * @param sold in paid orders
 */
public record Stock(String sku, long total, long available, long locked, long sold) {

  /** What remains when a batch has taken some for its earlier orders. */
  public boolean has(long taken, long quantity) {
    return available - taken >= quantity;
  }
}
