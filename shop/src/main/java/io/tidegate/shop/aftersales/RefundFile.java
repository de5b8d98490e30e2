package io.tidegate.shop.aftersales;

import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.Refundable;
import java.util.List;
import java.util.Map;

/**
 * An order with all its refunds, as a request finds it.
 *
 * @param cases by seq, refused ones too
 * @param leaving how many pieces of a line are packed or further
 */
record RefundFile(Refundable refundable, List<RefundCase> cases, Map<Integer, Integer> leaving) {

  RefundFile {
    cases = List.copyOf(cases);
  }

  Order order() {
    return refundable.order();
  }

  /** Those that are not refused: their pieces are taken. */
  List<RefundCase> live() {
    return cases.stream().filter(each -> each.state().isLive()).toList();
  }

  RefundCaseId next() {
    return new RefundCaseId(order().number(), cases.size() + 1);
  }

  /** What of the order's total no refund has taken. */
  long kept() {
    return order().amounts().total() - live().stream().mapToLong(RefundCase::gross).sum();
  }

  /** Pieces of a line that no refund has taken. */
  int left(int line) {
    return order().items().get(line - 1).quantity() - taken(line, live());
  }

  /** Pieces of a line that no refund has taken and that have not left. */
  int leftHere(int line) {
    int here =
        order().items().get(line - 1).quantity()
            - leaving.getOrDefault(line, 0)
            - taken(
                line,
                live().stream().filter(each -> each.kind() == RefundKind.BEFORE_SHIPPING).toList());
    return Math.clamp(here, 0, left(line));
  }

  private static int taken(int line, List<RefundCase> by) {
    return by.stream()
        .flatMap(each -> each.lines().stream())
        .filter(each -> each.line() == line)
        .mapToInt(RefundLine::quantity)
        .sum();
  }
}
