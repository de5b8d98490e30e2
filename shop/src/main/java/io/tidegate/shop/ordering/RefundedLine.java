package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.OrderNumber;

/**
 * Pieces of an order whose money went back.
 *
 * @param refund the refund's seq within the order
 * @param amount what was paid for them, minor units
 * @param reversed whether the provider took the money back later: then they count as not refunded
 */
public record RefundedLine(
    OrderNumber order,
    int refund,
    int line,
    int quantity,
    long amount,
    boolean restocked,
    boolean reversed) {}
