package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What refunded money does to an order in each state, and what its reversal does. */
class RefundRulesTest {

  private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");
  private static final OrderNumber NUMBER = new OrderNumber(77);
  private static final Cause CAUSE = Cause.system("");
  private static final RefundedPart ONE = part(1, 1, 1);
  private static final RefundedPart OTHERS = part(2, 1, 2);
  private static final RefundedPart ALL = part(1, 1, 3);

  private static RefundedPart part(int refund, int line, int quantity) {
    return new RefundedPart(
        refund, true, 0, List.of(new RefundedPart.Line(line, quantity, 100L * quantity, 0)));
  }

  private static Refundable file(Status status) {
    OrderState state =
        switch (status) {
          case AWAITING_PAYMENT -> new OrderState.AwaitingPayment(NOW);
          case AWAITING_SHIPMENT -> new OrderState.AwaitingShipment(NOW);
          case PARTIALLY_SHIPPED -> new OrderState.PartiallyShipped(NOW);
          case SHIPPED -> new OrderState.Shipped(NOW);
          case DELIVERED -> new OrderState.Delivered(NOW);
          case COMPLETED -> new OrderState.Completed(NOW);
          case CLOSED -> new OrderState.Closed(NOW, "x");
          case CANCELLED -> new OrderState.Cancelled(NOW, "x");
          case REFUNDED -> new OrderState.Refunded(NOW);
        };
    List<OrderItem> items = List.of(new OrderItem("A", "", 3, 100, 0));
    return new Refundable(
        new Order(NUMBER, 42, 5, state, "330106", Amounts.of("CNY", items, 0), 0, NOW, NOW, items),
        status,
        null,
        0,
        List.of());
  }

  private static RefundRules.Done applied(Outcome<RefundRules.Done, RefundRules.Refusal> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<RefundRules.Done, RefundRules.Refusal>) outcome).value();
  }

  private static RefundRules.Done refunded(Refundable file, RefundedPart part, RestOfOrder rest) {
    return applied(RefundRules.refunded(file, part, rest, CAUSE, NOW));
  }

  private static RefundRules.Done reversed(Refundable file, RefundedPart part) {
    return applied(RefundRules.reversed(file, part, CAUSE, NOW));
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"AWAITING_SHIPMENT", "SHIPPED", "DELIVERED", "COMPLETED"})
  void theLastPieceRefundsTheOrderAndItsReversalReopensIt(Status status) {
    RefundRules.Done done = refunded(file(status), ALL, RestOfOrder.WAITS);
    Order order = done.after().order();
    assertThat(order.status()).isEqualTo(Status.REFUNDED);
    assertThat(order.refundedTotal()).isEqualTo(300);
    assertThat(done.steps()).hasSize(1);
    assertThat(done.facts()).extracting(OrderFact::type).containsExactly("order.refunded.v1");

    RefundRules.Done back = reversed(done.after(), ALL);
    assertThat(back.after().order().status()).as("M9").isEqualTo(status);
    assertThat(back.after().order().refundedTotal()).isZero();
    assertThat(back.after().order().version()).isEqualTo(7);
    assertThat(back.facts())
        .extracting(OrderFact::type)
        .containsExactly("order.refund_reversed.v1");

    RefundRules.Done again = refunded(back.after(), ALL, RestOfOrder.WAITS);
    assertThat(again.after().order().status()).isEqualTo(Status.REFUNDED);
    assertThat(again.after().refunded()).hasSize(1);
  }

  @Test
  void partsAreCountedAndTheLastOneRefundsTheOrder() {
    RefundRules.Done first = refunded(file(Status.AWAITING_SHIPMENT), ONE, RestOfOrder.WAITS);
    assertThat(first.after().order().status()).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(first.after().order().version()).isEqualTo(6);
    assertThat(first.facts())
        .extracting(OrderFact::type)
        .containsExactly("order.partially_refunded.v1");
    RefundRules.Done second = refunded(first.after(), OTHERS, RestOfOrder.WAITS);
    assertThat(second.after().order().status()).isEqualTo(Status.REFUNDED);
    RefundRules.Done back = reversed(second.after(), ONE);
    assertThat(back.after().order().status()).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(back.after().order().refundedTotal()).isEqualTo(200);
    RefundRules.Done both = reversed(back.after(), OTHERS);
    assertThat(both.after().order().status()).isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(both.after().order().refundedTotal()).isZero();
  }

  @Test
  void whereTheRestHasShippedOrComeTheOrderGoesOn() {
    assertThat(
            refunded(file(Status.PARTIALLY_SHIPPED), ONE, RestOfOrder.SHIPPED)
                .after()
                .order()
                .status())
        .isEqualTo(Status.SHIPPED);
    assertThat(
            refunded(file(Status.PARTIALLY_SHIPPED), ONE, RestOfOrder.WAITS)
                .after()
                .order()
                .status())
        .isEqualTo(Status.PARTIALLY_SHIPPED);
    RefundRules.Done come = refunded(file(Status.AWAITING_SHIPMENT), ONE, RestOfOrder.DELIVERED);
    assertThat(come.after().order().status()).isEqualTo(Status.DELIVERED);
    assertThat(come.steps())
        .extracting(Step::fact)
        .containsExactly("order.partially_refunded", "order.shipped", "order.delivered");
    assertThat(come.after().before()).isEqualTo(Status.SHIPPED);
  }

  /** Its last parcel came while the provider had taken the money of the others back. */
  @Test
  void aShippedOrderWhoseRestHasComeIsDelivered() {
    RefundRules.Done come = refunded(file(Status.SHIPPED), ONE, RestOfOrder.DELIVERED);
    assertThat(come.after().order().status()).isEqualTo(Status.DELIVERED);
    assertThat(come.steps())
        .extracting(Step::fact)
        .containsExactly("order.partially_refunded", "order.delivered");
    for (RestOfOrder rest : List.of(RestOfOrder.WAITS, RestOfOrder.SHIPPED)) {
      assertThat(refunded(file(Status.SHIPPED), ONE, rest).after().order().status())
          .isEqualTo(Status.SHIPPED);
    }
  }

  @Test
  void twiceIsOnce() {
    RefundRules.Done done = refunded(file(Status.AWAITING_SHIPMENT), ALL, RestOfOrder.WAITS);
    assertThat(RefundRules.refunded(done.after(), ALL, RestOfOrder.WAITS, CAUSE, NOW))
        .isInstanceOf(Outcome.AlreadyApplied.class);
    RefundRules.Done back = reversed(done.after(), ALL);
    assertThat(RefundRules.reversed(back.after(), ALL, CAUSE, NOW))
        .isInstanceOf(Outcome.AlreadyApplied.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"AWAITING_PAYMENT", "CLOSED", "CANCELLED", "REFUNDED"})
  void whatHoldsNoMoneyIsNeverRefunded(Status status) {
    assertThat(RefundRules.refunded(file(status), ALL, RestOfOrder.WAITS, CAUSE, NOW))
        .isEqualTo(Outcome.refused(RefundRules.Refusal.NOT_PAID));
  }
}
