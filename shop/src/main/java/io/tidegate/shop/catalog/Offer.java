package io.tidegate.shop.catalog;

import io.tidegate.shop.kernel.Money;

/**
 * What a SKU is and costs now.
 *
 * @param product its product's id
 * @param category its product's, by its code
 * @param title product and variant, as an order keeps it (Chinese)
 * @param active whether it is sold; its product too
 * @param version rises with each edit; an edit names the one it saw
 */
public record Offer(
    String sku,
    String product,
    String category,
    String title,
    String titleZh,
    String titleEn,
    Money price,
    int weightGrams,
    boolean active,
    int version) {

  /** The same after its next edit, at another price. */
  Offer priced(Money next) {
    return with(next, version + 1);
  }

  /** The same at another price than the one it is listed at. */
  public Offer at(Money inForce) {
    return with(inForce, version);
  }

  private Offer with(Money next, int nextVersion) {
    return new Offer(
        sku, product, category, title, titleZh, titleEn, next, weightGrams, active, nextVersion);
  }
}
