package io.tidegate.shop.reporting;

import java.util.Collection;
import java.util.Map;

/** Tells of which template coupons are: each coupon is used once, its template is what returns. */
@FunctionalInterface
public interface CouponTemplates {

  /** The coupons' templates; those that nobody knows any more are left out. */
  Map<String, String> of(Collection<String> coupons);
}
