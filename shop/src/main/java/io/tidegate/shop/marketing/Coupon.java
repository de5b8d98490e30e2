package io.tidegate.shop.marketing;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;

/**
 * A customer's coupon with the terms of its template.
 *
 * @param id rises with time
 * @param orderNumber the order that brought it
 * @param off what it takes off
 * @param spendMin the least that must be bought
 */
public record Coupon(
    long id,
    String template,
    String titleZh,
    String titleEn,
    long orderNumber,
    GrantState state,
    Money off,
    Money spendMin,
    Instant grantedAt,
    Instant validFrom,
    Instant validTo) {

  /** Whether it can be used at a moment, given an order that fits. */
  public boolean isUsable(Instant now) {
    return state == GrantState.GRANTED && !now.isBefore(validFrom) && now.isBefore(validTo);
  }
}
