package io.tidegate.shop.fulfilment;

/**
 * A courier that carries a basket to an address: for this fee, within these days.
 *
 * @param fee minor units of the basket's currency
 */
public record CourierOffer(
    String id, String nameZh, String nameEn, long fee, int daysMin, int daysMax) {}
