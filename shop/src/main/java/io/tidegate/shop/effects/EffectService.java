package io.tidegate.shop.effects;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.DeadLetter;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.shop.fulfilment.FulfilmentRoutes;
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
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderPaid;
import io.tidegate.shop.ordering.OrderPartsJson;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.points.EarnRule;
import io.tidegate.shop.points.PointGrant;
import io.tidegate.shop.points.PointsStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The five effects that follow by event, and where all seven of an order stand. */
public final class EffectService implements OrderPartsJson {

  private static final String TEMPLATE = "order_paid";

  private final PointsStore points;
  private final CouponStore coupons;
  private final RedPacketStore redPackets;
  private final MessageStore messages;
  private final FulfilmentStore fulfilment;
  private final DeadLetters deadLetters;
  private final Rules rules;

  /** How much of each is given. */
  public record Rules(EarnRule points, CouponGrantRule coupons, RedPacketRule redPackets) {
    public static final Rules DEFAULT =
        new Rules(EarnRule.DEFAULT, CouponGrantRule.DEFAULT, RedPacketRule.DEFAULT);
  }

  public EffectService(
      PointsStore points,
      CouponStore coupons,
      RedPacketStore redPackets,
      MessageStore messages,
      FulfilmentStore fulfilment,
      DeadLetters deadLetters,
      Rules rules) {
    this.points = points;
    this.coupons = coupons;
    this.redPackets = redPackets;
    this.messages = messages;
    this.fulfilment = fulfilment;
    this.deadLetters = deadLetters;
    this.rules = rules;
  }

  /**
   * One consumer for each effect that follows by event.
   *
   * @param planned told after each commit that parcels wait
   */
  public List<EventHandler> handlers(Runnable planned) {
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
        Runnable committed = effect == AfterPayment.WAREHOUSE ? planned : () -> {};
        handlers.add(new EffectConsumer(effect, work, committed));
      }
    }
    return List.copyOf(handlers);
  }

  private void grantPoints(Tx tx, List<OrderPaid> orders) {
    Instant now = tx.now();
    List<PointGrant> grants = new ArrayList<>();
    for (OrderPaid order : orders) {
      long earned = rules.points().points(order.total());
      if (earned > 0) {
        grants.add(new PointGrant(order.number(), order.userId(), earned, now));
      }
    }
    points.grant(tx, grants);
  }

  private void grantCoupons(Tx tx, List<OrderPaid> orders) {
    Instant now = tx.now();
    List<CouponGrant> grants = new ArrayList<>();
    for (OrderPaid order : orders) {
      rules
          .coupons()
          .grant(order.number(), order.userId(), order.total(), now)
          .ifPresent(grants::add);
    }
    coupons.grant(tx, grants);
  }

  private void grantRedPackets(Tx tx, List<OrderPaid> orders) {
    Instant now = tx.now();
    List<RedPacketGrant> grants = new ArrayList<>();
    for (OrderPaid order : orders) {
      Money packet = rules.redPackets().packet(order.total());
      if (!packet.isZero()) {
        grants.add(new RedPacketGrant(order.number(), order.userId(), packet, now));
      }
    }
    redPackets.grant(tx, grants);
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
                    Map.of("number", Long.toString(order.number()), "amount", shown(order.total())),
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

  @Override
  public List<Effect> effects(Order order) {
    Instant paidAt = order.paidAt();
    if (paidAt == null || order.status() == Status.AWAITING_PAYMENT) {
      return List.of();
    }
    long number = order.number().value();
    List<Effect> effects = new ArrayList<>(AfterPayment.values().length);
    for (AfterPayment effect : AfterPayment.values()) {
      effects.add(
          switch (effect) {
            case ORDER, STOCK -> new Effect(effect.wire(), "done", paidAt, 1);
            case POINTS ->
                stand(
                    effect,
                    number,
                    points.find(List.of(number)).get(number),
                    rules.points().points(order.amounts().totalMoney()) == 0 ? paidAt : null);
            case COUPON ->
                stand(
                    effect,
                    number,
                    coupons.find(List.of(number)).get(number),
                    rules
                            .coupons()
                            .grant(number, order.userId(), order.amounts().totalMoney(), paidAt)
                            .isEmpty()
                        ? paidAt
                        : null);
            case RED_PACKET ->
                stand(
                    effect,
                    number,
                    redPackets.find(List.of(number)).get(number),
                    rules.redPackets().packet(order.amounts().totalMoney()).isZero()
                        ? paidAt
                        : null);
            case NOTIFICATION ->
                stand(effect, number, messages.find(List.of(number), TEMPLATE).get(number), null);
            case WAREHOUSE ->
                stand(
                    effect,
                    number,
                    fulfilment.tasks(List.of(number)).stream()
                        .map(task -> task.createdAt())
                        .findFirst()
                        .orElse(null),
                    null);
          });
    }
    return List.copyOf(effects);
  }

  @Override
  public void shipments(JsonWriter json, Order order) {
    fulfilment
        .shipments(List.of(order.number().value()))
        .forEach(shipment -> FulfilmentRoutes.write(json, shipment));
  }

  /**
   * Where an effect stands.
   *
   * @param done when its row was written
   * @param nothing when it was paid, where there is nothing to grant
   */
  private Effect stand(
      AfterPayment effect, long number, @Nullable Instant done, @Nullable Instant nothing) {
    if (done != null || nothing != null) {
      return new Effect(effect.wire(), "done", done == null ? nothing : done, 1);
    }
    DeadLetters.EffectState parked = deadLetters.effectState(effect.wire(), number).get(number);
    if (parked == null) {
      return new Effect(effect.wire(), "pending", null, 0);
    }
    String state = parked.state() == DeadLetter.State.RETRYING ? "retrying" : "dead";
    return new Effect(effect.wire(), state, null, parked.tries());
  }

  /** For a message: the currency's sign where everybody knows it. */
  private static String shown(Money money) {
    return (money.currency().equals(Money.CNY) ? "¥" : money.currency() + " ") + money.decimal();
  }
}
