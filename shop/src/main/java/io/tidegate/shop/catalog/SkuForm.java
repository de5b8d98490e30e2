package io.tidegate.shop.catalog;

import io.tidegate.shop.kernel.Money;

/**
 * What staff say of a SKU.
 *
 * @param product its product's id; it never moves to another
 * @param titleZh what tells it from the product's other SKUs; empty for an only one
 * @param price the list price; its currency never changes
 * @param weightGrams packed, for freight
 * @param active whether it is sold
 */
public record SkuForm(
    String product, String titleZh, String titleEn, Money price, int weightGrams, boolean active) {

  /** The same as a SKU of a product. */
  SkuForm of(String other) {
    return new SkuForm(other, titleZh, titleEn, price, weightGrams, active);
  }

  /** The same at another price. */
  public SkuForm at(Money other) {
    return new SkuForm(product, titleZh, titleEn, other, weightGrams, active);
  }
}
