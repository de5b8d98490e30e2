package io.tidegate.shop.effects;

import io.tidegate.shop.kernel.Money;

/**
 * What a customer owes for perks that refunds should have taken back and that were spent; what
 * comes later pays it.
 *
 * @param redPackets in one currency
 * @param coupons how many
 */
public record Owed(long points, Money redPackets, long coupons) {

  public boolean isNothing() {
    return points == 0 && redPackets.isZero() && coupons == 0;
  }
}
