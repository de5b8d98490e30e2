package io.tidegate.shop.kernel;

/**
 * What a customer owes of a perk: it was to be taken back, and was spent.
 *
 * @param key the refund that would have taken it back
 * @param what what pays it: the coupon's template, the packet's currency; empty for points
 */
public record Owed(RefundKey key, long userId, String what, long amount) {}
