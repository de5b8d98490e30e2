package io.tidegate.shop.marketing;

/** An order's coupon: first held, then given back or used. */
public record CouponHold(long couponId, long userId, long orderNumber) {}
