package io.tidegate.shop.marketing;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.promotion.Scope;

/**
 * What a coupon is worth and for which goods. Apart from its titles it never changes.
 *
 * @param template whose terms they are
 * @param spendMin the least that must be left to pay of the goods it is for; its currency is the
 *     coupon's
 */
public record CouponTerms(
    String template, String titleZh, String titleEn, CouponOff off, Money spendMin, Scope scope) {

  public CouponTerms {
    if (spendMin.amount() < 0) {
      throw new IllegalArgumentException("a coupon from " + spendMin);
    }
  }

  /** Whether other terms are worth the same for the same goods, whatever they are called. */
  boolean isWorth(CouponTerms other) {
    return off.equals(other.off) && spendMin.equals(other.spendMin) && scope.equals(other.scope);
  }

  /**
   * The least that it takes off a basket that it is for: what it is worth where nobody knows what
   * it did take off.
   */
  public Money worth() {
    return new Money(
        switch (off) {
          case CouponOff.Amount(long minor) -> minor;
          case CouponOff.Percent _ -> off.of(spendMin.amount());
        },
        currency());
  }

  public String currency() {
    return spendMin.currency();
  }
}
