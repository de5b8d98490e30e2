package io.tidegate.shop.marketing;

import io.tidegate.shop.kernel.Money;

/**
 * How much red packet an order brings: a share of its total within bounds, rounded down. A total of
 * 0 and other currencies bring nothing.
 *
 * @param basisPoints the share in hundredths of a percent
 * @param least a packet is never smaller
 * @param most nor larger
 */
public record RedPacketRule(int basisPoints, Money least, Money most) {

  private static final int WHOLE = 10_000;

  /** 1 %, from 0.10 to 20 yuan. */
  public static final RedPacketRule DEFAULT =
      new RedPacketRule(100, Money.cny(10), Money.cny(2_000));

  public RedPacketRule {
    if (basisPoints < 0
        || basisPoints > WHOLE
        || least.amount() < 0
        || most.minus(least).amount() < 0) {
      throw new IllegalArgumentException("a red packet from " + least + " to " + most);
    }
  }

  public Money packet(Money total) {
    if (total.amount() <= 0 || !total.currency().equals(least.currency())) {
      return Money.zero(total.currency());
    }
    // Whole and rest apart, so that no total is too large to multiply.
    long share =
        total.amount() / WHOLE * basisPoints + total.amount() % WHOLE * basisPoints / WHOLE;
    return new Money(Math.clamp(share, least.amount(), most.amount()), total.currency());
  }
}
