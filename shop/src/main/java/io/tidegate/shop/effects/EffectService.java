package io.tidegate.shop.effects;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.ShipItem;
import io.tidegate.shop.fulfilment.ShipOrder;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.marketing.CouponGrant;
import io.tidegate.shop.marketing.CouponGrantRule;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketGrant;
import io.tidegate.shop.marketing.RedPacketRule;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.notification.Channel;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.notification.NewMessage;
import io.tidegate.shop.notification.ShownAmount;
import io.tidegate.shop.ordering.OrderPaid;
import io.tidegate.shop.points.EarnRule;
import io.tidegate.shop.points.PointGrant;
import io.tidegate.shop.points.PointsStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The five effects that follow by event. */
public final class EffectService {

  static final String TEMPLATE = "order_paid";

  private final PointsStore points;
  private final CouponStore coupons;
  private final RedPacketStore redPackets;
  private final MessageStore messages;
  private final FulfilmentStore fulfilment;
  private final GrantService grants;
  private final Rules rules;

  /** How much of each is given. */
  public record Rules(EarnRule points, CouponGrantRule coupons, RedPacketRule redPackets) {
    public static final Rules DEFAULT =
        new Rules(EarnRule.DEFAULT, CouponGrantRule.DEFAULT, RedPacketRule.DEFAULT);
  }

  /** Where nobody but our rules ever decided. */
  public EffectService(
      PointsStore points,
      CouponStore coupons,
      RedPacketStore redPackets,
      MessageStore messages,
      FulfilmentStore fulfilment,
      Rules rules) {
    this(points, coupons, redPackets, messages, fulfilment, GrantService.byRules(rules));
  }

  /**
   * The effects.
   *
   * @param grants who decides what orders bring
   */
  public EffectService(
      PointsStore points,
      CouponStore coupons,
      RedPacketStore redPackets,
      MessageStore messages,
      FulfilmentStore fulfilment,
      GrantService grants) {
    this.points = points;
    this.coupons = coupons;
    this.redPackets = redPackets;
    this.messages = messages;
    this.fulfilment = fulfilment;
    this.grants = grants;
    this.rules = grants.rules();
  }

  /** Where all seven effects of orders stand. */
  public OrderEffectsJson shown() {
    return new OrderEffectsJson(grants);
  }

  /**
   * One consumer for each effect that follows by event.
   *
   * @param planned told after each commit that parcels wait
   */
  public List<EventHandler> handlers(Runnable planned) {
    return handlers(planned, () -> {});
  }

  /**
   * The same.
   *
   * @param undecided told after each commit that it may wait to be decided what an order brings
   */
  public List<EventHandler> handlers(Runnable planned, Runnable undecided) {
    List<EventHandler> handlers = new ArrayList<>();
    for (AfterPayment effect : AfterPayment.values()) {
      EffectConsumer.@Nullable Work work =
          switch (effect) {
            case ORDER, STOCK -> null;
            case POINTS -> this::grantPoints;
            case COUPON -> this::grantCoupons;
            case RED_PACKET -> this::grantRedPackets;
            case NOTIFICATION -> this::recordMessages;
            case WAREHOUSE -> this::planShipments;
          };
      if (work != null) {
        Runnable committed =
            switch (effect) {
              case WAREHOUSE ->
                  () -> {
                    fulfilment.planned();
                    planned.run();
                  };
              case POINTS, COUPON, RED_PACKET -> undecided;
              case ORDER, STOCK, NOTIFICATION -> () -> {};
            };
        handlers.add(new EffectConsumer(effect, work, committed));
      }
    }
    return List.copyOf(handlers);
  }

  private void grantPoints(Tx tx, List<OrderPaid> orders) {
    GrantService.Sorted sorted = grants.sort(orders);
    Instant now = tx.now();
    List<PointGrant> earned = new ArrayList<>();
    for (OrderPaid order : sorted.ours()) {
      long amount = rules.points().points(order.total());
      if (amount > 0) {
        earned.add(new PointGrant(order.number(), order.userId(), amount, now));
      }
    }
    points.grant(tx, earned);
    DecisionStore.await(tx, sorted.recorded());
  }

  private void grantCoupons(Tx tx, List<OrderPaid> orders) {
    GrantService.Sorted sorted = grants.sort(orders);
    Instant now = tx.now();
    List<CouponGrant> brought = new ArrayList<>();
    for (OrderPaid order : sorted.ours()) {
      rules
          .coupons()
          .grant(order.number(), order.userId(), order.total(), now)
          .ifPresent(brought::add);
    }
    coupons.grant(tx, brought);
    DecisionStore.await(tx, sorted.recorded());
  }

  private void grantRedPackets(Tx tx, List<OrderPaid> orders) {
    GrantService.Sorted sorted = grants.sort(orders);
    Instant now = tx.now();
    List<RedPacketGrant> brought = new ArrayList<>();
    for (OrderPaid order : sorted.ours()) {
      Money packet = rules.redPackets().packet(order.total());
      if (!packet.isZero()) {
        brought.add(new RedPacketGrant(order.number(), order.userId(), packet, now));
      }
    }
    redPackets.grant(tx, brought);
    DecisionStore.await(tx, sorted.recorded());
  }

  private void recordMessages(Tx tx, List<OrderPaid> orders) {
    Instant now = tx.now();
    messages.record(
        tx,
        orders.stream()
            .map(order ->
                new NewMessage(
                    order.number(),
                    order.userId(),
                    TEMPLATE,
                    Channel.SMS,
                    Map.of(
                        "number",
                        Long.toString(order.number()),
                        "amount",
                        ShownAmount.of(order.total())),
                    now))
            .toList());
  }

  private void planShipments(Tx tx, List<OrderPaid> orders) {
    fulfilment.plan(
        tx,
        orders.stream()
            .map(order ->
                new ShipOrder(
                    order.number(),
                    order.region(),
                    order.items().stream()
                        .map(item -> new ShipItem(item.line(), item.sku(), item.quantity()))
                        .toList(),
                    order.traceparent()))
            .toList());
  }
}
