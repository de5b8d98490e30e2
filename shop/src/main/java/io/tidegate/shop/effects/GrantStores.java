package io.tidegate.shop.effects;

import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.marketing.TemplateStore;
import io.tidegate.shop.points.PointsStore;

/** Where what an order brings goes, and the templates of coupons. */
public record GrantStores(
    PointsStore points, CouponStore coupons, RedPacketStore packets, TemplateStore templates) {}
