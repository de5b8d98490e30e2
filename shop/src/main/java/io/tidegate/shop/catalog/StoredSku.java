package io.tidegate.shop.catalog;

/**
 * A SKU as it stands in the table.
 *
 * @param version rises with each edit, of its price too
 */
public record StoredSku(String code, int version, SkuForm form) {}
