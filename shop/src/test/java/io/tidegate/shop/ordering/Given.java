package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Orders in each state, for tests that need no database. */
final class Given {

  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final Instant PAY_BEFORE = NOW.plus(Duration.ofMinutes(30));
  static final OrderNumber NUMBER = OrderNumber.of(NOW.toEpochMilli(), 42, 0, 0);
  static final Cause CAUSE = Cause.customer(42, "0af7651916cd43dd8448eb211c80319c", "");
  static final List<OrderItem> ITEMS =
      List.of(new OrderItem("A", "A thing", 2, 1_000, 0), new OrderItem("B", "B thing", 1, 990, 0));

  private Given() {}

  static Order order(Status status) {
    return order(status, 1);
  }

  static Order order(Status status, int version) {
    return new Order(
        NUMBER,
        42,
        version,
        state(status),
        "330106",
        Amounts.of(Money.CNY, ITEMS, 0),
        0,
        PAY_BEFORE,
        status.isPaid() || status == Status.REFUNDED ? NOW : null,
        ITEMS);
  }

  static OrderState state(Status status) {
    return switch (status) {
      case AWAITING_PAYMENT -> new OrderState.AwaitingPayment(PAY_BEFORE);
      case AWAITING_SHIPMENT -> new OrderState.AwaitingShipment(NOW);
      case PARTIALLY_SHIPPED -> new OrderState.PartiallyShipped(NOW);
      case SHIPPED -> new OrderState.Shipped(NOW);
      case DELIVERED -> new OrderState.Delivered(NOW);
      case COMPLETED -> new OrderState.Completed(NOW);
      case CLOSED -> new OrderState.Closed(NOW, OrderRules.DEADLINE);
      case CANCELLED -> new OrderState.Cancelled(NOW, "changed my mind");
      case REFUNDED -> new OrderState.Refunded(NOW);
    };
  }

  /** The order in a state with one attempt at the provider. */
  static OrderFile file(Status status) {
    return new OrderFile(order(status), List.of(pending(1)), List.of(), 0);
  }

  static Attempt pending(int seq) {
    return Attempt.created(new PaymentId(NUMBER, seq), "sandbox", Money.cny(2_990), NOW, PAY_BEFORE)
        .opened("http://pay/" + seq);
  }

  static Capture capture(int seq, String transaction, long amount) {
    return new Capture(new PaymentId(NUMBER, seq), "sandbox", transaction, Money.cny(amount), NOW);
  }

  static OrderCommand.StartPayment start(long user) {
    return new OrderCommand.StartPayment(
        NUMBER, user, "sandbox", new byte[16], new byte[16], CAUSE);
  }
}
