package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What refunds do to orders, with the deadlines that follow. */
class RefundableBatchTest {

  private static final Cause CAUSE = Cause.system("");

  /** L1: its deadline may have come and gone while it was refunded. */
  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"SHIPPED", "DELIVERED", "COMPLETED"})
  void whatIsDeliveredAgainCompletesByItself(Status before) {
    try (TestNode node = TestNode.alone()) {
      node.goods("A", 1_000, 5);
      Order order = node.placed(new PlaceOrder.Line("A", 1));
      node.capture(TestNode.money(node.opened(order), "T1"));
      node.run(
          "update ordering.orders set state = %d, previous = %d where number = %s"
              .formatted(before.code(), previous(before).code(), order.number()));
      RefundedPart part =
          new RefundedPart(
              1, true, 0, List.of(new RefundedPart.Line(1, 1, order.amounts().total(), 0)));
      change(
          node,
          order,
          batch ->
              batch.refunded(order.number(), part, RestOfOrder.WAITS, CAUSE, node.database.now()));
      assertThat(node.find(order).status()).isEqualTo(Status.REFUNDED);
      node.run("delete from ordering.order_due"); // its time came, and it was refunded

      change(
          node, order, batch -> batch.reversed(order.number(), part, CAUSE, node.database.now()));
      assertThat(node.find(order).status()).isEqualTo(before);
      assertThat(
              node.number(
                  "select count(*) from ordering.order_due where kind = 2 and numbers = array["
                      + order.number()
                      + "::bigint] and due_at > clock_timestamp()"))
          .isEqualTo(before == Status.DELIVERED ? 1 : 0);
    }
  }

  private static Status previous(Status status) {
    return switch (status) {
      case SHIPPED -> Status.AWAITING_SHIPMENT;
      case DELIVERED -> Status.SHIPPED;
      case COMPLETED -> Status.DELIVERED;
      case AWAITING_PAYMENT, AWAITING_SHIPMENT, PARTIALLY_SHIPPED, CLOSED, CANCELLED, REFUNDED ->
          throw new IllegalArgumentException(status.toString());
    };
  }

  private static void change(TestNode node, Order order, Consumer<RefundableBatch> what) {
    node.database.write(
        "change",
        tx -> {
          RefundableBatch batch = RefundableBatch.lock(tx, List.of(order.number()));
          what.accept(batch);
          batch.save(tx, node.log, Duration.ofDays(10));
          return true;
        });
  }
}
