package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.Event;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.payment.PaymentStore;
import io.tidegate.shop.payment.Posting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes what every new order has, whoever placed it, one statement a table: the order, its
 * consignee, its deadline, its events, and postings where there was nothing to pay.
 */
final class NewOrderStore {

  private final ConsigneeStore consignees;
  private final EventLog log;

  NewOrderStore(ConsigneeStore consignees, EventLog log) {
    this.consignees = consignees;
    this.log = log;
  }

  /** Writes orders; rows that are new only, so that it may come before all that are locked. */
  void write(Tx tx, List<NewOrder> made) {
    int count = made.size();
    List<Order> orders = new ArrayList<>(count);
    List<String> histories = new ArrayList<>(count);
    List<Consignee> people = new ArrayList<>(count);
    List<Event> events = new ArrayList<>(count);
    List<Posting> postings = new ArrayList<>(0);
    Map<Instant, List<Long>> unpaid = new TreeMap<>();
    for (NewOrder each : made) {
      Order order = each.order();
      Cause cause = each.cause();
      orders.add(order);
      histories.add(OrderText.steps(steps(order, cause)));
      if (!each.consigned()) {
        people.add(new Consignee(order.number().value(), each.address(), each.invoice()));
      }
      for (OrderFact fact : facts(order)) {
        events.add(OrderEventsJson.event(fact, cause.traceparent()));
      }
      Instant paidAt = order.paidAt();
      if (paidAt == null) {
        unpaid
            .computeIfAbsent(order.payBefore(), _ -> new ArrayList<>(count))
            .add(order.number().value());
      } else {
        postings.addAll(OrderRules.given(order, paidAt));
      }
    }
    OrderStore.insert(tx, orders, histories);
    consignees.write(tx, people);
    unpaid.forEach((payBefore, numbers) ->
        DueStore.add(
            tx,
            payBefore,
            DueStore.Kind.PAY,
            numbers.stream().mapToLong(Long::longValue).toArray()));
    log.append(tx, events);
    PaymentStore.post(tx, postings);
  }

  /** Its first step, and its second where there was nothing to pay. */
  static List<Step> steps(Order order, Cause cause) {
    Step placed =
        new Step(
            1,
            order.createdAt(),
            null,
            Status.AWAITING_PAYMENT,
            "order.placed",
            cause.actor(),
            cause.traceId());
    Instant paidAt = order.paidAt();
    return paidAt == null
        ? List.of(placed)
        : List.of(
            placed,
            new Step(
                2,
                paidAt,
                Status.AWAITING_PAYMENT,
                order.status(),
                "order.paid",
                cause.actor(),
                cause.traceId()));
  }

  static List<OrderFact> facts(Order order) {
    Instant paidAt = order.paidAt();
    return paidAt == null
        ? List.of(new OrderFact.Placed(order, order.createdAt()))
        : List.of(
            new OrderFact.Placed(order.unpaid(), order.createdAt()),
            new OrderFact.Paid(order, null, paidAt));
  }
}
