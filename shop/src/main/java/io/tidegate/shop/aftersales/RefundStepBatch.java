package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Tx;
import io.tidegate.shop.effects.PerkBatch;
import io.tidegate.shop.effects.UsedBack;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.HoldBack;
import io.tidegate.shop.fulfilment.HoldBackBatch;
import io.tidegate.shop.fulfilment.HoldRefusal;
import io.tidegate.shop.fulfilment.Left;
import io.tidegate.shop.fulfilment.ShipItem;
import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.inventory.StockReturn;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.notification.NewMessage;
import io.tidegate.shop.ordering.Cause;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderItem;
import io.tidegate.shop.ordering.RestOfOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The steps of the way back, each for many refunds in one transaction: locked, looked at again, and
 * done only where the refund still waits for it. Owns no order of steps: that is {@link WayBack}
 * and {@link RefundState}.
 */
final class RefundStepBatch {

  private final RefundGround ground;
  private final RefundBatch refunds;
  private final Instant now;

  private RefundStepBatch(RefundGround ground, RefundBatch refunds, Instant now) {
    this.ground = ground;
    this.refunds = refunds;
    this.now = now;
  }

  /**
   * Does the step that these refunds, all in the same state, wait for.
   *
   * @return whether something was done that others want to hear of
   */
  static boolean run(Tx tx, RefundGround ground, RefundState state, Collection<RefundCaseId> due) {
    Set<OrderNumber> orders = new HashSet<>();
    due.forEach(id -> orders.add(id.order()));
    RefundBatch refunds = RefundBatch.load(tx, ground, orders);
    List<RefundCase> waiting =
        due.stream()
            .sorted()
            .map(refunds::find)
            .filter(Objects::nonNull)
            .filter(each -> each.state() == state)
            .toList();
    if (waiting.isEmpty()) {
      return false;
    }
    RefundStepBatch steps = new RefundStepBatch(ground, refunds, tx.now());
    switch (state) {
      case REQUESTED -> steps.needNoStop(waiting);
      case STOPPING -> steps.stop(tx, waiting);
      case MONEY_BACK -> steps.finish(tx, waiting);
      case REFUSING -> steps.undo(tx, waiting);
      // Somebody else acts, or nobody needs to: none of these is ever due.
      case AWAITING_APPROVAL, AT_PROVIDER, SUCCEEDED, REFUSED, REVERSED ->
          throw new IllegalStateException("no step is due in " + state);
    }
    refunds.save(tx);
    return true;
  }

  /** Goods that came back were stopped by nobody. */
  private void needNoStop(List<RefundCase> waiting) {
    waiting.forEach(each -> refunds.goOn(each, now));
  }

  /** Of this and of packing one wins (O8). */
  private void stop(Tx tx, List<RefundCase> waiting) {
    Map<HoldBack.Key, Outcome<Left, HoldRefusal>> outcomes =
        ground.fulfilment().holdBack(tx, waiting.stream().map(this::holdBack).toList());
    for (RefundCase each : waiting) {
      switch (Objects.requireNonNull(outcomes.get(holdKey(each)))) {
        case Outcome.Applied<Left, HoldRefusal> _ -> refunds.goOn(each.stopped(now), now);
        case Outcome.AlreadyApplied<Left, HoldRefusal> _ -> refunds.goOn(each.stopped(now), now);
        case Outcome.Refused<Left, HoldRefusal>(HoldRefusal why) ->
            refunds.put(each.refusing(refusal(why), "system", now));
      }
    }
  }

  private static String refusal(HoldRefusal why) {
    return switch (why) {
      case LEAVING -> "already_shipped";
      case RELEASED, TOO_MANY_PARCELS -> "not_refundable";
    };
  }

  private HoldBack holdBack(RefundCase each) {
    Order order = order(each);
    return new HoldBack(
        order.number().value(),
        each.id().seq(),
        each.lines().stream()
            .map(line ->
                new ShipItem(
                    line.line(), order.items().get(line.line() - 1).sku(), line.quantity()))
            .toList());
  }

  private static HoldBack.Key holdKey(RefundCase each) {
    return new HoldBack.Key(each.id().order().value(), each.id().seq());
  }

