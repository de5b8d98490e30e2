package io.tidegate.shop.catalog;

import java.util.List;

/**
 * A thing the shop sells, in one or more variants.
 *
 * @param id such as {@code phn-001}
 * @param glyph the name of the drawing that its picture is made of, such as {@code headphones}
 * @param skus its variants, at least one, the one to show first first
 */
public record Product(
    String id, String titleZh, String titleEn, Category category, String glyph, List<Sku> skus) {

  public Product {
    skus = List.copyOf(skus);
    if (skus.isEmpty()) {
      throw new IllegalArgumentException("product " + id + " has no SKU");
    }
  }
}
