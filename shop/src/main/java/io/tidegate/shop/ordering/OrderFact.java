package io.tidegate.shop.ordering;

import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.Refund;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What happened to an order: published as an event, one for each change. */
sealed interface OrderFact {

  Order order();

  Instant at();

  /** The event's type, versioned: a field is only ever added. */
  default String type() {
    return switch (this) {
      case Placed _ -> "order.placed.v1";
      case Paid _ -> "order.paid.v1";
      case Ended ended ->
          ended.order().status() == Status.CLOSED ? "order.closed.v1" : "order.cancelled.v1";
      case Moved moved -> "order." + moved.order().status().wire() + ".v1";
      case GivenBack _ -> "payment.given_back.v1";
      case Parked _ -> "payment.parked.v1";
      case Dismissed _ -> "payment.dismissed.v1";
      case Refunded refunded ->
          refunded.order().status() == Status.REFUNDED
              ? "order.refunded.v1"
              : "order.partially_refunded.v1";
      case RefundReversed _ -> "order.refund_reversed.v1";
    };
  }

  record Placed(Order order, Instant at) implements OrderFact {}

  /**
   * Its money was taken, or there was nothing to pay.
   *
   * @param capture null where there was nothing to pay
   */
  record Paid(Order order, @Nullable Capture capture, Instant at) implements OrderFact {}

  /** Closed by its deadline or cancelled by a person, unpaid. */
  record Ended(Order order, String reason, Instant at) implements OrderFact {}

  /** Shipped, delivered, completed. */
  record Moved(Order order, Instant at) implements OrderFact {}

  /** A late or second capture goes back, or a parked one that a person gives back. */
  record GivenBack(Order order, Refund refund, Instant at) implements OrderFact {}

  /** A capture that fits no order waits for a person. */
  record Parked(Order order, Capture capture, Instant at) implements OrderFact {}

  /** A person has decided that a parked capture doesn't go back. */
  record Dismissed(Order order, Capture capture, Instant at) implements OrderFact {}

  /** The money of some or all of its pieces is back at the customer's. */
  record Refunded(Order order, RefundedPart part, Instant at) implements OrderFact {}

  /** The provider took money back that it had given: the order is open again (M9). */
  record RefundReversed(Order order, RefundedPart part, Instant at) implements OrderFact {}
}
