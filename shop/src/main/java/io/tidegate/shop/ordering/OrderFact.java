package io.tidegate.shop.ordering;

import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.Refund;
import java.time.Instant;

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
    };
  }

  record Placed(Order order, Instant at) implements OrderFact {}

  record Paid(Order order, Capture capture, Instant at) implements OrderFact {}

  /** Closed by its deadline or cancelled by a person, unpaid. */
  record Ended(Order order, String reason, Instant at) implements OrderFact {}

  /** Shipped, delivered, completed. */
  record Moved(Order order, Instant at) implements OrderFact {}

  /** A late or second capture goes back. */
  record GivenBack(Order order, Refund refund, Instant at) implements OrderFact {}

  /** A capture that fits no order waits for a person. */
  record Parked(Order order, Capture capture, Instant at) implements OrderFact {}
}
