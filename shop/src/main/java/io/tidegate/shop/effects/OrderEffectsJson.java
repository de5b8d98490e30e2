package io.tidegate.shop.effects;

import io.tidegate.platform.db.Questions;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.DeadLetter;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.shop.fulfilment.FulfilmentRoutes;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderPartsJson;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.points.PointsStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where all seven effects of orders stand, and their parcels. */
public final class OrderEffectsJson implements OrderPartsJson {

  private static final List<String> CONSUMERS =
      Arrays.stream(AfterPayment.values()).map(AfterPayment::wire).toList();

  private final GrantService grants;
  private final EffectService.Rules rules;

  /**
   * Shows effects.
   *
   * @param grants who decides what orders bring
   */
  public OrderEffectsJson(GrantService grants) {
    this.grants = grants;
    this.rules = grants.rules();
  }

  @Override
  public Supplier<Parts> ask(Questions questions, Collection<OrderNumber> orders) {
    // Order and stock came with the capture.
    Map<AfterPayment, Questions.Answer<Map<Long, Instant>>> done =
        new EnumMap<>(AfterPayment.class);
    done.put(AfterPayment.POINTS, questions.add(PointsStore.whenEarned(orders)));
    done.put(AfterPayment.COUPON, questions.add(CouponStore.whenBrought(orders)));
    done.put(AfterPayment.RED_PACKET, questions.add(RedPacketStore.whenBrought(orders)));
    done.put(
        AfterPayment.NOTIFICATION,
        questions.add(MessageStore.whenRecorded(orders, EffectService.TEMPLATE)));
    done.put(AfterPayment.WAREHOUSE, questions.add(FulfilmentStore.whenPlanned(orders)));
    Questions.Answer<Map<Long, List<Shipment>>> shipments =
        questions.add(FulfilmentStore.whichShipments(orders));
    Supplier<Map<Long, DecisionRow>> decided = grants.ask(questions, orders);
    // After what is done: what ends between the two is done, or neither.
    Questions.Answer<Map<String, Map<Long, DeadLetters.EffectState>>> parked =
        questions.add(DeadLetters.whichOfKeys(CONSUMERS, OrderNumber.values(orders)));
    return () ->
        new Known(
            done.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, answer -> answer.getValue().get())),
            shipments.get(),
            decided.get(),
            parked.get());
  }

  private final class Known implements Parts {
    private final Map<AfterPayment, Map<Long, Instant>> doneAt;
    private final Map<Long, List<Shipment>> shipments;
    private final Map<Long, DecisionRow> decisions;
    private final Map<String, Map<Long, DeadLetters.EffectState>> parked;

    Known(
        Map<AfterPayment, Map<Long, Instant>> doneAt,
        Map<Long, List<Shipment>> shipments,
        Map<Long, DecisionRow> decisions,
        Map<String, Map<Long, DeadLetters.EffectState>> parked) {
      this.doneAt = doneAt;
      this.shipments = shipments;
      this.decisions = decisions;
      this.parked = parked;
    }

    @Override
    public List<Effect> effects(Order order) {
      Instant paidAt = order.paidAt();
      if (paidAt == null || order.status() == Status.AWAITING_PAYMENT) {
        return List.of();
      }
      boolean reversed = order.status() == Status.REFUNDED; // each took its way back
      DecisionRow decided = decisions.get(order.number().value());
      List<Effect> effects = new ArrayList<>(AfterPayment.values().length);
      for (AfterPayment effect : AfterPayment.values()) {
        Effect stand = stand(effect, order, paidAt, decided);
        effects.add(
            reversed ? new Effect(stand.name(), "reversed", stand.at(), stand.tries()) : stand);
      }
      return List.copyOf(effects);
    }

    @Override
    public void shipments(JsonWriter json, Order order) {
      shipments
          .getOrDefault(order.number().value(), List.of())
          .forEach(shipment -> FulfilmentRoutes.write(json, shipment));
    }

    private Effect stand(
        AfterPayment effect, Order order, Instant paidAt, @Nullable DecisionRow decided) {
      Map<Long, Instant> done = doneAt.get(effect);
      if (done == null) {
        return new Effect(effect.wire(), "done", paidAt, 1);
      }
      long number = order.number().value();
      if (!AfterPayment.PERKS.contains(effect) || !grants.records(number)) {
        return stand(effect, number, done.get(number), brings(effect, order) ? null : paidAt);
      }
      if (decided == null || decided.state() == DecisionRow.State.WAITING) {
        int tries = decided == null ? 0 : decided.tries();
        return new Effect(effect.wire(), tries > 1 ? "retrying" : "pending", null, tries);
      }
      Instant nothing = decided.brings(effect) ? null : decided.at();
      return stand(effect, number, done.get(number), nothing);
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
      DeadLetters.EffectState letter = parked.getOrDefault(effect.wire(), Map.of()).get(number);
      if (letter == null) {
        return new Effect(effect.wire(), "pending", null, 0);
      }
      String state = letter.state() == DeadLetter.State.RETRYING ? "retrying" : "dead";
      return new Effect(effect.wire(), state, null, letter.tries());
    }
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
}
