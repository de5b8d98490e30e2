package io.tidegate.shop.effects;

import io.tidegate.shop.kernel.Money;

/**
 * What can't be taken back because it was spent, and what it is worth. A worth in another currency
 * than the order's can't be deducted.
 *
 * @param coupon what the coupon is worth; 0 where none is lacking
 * @param pointWorth what a point is worth
 */
record Lacking(Money coupon, Money packet, long points, Money pointWorth) {

  /** How much of each is deducted: a coupon is one piece, and so is each point. */
  record Deduction(boolean coupon, long packet, long points) {}

  Money value(String currency) {
    return in(currency, coupon)
        .plus(in(currency, packet))
        .plus(in(currency, pointWorth.times(points)));
  }

  /** What a refund that may get so much smaller settles: the coupon first, points last. */
  Deduction deduction(Money most) {
    String currency = most.currency();
    long left = most.amount();
    long worth = in(currency, coupon).amount();
    boolean whole = worth > 0 && worth <= left;
    left -= whole ? worth : 0;
    long part = Math.min(left, in(currency, packet).amount());
    left -= part;
    long each = in(currency, pointWorth).amount();
    return new Deduction(whole, part, each == 0 ? 0 : Math.min(points, left / each));
  }

  /** What of it a refund has settled. */
  Money value(Deduction deduction, String currency) {
    return in(currency, deduction.coupon() ? coupon : Money.zero(currency))
        .plus(new Money(deduction.packet(), currency))
        .plus(in(currency, pointWorth.times(deduction.points())));
  }

  private static Money in(String currency, Money money) {
    return money.currency().equals(currency) ? money : Money.zero(currency);
  }
}
