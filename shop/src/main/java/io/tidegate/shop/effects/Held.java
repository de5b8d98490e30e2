package io.tidegate.shop.effects;

import io.tidegate.shop.kernel.Money;

/**
 * What a refund's request has taken back, and what of it was spent already.
 *
 * @param points taken out of the balance
 * @param pointsShort points that are not there any more
 * @param couponTaken whether the order's coupon was taken
 * @param couponShort what the coupon is worth that can't be taken: an order holds it or has used
 *     it; 0 otherwise
 * @param packet taken out of the order's red packet
 * @param packetShort what is not in it any more
 * @param shortValue what all that is short is worth, in the order's currency
 * @param deducted how much of that makes the refund smaller; the rest is owed once it has succeeded
 */
public record Held(
    long points,
    long pointsShort,
    boolean couponTaken,
    Money couponShort,
    Money packet,
    Money packetShort,
    Money shortValue,
    Money deducted) {}
