package io.tidegate.shop.catalog;

/**
 * What can be bought: one variant of a product.
 *
 * @param code unique in the shop, such as {@code TG-PHN-001-BK-256}
 * @param variantZh what tells it from the product's other SKUs, such as "曜黑 256 GB"
 * @param priceFen its price in fen of CNY, tax included
 * @param weightGrams packed, for freight
 * @param stockUnits what the demo shop has of it at the start
 */
public record Sku(
    String code,
    String variantZh,
    String variantEn,
    long priceFen,
    int weightGrams,
    int stockUnits) {

  public Sku {
    if (code.isEmpty() || code.length() > 64) {
      throw new IllegalArgumentException("SKU code of 1 to 64 characters wanted: " + code);
    }
    if (priceFen <= 0 || weightGrams <= 0 || stockUnits < 0) {
      throw new IllegalArgumentException("price, weight or stock of " + code + " out of range");
    }
  }
}
