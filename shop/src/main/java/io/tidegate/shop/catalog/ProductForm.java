package io.tidegate.shop.catalog;

/**
 * What staff say of a product.
 *
 * @param category the code of one
 * @param glyph the name of the drawing that its picture is made of
 * @param active whether it is shown and sold
 */
public record ProductForm(
    String category, String titleZh, String titleEn, String glyph, boolean active) {}
