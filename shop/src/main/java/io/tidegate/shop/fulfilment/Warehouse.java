package io.tidegate.shop.fulfilment;

/**
 * A house that goods lie in and parcels leave from.
 *
 * @param id short and stable, such as {@code sha}
 * @param region the 6-digit code of its district
 */
public record Warehouse(String id, String nameZh, String nameEn, String region, Place place) {}
