package io.tidegate.shop.effects;

import io.tidegate.platform.db.Tx;
import io.tidegate.shop.effects.Lacking.Deduction;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Reclaim;
import io.tidegate.shop.kernel.RefundKey;
import io.tidegate.shop.marketing.Coupon;
import io.tidegate.shop.marketing.CouponGrant;
import io.tidegate.shop.marketing.CouponReclaimBatch;
import io.tidegate.shop.marketing.PacketReclaimBatch;
import io.tidegate.shop.marketing.RedPacketGrant;
import io.tidegate.shop.points.PointReclaimBatch;
import io.tidegate.shop.points.PointsSpending;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What refunds do with the perks of the orders of one transaction: loaded and locked, decided one
 * after the other, written together. Decided again, a refund changes nothing.
 */
public final class PerkBatch {

  /**
   * An order of the batch; it is paid, and locked.
   *
   * @param paidTotal what it was paid with, where something is taken back of what it brought: what
   *     has not come yet comes now
   * @param coupon the coupon that it used, where it may come back
   * @param packets the red packets that it used, where something may come back
   * @param at when what it brings now is good from
   */
  public record Of(
      long order,
      long userId,
      @Nullable Money paidTotal,
      @Nullable Long coupon,
      List<Long> packets,
      Instant at) {

    public Of {
      packets = List.copyOf(packets);
    }

    /** For a refund that takes back. */
    public static Of order(TakeBack back) {
      return new Of(back.order(), back.userId(), back.paidTotal(), null, List.of(), back.at());
    }

    /** For a refund that gives back. */
    public static Of order(UsedBack back) {
      List<Long> packets = back.packets().stream().map(part -> part.packetId()).toList();
      return new Of(back.order(), back.userId(), null, back.coupon(), packets, Instant.EPOCH);
    }
  }

  private final DecisionBatch decisions;
  private final PointsSpending spending;
  private final CouponReclaimBatch coupons;
  private final PointReclaimBatch points;
  private final PacketReclaimBatch packets;

  PerkBatch(
      GrantService grants,
      PointsSpending spending,
      Tx tx,
      Collection<Of> orders,
      Collection<RefundKey> settled) {
    this.spending = spending;
    // In the order of ranks, decisions first: they say what there is to lock; accounts of points
    // before packets, as placing does.
    this.decisions = DecisionBatch.load(tx, grants, orders);
    this.coupons =
        CouponReclaimBatch.load(tx, orders.stream().map(this::ofCoupons).toList(), settled);
    this.points = PointReclaimBatch.load(tx, orders.stream().map(this::ofPoints).toList(), settled);
    this.packets =
        PacketReclaimBatch.load(tx, orders.stream().map(this::ofPackets).toList(), settled);
  }

  private CouponReclaimBatch.Of ofCoupons(Of order) {
    Money total = order.paidTotal();
    CouponGrant grant =
        total == null ? null : decisions.of(order.order()).coupon(total).orElse(null);
    return new CouponReclaimBatch.Of(order.order(), order.userId(), grant, order.coupon());
  }

  private PointReclaimBatch.Of ofPoints(Of order) {
    Money total = order.paidTotal();
    return new PointReclaimBatch.Of(
        order.order(),
        order.userId(),
        total == null ? 0 : decisions.of(order.order()).points(total));
  }

  private PacketReclaimBatch.Of ofPackets(Of order) {
    Money total = order.paidTotal();
    RedPacketGrant grant =
        total == null
            ? null
            : new RedPacketGrant(
                order.order(),
                order.userId(),
                decisions.of(order.order()).packet(total),
                order.at());
    return new PacketReclaimBatch.Of(order.order(), order.userId(), grant, order.packets());
  }

  /**
   * Holds what a refund takes back, so that nobody spends it meanwhile, and says what was spent
   * already.
   */
  public Held hold(TakeBack back) {
    RefundKey key = back.key();
    boolean isNew =
        coupons.reclaims().get(key) == null
            && points.reclaims().get(key) == null
            && packets.reclaims().get(key) == null;
    Money kept = back.keptAfter();
    boolean some = !kept.isZero();
    OrderPerks brings = decisions.of(back.order());
    Reclaim coupon = coupons.hold(key, some && keepsCoupon(brings, back));
    Reclaim point = points.hold(key, some ? brings.points(kept) : 0);
    String currency = kept.currency();
    Reclaim packet = packets.hold(key, some ? brings.packet(kept) : Money.zero(currency));
    Lacking lacking = lacking(coupon, packet, point, currency);
    Deduction deduction =
        isNew
            ? lacking.deduction(back.deductMost())
            : new Deduction(coupon.deducted() > 0, packet.deducted(), point.deducted());
    if (isNew) {
      coupons.reclaims().deduct(key, deduction.coupon() ? 1 : 0);
      points.reclaims().deduct(key, deduction.points());
      packets.reclaims().deduct(key, deduction.packet());
    }
    return new Held(
        point.taken(),
        point.lacking(),
        coupon.taken() > 0,
        lacking.coupon(),
        new Money(packet.taken(), currency),
        lacking.packet(),
        lacking.value(currency),
        lacking.value(deduction, currency));
  }

  /** Whether the same coupon comes for the part that is kept. */
  private static boolean keepsCoupon(OrderPerks brings, TakeBack back) {
    return brings
        .coupon(back.keptAfter())
        .map(CouponGrant::template)
        .equals(brings.coupon(back.paidTotal()).map(CouponGrant::template));
  }

  private Lacking lacking(Reclaim coupon, Reclaim packet, Reclaim point, String currency) {
    Coupon brought = coupons.brought(coupon.key().orderNumber());
    Money worth =
        brought == null || coupon.lacking() == 0 ? Money.zero(currency) : brought.terms().worth();
    return new Lacking(
        worth, new Money(packet.lacking(), currency), point.lacking(), spending.worth(1));
  }

  /** The refund was refused: all that it holds comes back. */
  public void release(RefundKey key) {
    coupons.release(key);
    points.release(key);
    packets.release(key);
  }

  /**
   * The money is back: what the refund holds is taken for good, and what is not deducted is owed.
   */
  public void confirm(RefundKey key) {
    coupons.reclaims().confirm(key);
    points.reclaims().confirm(key);
    packets.reclaims().confirm(key);
  }

  /** The money is back: so is what the order has used, once for each refund; a coupon once. */
  public void giveBack(UsedBack back) {
    if (back.coupon() != null) {
      coupons.giveBack(back.key());
    }
    points.giveBack(back.key(), back.points());
    packets.giveBack(back.key(), back.packets());
  }

  /** Writes what was decided, rows that are locked in the order of their ranks. */
  public void save(Tx tx) {
    decisions.save(tx);
    coupons.save(tx);
    points.save(tx);
    packets.save(tx);
  }

  /** The orders of many backs, each once. */
  static Collection<Of> each(Collection<Of> orders) {
    Map<Long, Of> each = new LinkedHashMap<>();
    orders.forEach(order -> each.merge(order.order(), order, PerkBatch::merged));
    return each.values();
  }

  private static Of merged(Of one, Of other) {
    List<Long> packets = new ArrayList<>(one.packets());
    packets.addAll(other.packets());
    return new Of(
        one.order(),
        one.userId(),
        one.paidTotal() == null ? other.paidTotal() : one.paidTotal(),
        one.coupon() == null ? other.coupon() : one.coupon(),
        packets.stream().distinct().toList(),
        one.at().isAfter(other.at()) ? one.at() : other.at());
  }
}
