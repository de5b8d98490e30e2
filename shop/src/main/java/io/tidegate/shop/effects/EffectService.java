package io.tidegate.shop.effects;

import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.DeadLetter;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.shop.fulfilment.FulfilmentRoutes;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.ShipItem;
import io.tidegate.shop.fulfilment.ShipOrder;
import io.tidegate.shop.fulfilment.ShipTask;
import io.tidegate.shop.fulfilment.Shipment;
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
import java.util.stream.Collectors;
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
  private final GrantService grants;
  private final Rules rules;
  private final SharedReads<Long, DecisionRow> decisions;
  private final Map<AfterPayment, SharedReads<Long, Instant>> doneAt;
  private final SharedReads<Long, List<Shipment>> shipments;

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
      DeadLetters deadLetters,
      Rules rules) {
    this(
        points,
        coupons,
        redPackets,
        messages,
        fulfilment,
        deadLetters,
        GrantService.byRules(rules));
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
      DeadLetters deadLetters,
      GrantService grants) {
    this.points = points;
    this.coupons = coupons;
    this.redPackets = redPackets;
    this.messages = messages;
    this.fulfilment = fulfilment;
    this.deadLetters = deadLetters;
    this.grants = grants;
    this.rules = grants.rules();
    this.decisions = new SharedReads<>(grants::find);
    // Order and stock came with the capture.
    this.doneAt =
        Map.of(
            AfterPayment.POINTS, new SharedReads<>(points::find),
            AfterPayment.COUPON, new SharedReads<>(coupons::find),
            AfterPayment.RED_PACKET, new SharedReads<>(redPackets::find),
            AfterPayment.NOTIFICATION, new SharedReads<>(keys -> messages.find(keys, TEMPLATE)),
            AfterPayment.WAREHOUSE, new SharedReads<>(this::planned));
    this.shipments =
        new SharedReads<>(keys ->
            fulfilment.shipments(keys).stream()
                .collect(Collectors.groupingBy(Shipment::orderNumber)));
  }

  private Map<Long, Instant> planned(List<Long> numbers) {
    return fulfilment.tasks(numbers).stream()
        .filter(ShipTask::isPlanned)
        .collect(Collectors.toMap(ShipTask::orderNumber, ShipTask::createdAt));
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

  @Override
  public List<Effect> effects(Order order) {
    Instant paidAt = order.paidAt();
    if (paidAt == null || order.status() == Status.AWAITING_PAYMENT) {
      return List.of();
    }
    boolean reversed = order.status() == Status.REFUNDED; // each took its way back
    DecisionRow decided =
        grants.records(order.number().value()) ? decisions.read(order.number().value()) : null;
    List<Effect> effects = new ArrayList<>(AfterPayment.values().length);
    for (AfterPayment effect : AfterPayment.values()) {
      Effect stand = stand(effect, order, paidAt, decided);
      effects.add(
          reversed ? new Effect(stand.name(), "reversed", stand.at(), stand.tries()) : stand);
    }
    return List.copyOf(effects);
  }

  private Effect stand(
      AfterPayment effect, Order order, Instant paidAt, @Nullable DecisionRow decided) {
    SharedReads<Long, Instant> done = doneAt.get(effect);
    if (done == null) {
      return new Effect(effect.wire(), "done", paidAt, 1);
    }
    long number = order.number().value();
    if (!AfterPayment.PERKS.contains(effect) || !grants.records(number)) {
      return stand(effect, number, done.read(number), brings(effect, order) ? null : paidAt);
    }
    if (decided == null || decided.state() == DecisionRow.State.WAITING) {
      int tries = decided == null ? 0 : decided.tries();
      return new Effect(effect.wire(), tries > 1 ? "retrying" : "pending", null, tries);
    }
    Instant nothing = decided.brings(effect) ? null : decided.at();
    return stand(effect, number, done.read(number), nothing);
  }

  /** Whether our rules have anything to grant for an order. */
  private boolean brings(AfterPayment effect, Order order) {
    Money total = order.amounts().totalMoney();
    return switch (effect) {
      case POINTS -> rules.points().points(total) > 0;
      case COUPON ->
          rules
              .coupons()
              .grant(order.number().value(), order.userId(), total, order.createdAt())
              .isPresent();
      case RED_PACKET -> !rules.redPackets().packet(total).isZero();
      case ORDER, STOCK, NOTIFICATION, WAREHOUSE -> true;
    };
  }

  @Override
  public void shipments(JsonWriter json, Order order) {
    List<Shipment> parcels = shipments.read(order.number().value());
    if (parcels != null) {
      parcels.forEach(shipment -> FulfilmentRoutes.write(json, shipment));
    }
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
}
