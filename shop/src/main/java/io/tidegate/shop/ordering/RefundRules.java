package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What money that went back, or came again, does to an order. Pure; the compiler lists the cases.
 */
final class RefundRules {

  private RefundRules() {}

  /** Why money can't be booked on an order. */
  enum Refusal {
    /** It was never paid: nobody asks for that, so it is a mistake of the program. */
    NOT_PAID
  }

  /** What follows: the order afterwards, with its steps and facts. */
  record Done(Refundable after, List<Step> steps, List<OrderFact> facts) {}

  /** A refund's money is back (M8): pieces are refunded; when all are, so is the order. */
  static Outcome<Done, Refusal> refunded(
      Refundable file, RefundedPart part, RestOfOrder rest, Cause cause, Instant now) {
    Order order = file.order();
    if (file.has(part.refund())) {
      return Outcome.alreadyApplied(new Done(file, List.of(), List.of()));
    }
    Refundable counted = file.with(order, file.before(), part, false);
    long given = Math.addExact(order.refundedTotal(), part.amount());
    boolean all = counted.isAllRefunded();
    return switch (order.state()) {
      case OrderState.AwaitingShipment(Instant paidAt) ->
          all
              ? last(counted, part, new OrderState.Refunded(paidAt), given, cause, now)
              : partly(counted, part, rest, given, cause, now);
      // What has left can't come back before all has: then only the rest is refunded.
      case OrderState.PartiallyShipped _ -> partly(counted, part, rest, given, cause, now);
      // Its last parcel may have come while money that is back again was the provider's.
      case OrderState.Shipped(Instant paidAt) ->
          all
              ? last(counted, part, new OrderState.Refunded(paidAt), given, cause, now)
              : partly(counted, part, rest, given, cause, now);
      case OrderState.Delivered(Instant paidAt) ->
          afterShipping(counted, part, all, paidAt, given, cause, now);
      case OrderState.Completed(Instant paidAt) ->
          afterShipping(counted, part, all, paidAt, given, cause, now);
      case OrderState.AwaitingPayment _,
          OrderState.Closed _,
          OrderState.Cancelled _,
          OrderState.Refunded _ ->
          Outcome.refused(Refusal.NOT_PAID);
    };
  }

  private static Outcome<Done, Refusal> afterShipping(
      Refundable file,
      RefundedPart part,
      boolean all,
      Instant paidAt,
      long given,
      Cause cause,
      Instant now) {
    return last(
        file,
        part,
        all ? new OrderState.Refunded(paidAt) : file.order().state(),
        given,
        cause,
        now);
  }

  private static Outcome<Done, Refusal> last(
      Refundable file, RefundedPart part, OrderState next, long given, Cause cause, Instant now) {
    Order before = file.order();
    Order after = before.withRefunded(next, given);
    OrderFact fact = new OrderFact.Refunded(after, part, now);
    String name = after.status() == Status.REFUNDED ? "order.refunded" : "order.partially_refunded";
    return Outcome.applied(
        new Done(
            file.with(after, before.status(), part, false),
            List.of(step(before, after, name, cause, now)),
            List.of(fact)));
  }

  /** Some pieces are left; where all that is left has shipped, or come, the order goes on. */
  private static Outcome<Done, Refusal> partly(
      Refundable file, RefundedPart part, RestOfOrder rest, long given, Cause cause, Instant now) {
    Order before = file.order();
    Order after = before.withRefunded(before.state(), given);
    List<Step> steps = new ArrayList<>();
    List<OrderFact> facts = new ArrayList<>();
    steps.add(step(before, after, "order.partially_refunded", cause, now));
    facts.add(new OrderFact.Refunded(after, part, now));
    Instant paidAt = Objects.requireNonNull(before.paidAt());
    Status from = before.status();
    Order order = after;
    for (OrderState next : rest(rest, paidAt)) {
      if (next.status() == order.status()) {
        continue;
      }
      from = order.status();
      Order moved = order.with(next);
      steps.add(step(order, moved, "order." + moved.status().wire(), cause, now));
      facts.add(new OrderFact.Moved(moved, now));
      order = moved;
    }
    return Outcome.applied(new Done(file.with(order, from, part, false), steps, facts));
  }

  private static List<OrderState> rest(RestOfOrder rest, Instant paidAt) {
    return switch (rest) {
      case WAITS -> List.of();
      case SHIPPED -> List.of(new OrderState.Shipped(paidAt));
      case DELIVERED -> List.of(new OrderState.Shipped(paidAt), new OrderState.Delivered(paidAt));
    };
  }

  /** M9: the provider took the money back, so its pieces are not refunded any more. */
  static Outcome<Done, Refusal> reversed(
      Refundable file, RefundedPart part, Cause cause, Instant now) {
    if (!file.has(part.refund())) {
      return Outcome.alreadyApplied(new Done(file, List.of(), List.of()));
    }
    Order before = file.order();
    Instant paidAt = Objects.requireNonNull(before.paidAt());
    OrderState next =
        before.status() == Status.REFUNDED ? state(file.before(), paidAt) : before.state();
    Order after =
        before.withRefunded(next, Math.subtractExact(before.refundedTotal(), part.amount()));
    return Outcome.applied(
        new Done(
            file.with(after, before.status(), part, true),
            List.of(step(before, after, "order.refund_reversed", cause, now)),
            List.of(new OrderFact.RefundReversed(after, part, now))));
  }

  /** Where an order was before it was refunded; nothing else is ever left for that. */
  private static OrderState state(Status status, Instant paidAt) {
    return switch (status) {
      case AWAITING_SHIPMENT -> new OrderState.AwaitingShipment(paidAt);
      case SHIPPED -> new OrderState.Shipped(paidAt);
      case DELIVERED -> new OrderState.Delivered(paidAt);
      case COMPLETED -> new OrderState.Completed(paidAt);
      case AWAITING_PAYMENT, PARTIALLY_SHIPPED, CLOSED, CANCELLED, REFUNDED ->
          throw new IllegalStateException("refunded from " + status);
    };
  }

  private static Step step(Order before, Order after, String fact, Cause cause, Instant now) {
    return new Step(
        after.version(),
        now,
        before.status(),
        after.status(),
        fact,
        cause.actor(),
        cause.traceId());
  }
}
