package io.tidegate.shop.flashsale;

/**
 * Pieces of a sale that an order has, or had.
 *
 * @param pool where they were taken
 * @param keyHash see {@link KeyHash}
 * @param version of the order, that made the state
 */
public record Grant(
    long orderNumber,
    long sale,
    long pool,
    String sku,
    long userId,
    int quantity,
    int keyHash,
    GrantState state,
    int version) {}
