package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Tx;
import io.tidegate.shop.marketing.CouponHold;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.marketing.RedPacketTake;
import io.tidegate.shop.points.PointHold;
import io.tidegate.shop.points.PointsStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The coupons, points and red packets behind some orders, as their discounts name them (P5). Where
 * nothing is behind them, it does nothing.
 */
final class HoldBatch {

  private final List<CouponHold> coupons = new ArrayList<>(0);
  private final List<Instant> goodAt = new ArrayList<>(0);
  private final List<PointHold> points = new ArrayList<>(0);
  private final List<RedPacketTake> packets = new ArrayList<>(0);
  private Instant at = Instant.EPOCH;

  /**
   * Adds an order's.
   *
   * @param now when the order does what it does with them
   * @param couponGoodAt when its coupon must be good to be held
   */
  void add(Order order, Instant now, Instant couponGoodAt) {
    at = now;
    for (Discount discount : order.discounts()) {
      long number = order.number().value();
      long user = order.userId();
      switch (discount.kind()) {
        case PROMOTION -> {}
        case COUPON -> {
          coupons.add(new CouponHold(discount.number(), user, number));
          goodAt.add(couponGoodAt);
        }
        case POINTS -> points.add(new PointHold(number, user, discount.number(), now));
        case RED_PACKET ->
            packets.add(new RedPacketTake(number, user, discount.number(), discount.amount()));
      }
    }
  }

  /** Locks them, by rank. */
  void lock(Tx tx) {
    if (!coupons.isEmpty()) {
      CouponStore.lock(tx, coupons.stream().map(CouponHold::couponId).toList());
    }
    if (!points.isEmpty()) {
      PointsStore.lock(tx, points.stream().map(PointHold::userId).toList());
    }
    if (!packets.isEmpty()) {
      RedPacketStore.lock(tx, packets);
    }
  }

  /** An order that waits for its payment takes them. */
  void hold(Tx tx) {
    CouponStore.hold(tx, coupons, goodAt);
    PointsStore.hold(tx, points);
    RedPacketStore.hold(tx, packets, at);
  }

  /** The order is paid: they are spent. */
  void use(Tx tx) {
    CouponStore.use(tx, coupons);
    PointsStore.use(tx, points);
    RedPacketStore.use(tx, packets, at);
  }

  /** The order is given up: they go back. */
  void release(Tx tx) {
    CouponStore.release(tx, coupons);
    PointsStore.release(tx, points);
    RedPacketStore.release(tx, packets, at);
  }
}
