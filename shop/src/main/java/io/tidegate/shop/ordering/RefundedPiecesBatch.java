package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.OrderNumber;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many pieces of orders' lines are refunded, read for those only that have some. */
final class RefundedPiecesBatch {

  private final Map<OrderNumber, Map<Integer, Integer>> pieces = new HashMap<>();

  private RefundedPiecesBatch() {}

  static RefundedPiecesBatch of(RefundedStore store, List<Order> orders) {
    RefundedPiecesBatch read = new RefundedPiecesBatch();
    List<OrderNumber> wanted =
        orders.stream().filter(RefundedPiecesBatch::mayHaveSome).map(Order::number).toList();
    if (!wanted.isEmpty()) {
      store.ofOrders(wanted).forEach((number, rows) -> read.pieces.put(number, sum(rows)));
    }
    return read;
  }

  static Map<Integer, Integer> of(RefundedStore store, Order order) {
    return order.paidAt() == null ? Map.of() : sum(store.lines(order.number()));
  }

  /** Those of one order, whose rows are read already. */
  static Map<Integer, Integer> of(List<RefundedLine> rows) {
    return sum(rows);
  }

  Map<Integer, Integer> of(Order order) {
    return pieces.getOrDefault(order.number(), Map.of());
  }

  /**
   * Whether to look: most orders of a list have no refunds, and it should cost them nothing. Pieces
   * whose money was all deducted leave no sum behind, but they do leave a step.
   */
  static boolean mayHaveSome(Order order) {
    return order.paidAt() != null
        && (order.refundedTotal() > 0 || order.version() > fewestSteps(order.status()));
  }

  /** An order's version on the shortest way to its state, without a refund: no step is over. */
  private static int fewestSteps(Status status) {
    return switch (status) {
      case AWAITING_PAYMENT, CLOSED, CANCELLED -> Integer.MAX_VALUE;
      case AWAITING_SHIPMENT -> 2;
      case PARTIALLY_SHIPPED, SHIPPED -> 3;
      case DELIVERED -> 4;
      case COMPLETED -> 4; // confirmed before anybody said that it was delivered
      case REFUNDED -> 0;
    };
  }

  private static Map<Integer, Integer> sum(List<RefundedLine> rows) {
    Map<Integer, Integer> sums = new HashMap<>();
    for (RefundedLine row : rows) {
      if (!row.reversed()) {
        sums.merge(row.line(), row.quantity(), Integer::sum);
      }
    }
    return sums;
  }
}