  /** The money is back: everything else follows in this transaction. */
  private void finish(Tx tx, List<RefundCase> waiting) {
    List<Long> numbers = waiting.stream().map(each -> each.id().order().value()).toList();
    Map<Long, List<Shipment>> parcels =
        FulfilmentStore.shipments(tx, numbers).stream()
            .collect(Collectors.groupingBy(Shipment::orderNumber));
    List<UsedBack> used = new ArrayList<>();
    List<StockReturn> stock = new ArrayList<>();
    List<NewMessage> messages = new ArrayList<>();
    for (RefundCase each : waiting) {
      OrderNumber number = each.id().order();
      boolean whole =
          refunds
              .orders()
              .refunded(
                  number,
                  CasePart.of(each),
                  rest(each, parcels.getOrDefault(number.value(), List.of())),
                  Cause.system(each.traceparent()),
                  now);
      Order order = order(each);
      used.add(CasePart.usedBack(each, order, whole));
      stock.addAll(stockReturns(each, order));
      CasePart.takenBack(each, order, now).forEach(refunds::post);
      messages.add(
          CaseMessages.refunded(number, each.id().seq(), each.userId(), each.amount(), now));
      refunds.put(each.succeeded(now));
    }
    ground.perks().succeeded(tx, used); // it locks: all writes come after it
    StockStore.giveBack(tx, stock);
    ground.messages().record(tx, messages);
  }

  /** Pieces that wait for another refund's end may be shipped yet: then the order waits too. */
  private RestOfOrder rest(RefundCase each, List<Shipment> parcels) {
    Map<Integer, Integer> refunded =
        new HashMap<>(
            Objects.requireNonNull(refunds.orders().find(each.id().order())).refundedPieces());
    each.lines().forEach(line -> refunded.merge(line.line(), line.quantity(), Integer::sum));
    return RestOfOrder.of(order(each), parcels, refunded);
  }

  /** A SKU may stand on several lines, all from one pool: what goes back of it is one movement. */
  private List<StockReturn> stockReturns(RefundCase each, Order order) {
    TreeMap<String, Integer> pieces = new TreeMap<>();
    Map<String, Long> pools = new HashMap<>(0);
    for (RefundLine line : each.lines()) {
      OrderItem item = order.items().get(line.line() - 1);
      pieces.merge(item.sku(), line.quantity(), Integer::sum);
      if (item.pool() != null) {
        pools.put(item.sku(), item.pool());
      }
    }
    List<StockReturn> returns = new ArrayList<>();
    pieces.forEach((sku, quantity) ->
        returns.add(
            new StockReturn(
                order.number().value(),
                each.id().seq(),
                sku,
                quantity,
                each.received() == null ? null : each.received().warehouse(),
                pools.get(sku),
                now)));
    return returns;
  }

  /** It won't be: the goods are planned again, the perks are the customer's again. */
  private void undo(Tx tx, List<RefundCase> waiting) {
    PerkBatch perks =
        ground.perks().load(tx, List.of(), waiting.stream().map(RefundCase::key).toList());
    List<RefundCase> stopped = waiting.stream().filter(each -> each.has(WayBack.STOP)).toList();
    HoldBackBatch goods =
        ground
            .fulfilment()
            .lock(tx, stopped.stream().map(each -> each.id().order().value()).toList());
    waiting.forEach(each -> perks.release(each.key()));
    stopped.forEach(each -> goods.resume(holdKey(each)));
    perks.save(tx);
    ground.fulfilment().save(tx, goods);
    List<NewMessage> messages = new ArrayList<>();
    for (RefundCase each : waiting) {
      RefundCase refused = each.refused(now);
      refunds.put(refused);
      refunds.tell(CaseEventsJson.refused(refused, now));
      messages.add(message(refused));
    }
    ground.messages().record(tx, messages);
  }

  private NewMessage message(RefundCase refused) {
    OrderNumber order = refused.id().order();
    int seq = refused.id().seq();
    return "already_shipped".equals(refused.refusal())
        ? CaseMessages.tooLate(order, seq, refused.userId(), refused.amount(), now)
        : CaseMessages.refused(order, seq, refused.userId(), refused.amount(), now);
  }

  private Order order(RefundCase each) {
    return Objects.requireNonNull(refunds.orders().find(each.id().order())).order();
  }
}
