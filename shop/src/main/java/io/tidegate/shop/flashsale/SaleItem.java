package io.tidegate.shop.flashsale;

import org.jspecify.annotations.Nullable;

/**
 * Goods of a sale.
 *
 * @param title as an order keeps it (Chinese)
 * @param price of one piece, in the sale's currency
 * @param perUser pieces that one customer may have
 * @param allocation pieces for sale; wanted ones until a pool is there
 * @param pool where they are taken from; null until the sale is warm, and where nothing could be
 *     had
 * @param lacking pieces that were planned and that stock did not have when they were set aside
 */
public record SaleItem(
    String sku,
    String title,
    long price,
    int perUser,
    long allocation,
    @Nullable Long pool,
    long lacking) {

  /** Goods of which nothing lacks. */
  public SaleItem(
      String sku, String title, long price, int perUser, long allocation, @Nullable Long pool) {
    this(sku, title, price, perUser, allocation, pool, 0);
  }

  /** Pieces as staff planned them, or as there are now where these are more. */
  public long planned() {
    return allocation + lacking;
  }

  /** The same with a pool behind them, which may have fewer pieces than were wanted. */
  SaleItem pooled(long there, @Nullable Long newPool) {
    return new SaleItem(sku, title, price, perUser, there, newPool, Math.max(0, planned() - there));
  }

  /** More of the same; they make up first for those that lack. */
  SaleItem plus(long quantity) {
    return new SaleItem(
        sku, title, price, perUser, allocation + quantity, pool, Math.max(0, lacking - quantity));
  }
}
