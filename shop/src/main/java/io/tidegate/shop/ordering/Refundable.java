package io.tidegate.shop.ordering;

import io.tidegate.shop.payment.Capture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An order under its lock, as a refund sees it.
 *
 * @param before the state that its last step came from; where it is refunded, that is what it goes
 *     back to (M9)
 * @param capture the money that paid it; null where there was nothing to pay, or nobody has paid
 * @param lastMoneySeq the highest seq of its refunds at providers
 * @param refunded what went back so far, reversed rows too
 */
public record Refundable(
    Order order,
    Status before,
    @Nullable Capture capture,
    int lastMoneySeq,
    List<RefundedLine> refunded) {

  public Refundable {
    refunded = List.copyOf(refunded);
  }

  /** Pieces of each line whose money is back. */
  public Map<Integer, Integer> refundedPieces() {
    Map<Integer, Integer> pieces = new HashMap<>();
    for (RefundedLine row : refunded) {
      if (!row.reversed()) {
        pieces.merge(row.line(), row.quantity(), Integer::sum);
      }
    }
    return pieces;
  }

  /** Whether not one piece is left whose money is not back. */
  boolean isAllRefunded() {
    Map<Integer, Integer> pieces = refundedPieces();
    for (int i = 0; i < order.items().size(); i++) {
      if (pieces.getOrDefault(i + 1, 0) < order.items().get(i).quantity()) {
        return false;
      }
    }
    return true;
  }

  /** The same after a refund's pieces went back; those of its reversed rows go back again. */
  Refundable with(Order next, Status from, RefundedPart part, boolean reversed) {
    List<RefundedLine> rows = new ArrayList<>();
    for (RefundedLine row : refunded) {
      if (row.refund() != part.refund()) {
        rows.add(row);
      }
    }
    for (RefundedPart.Line line : part.lines()) {
      rows.add(
          new RefundedLine(
              order.number(),
              part.refund(),
              line.line(),
              line.quantity(),
              line.amount(),
              part.restocked(),
              reversed));
    }
    return new Refundable(next, from, capture, lastMoneySeq, rows);
  }

  /** Whether a refund's pieces count as refunded. */
  boolean has(int refund) {
    return refunded.stream().anyMatch(row -> row.refund() == refund && !row.reversed());
  }
}
