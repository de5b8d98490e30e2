package io.tidegate.shop.aftersales;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether pieces can be asked back. Pure; the compiler lists the cases. */
final class RequestRules {

  private RequestRules() {}

  /**
   * A refund to be written, before it is known what of the order's perks is spent.
   *
   * @return its amount is what was paid for the pieces
   */
  static Outcome<RefundCase, RefundRefusal> decide(
      RefundFile file, RequestRefund command, Instant now) {
    Order order = file.order();
    if (command.userId() != null && command.userId() != order.userId()) {
      return Outcome.refused(RefundRefusal.NOT_FOUND); // C5
    }
    RefundRefusal state = state(order.state(), command.kind());
    if (state != null) {
      return Outcome.refused(state);
    }
    if (file.cases().size() >= RefundCaseId.PER_ORDER_MAX) {
      return Outcome.refused(RefundRefusal.NOT_REFUNDABLE);
    }
    List<RequestRefund.Pieces> wanted =
        command.pieces().isEmpty() ? all(file, command.kind()) : command.pieces();
    RefundRefusal pieces = pieces(file, command.kind(), wanted);
    return pieces == null
        ? Outcome.applied(requested(file, command, wanted, now))
        : Outcome.refused(pieces);
  }

  private static @Nullable RefundRefusal state(OrderState state, RefundKind kind) {
    boolean isReturn = kind == RefundKind.RETURN;
    return switch (state) {
      case OrderState.AwaitingShipment _, OrderState.PartiallyShipped _ ->
          isReturn ? RefundRefusal.NOT_REFUNDABLE : null;
      case OrderState.Shipped _, OrderState.Delivered _, OrderState.Completed _ ->
          isReturn ? null : RefundRefusal.ALREADY_SHIPPED;
      case OrderState.AwaitingPayment _,
          OrderState.Closed _,
          OrderState.Cancelled _,
          OrderState.Refunded _ ->
          RefundRefusal.NOT_REFUNDABLE;
    };
  }

  private static List<RequestRefund.Pieces> all(RefundFile file, RefundKind kind) {
    List<RequestRefund.Pieces> all = new ArrayList<>();
    for (int line = 1; line <= file.order().items().size(); line++) {
      int left =
          switch (kind) {
            case BEFORE_SHIPPING -> file.leftHere(line);
            case RETURN -> file.left(line);
          };
      if (left > 0) {
        all.add(new RequestRefund.Pieces(line, left));
      }
    }
    return all;
  }

  private static @Nullable RefundRefusal pieces(
      RefundFile file, RefundKind kind, List<RequestRefund.Pieces> wanted) {
    if (wanted.isEmpty()) {
      return nothingLeft(file) ? RefundRefusal.OVER_REFUND : RefundRefusal.ALREADY_SHIPPED;
    }
    int lines = file.order().items().size();
    for (RequestRefund.Pieces each : wanted) {
      if (each.line() > lines || each.quantity() > file.left(each.line())) {
        return RefundRefusal.OVER_REFUND;
      }
    }
    for (RequestRefund.Pieces each : wanted) {
      if (kind == RefundKind.BEFORE_SHIPPING && each.quantity() > file.leftHere(each.line())) {
        return RefundRefusal.ALREADY_SHIPPED;
      }
    }
    return null;
  }

  private static boolean nothingLeft(RefundFile file) {
    for (int line = 1; line <= file.order().items().size(); line++) {
      if (file.left(line) > 0) {
        return false;
      }
    }
    return true;
  }

  private static RefundCase requested(
      RefundFile file, RequestRefund command, List<RequestRefund.Pieces> wanted, Instant now) {
    Order order = file.order();
    List<RefundCase> live = file.live();
    List<RefundLine> lines = RefundAmounts.lines(order, live, wanted);
    long gross = lines.stream().mapToLong(RefundLine::amount).sum();
    return new RefundCase(
        file.next(),
        0,
        order.userId(),
        command.received(),
        RefundState.REQUESTED,
        1,
        lines,
        new Money(gross, order.amounts().currency()),
        0,
        RefundAmounts.used(order, live, lines),
        command.reason(),
        command.cause().actor(),
        command.cause().traceparent(),
        null,
        0,
        List.of(),
        new RefundCase.Progress(WayBack.REQUEST.bit(), 0, now, null, now, 0, null),
        null,
        List.of(
            new RefundStep(1, now, RefundState.REQUESTED, "requested", command.cause().actor())));
  }
}
