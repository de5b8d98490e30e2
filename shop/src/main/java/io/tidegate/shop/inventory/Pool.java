package io.tidegate.shop.inventory;

/**
 * Pieces of a SKU that are set aside for a sale of their own.
 *
 * @param allocation all that were ever set aside
 * @param free those that no order has; none where the pool is closed
 * @param open whether orders may take from it; once closed, it stays closed
 */
public record Pool(long id, String sku, long allocation, long free, boolean open) {

  /** What remains when a batch has taken some for its earlier orders. */
  public boolean has(long taken, long quantity) {
    return open && free - taken >= quantity;
  }
}
