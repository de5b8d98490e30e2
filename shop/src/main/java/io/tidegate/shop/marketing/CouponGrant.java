package io.tidegate.shop.marketing;

import java.time.Instant;

/**
 * A coupon that an order brings its customer, good from {@code validFrom} until {@code validTo}.
 */
public record CouponGrant(
    long orderNumber, long userId, String template, Instant validFrom, Instant validTo) {}
