package io.tidegate.shop.catalog;

import io.tidegate.shop.kernel.Money;

/**
 * What a SKU is and costs now.
 *
 * @param product its product's id
 * @param title product and variant, as an order keeps it (Chinese)
 * @param version rises with each edit; an edit names the one it saw
 */
public record Offer(
    String sku,
    String product,
    String title,
    String titleZh,
    String titleEn,
    Money price,
    int weightGrams,
    boolean active,
    int version) {

  /** The same after its next edit, at another price. */
  Offer priced(Money next) {
    return new Offer(sku, product, title, titleZh, titleEn, next, weightGrams, active, version + 1);
  }
}
