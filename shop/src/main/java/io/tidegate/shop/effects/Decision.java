package io.tidegate.shop.effects;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.marketing.CouponGrant;
import io.tidegate.shop.marketing.RedPacketGrant;
import io.tidegate.shop.points.PointGrant;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an order brings, as it is on record. Nobody decides it again.
 *
 * @param packet minor units of the order's currency; 0 for none
 */
record Decision(
    long order, long userId, Money paidTotal, long points, @Nullable Coupon coupon, long packet)
    implements OrderPerks {

  /**
   * A coupon.
   *
   * @param keptFrom it stays while at least so much of the paid total is kept, in minor units
   */
  record Coupon(String template, long keptFrom, Instant from, Instant to) {}

  @Override
  public long points(Money kept) {
    return share(points, kept);
  }

  @Override
  public Money packet(Money kept) {
    return new Money(share(packet, kept), paidTotal.currency());
  }

  @Override
  public Optional<CouponGrant> coupon(Money kept) {
    return coupon == null || kept.amount() < coupon.keptFrom()
        ? Optional.empty()
        : Optional.of(
            new CouponGrant(order, userId, coupon.template(), coupon.from(), coupon.to()));
  }

  PointGrant pointGrant(Instant at) {
    return new PointGrant(order, userId, points, at);
  }

  RedPacketGrant packetGrant(Instant at) {
    return new RedPacketGrant(order, userId, new Money(packet, paidTotal.currency()), at);
  }

  /** Rounded down; all of it for all that was paid, and nothing for nothing. */
  private long share(long granted, Money kept) {
    if (kept.minus(paidTotal).amount() >= 0) {
      return granted;
    }
    return BigInteger.valueOf(granted)
        .multiply(BigInteger.valueOf(Math.max(0, kept.amount())))
        .divide(BigInteger.valueOf(paidTotal.amount()))
        .longValueExact();
  }
}
