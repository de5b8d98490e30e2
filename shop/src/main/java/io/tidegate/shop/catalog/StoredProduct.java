package io.tidegate.shop.catalog;

/**
 * A product as it stands in the table.
 *
 * @param version rises with each edit
 */
public record StoredProduct(String id, int version, ProductForm form) {}
