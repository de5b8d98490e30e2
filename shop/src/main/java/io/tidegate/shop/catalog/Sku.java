package io.tidegate.shop.catalog;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.SkuCode;

/**
 * What can be bought: one variant of a product.
 *
 * @param code unique in the shop, such as {@code TG-PHN-001-BK-256}
 * @param variantZh what tells it from the product's other SKUs, such as "曜黑 256 GB"
 * @param price tax included, positive
 * @param weightGrams packed, for freight
 * @param stockUnits what the demo shop has of it at the start
 */
public record Sku(
    SkuCode code,
    String variantZh,
    String variantEn,
    Money price,
    int weightGrams,
    int stockUnits) {

  public Sku {
    if (price.amount() <= 0 || weightGrams <= 0 || stockUnits < 0) {
      throw new IllegalArgumentException("price, weight or stock of " + code + " out of range");
    }
  }
}
