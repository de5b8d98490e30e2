package io.tidegate.shop.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A product as staff want it; what they leave out stays as it is.
 *
 * @param glyph null to keep the drawing, or to take one that the category has
 * @param active null to keep it; a new product is shown
 */
public record ProductWish(
    String category,
    String titleZh,
    String titleEn,
    @Nullable String glyph,
    @Nullable Boolean active) {

  /**
   * @param now as it is; null where it is new
   */
  public ProductForm over(@Nullable ProductForm now) {
    String kept = now == null ? GoodsRules.glyph(category) : now.glyph();
    boolean shown = now == null || now.active();
    return new ProductForm(
        category, titleZh, titleEn, glyph == null ? kept : glyph, active == null ? shown : active);
  }
}
