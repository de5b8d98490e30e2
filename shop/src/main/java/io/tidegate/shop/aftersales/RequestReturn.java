package io.tidegate.shop.aftersales;

import io.tidegate.shop.aftersales.ReturnRefusal.NotReturnable;
import io.tidegate.shop.aftersales.ReturnRefusal.OverRefund;
import io.tidegate.shop.aftersales.ReturnRefusal.Why;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A customer wants to send goods of an order back.
 *
 * @param items each line once
 */
public record RequestReturn(
    OrderNumber order, long userId, List<ReturnLine> items, String reason, List<String> pictures) {

  public RequestReturn {
    items = List.copyOf(items);
    pictures = List.copyOf(pictures);
  }

  /**
   * What it is decided by.
   *
   * @param arrivedAt when the goods were delivered, or shipped where nobody told of a delivery;
   *     null where they have not left
   * @param quantities pieces of each line
   * @param refunded pieces of each line that are refunded, or about to be, without a return
   * @param returns of this order, by seq
   */
  record Facts(
      Status status,
      @Nullable Instant arrivedAt,
      List<Integer> quantities,
      List<Integer> refunded,
      List<ReturnCase> returns) {}

  /**
   * Decides.
   *
   * @param window how long after they came goods are taken back
   */
  Outcome<ReturnCase, ReturnRefusal> decide(Facts facts, Duration window, Instant now) {
    Optional<Why> why = why(facts, window, now);
    if (why.isPresent()) {
      return Outcome.refused(new NotReturnable(why.get()));
    }
    List<Integer> over = over(facts);
    if (!over.isEmpty()) {
      return Outcome.refused(new OverRefund(over));
    }
    int seq = facts.returns().isEmpty() ? 1 : facts.returns().getLast().id().seq() + 1;
    return Outcome.applied(
        ReturnCase.requested(
            new ReturnId(order, seq), userId, items, reason, pictures, "customer:" + userId, now));
  }

  private static Optional<Why> why(Facts facts, Duration window, Instant now) {
    return switch (facts.status()) {
      case AWAITING_SHIPMENT, PARTIALLY_SHIPPED -> Optional.of(Why.NOT_SHIPPED);
      case AWAITING_PAYMENT, CLOSED, CANCELLED, REFUNDED -> Optional.of(Why.NOTHING_TO_RETURN);
      case SHIPPED, DELIVERED, COMPLETED -> {
        Instant arrived = facts.arrivedAt();
        if (arrived == null) {
          yield Optional.of(Why.NOT_SHIPPED);
        }
        if (arrived.plus(window).isBefore(now)) {
          yield Optional.of(Why.TOO_LATE);
        }
        yield facts.returns().size() >= ReturnCase.RETURNS_MAX
            ? Optional.of(Why.TOO_MANY)
            : Optional.empty();
      }
    };
  }

  private List<Integer> over(Facts facts) {
    List<Integer> over = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      ReturnLine item = items.get(i);
      if (item.line() > facts.quantities().size() || item.quantity() > left(facts, item.line())) {
        over.add(i);
      }
    }
    return over;
  }

  /** Pieces of a line that the customer has and nobody is about to take back. */
  private static int left(Facts facts, int line) {
    int left = facts.quantities().get(line - 1) - facts.refunded().get(line - 1);
    for (ReturnCase other : facts.returns()) {
      for (ReturnLine taken : other.taken()) {
        left -= taken.line() == line ? taken.quantity() : 0;
      }
    }
    return left;
  }
}
