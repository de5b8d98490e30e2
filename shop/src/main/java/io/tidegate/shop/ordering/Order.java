package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.OrderNumber;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order.
 *
 * @param version rises by one with each change of state; the history has a step for each
 * @param region the 6-digit code of the district it goes to
 * @param payBefore until when it could be paid
 */
public record Order(
    OrderNumber number,
    long userId,
    int version,
    OrderState state,
    String region,
    Amounts amounts,
    long refundedTotal,
    Instant payBefore,
    @Nullable Instant paidAt,
    List<OrderItem> items) {

  /** Lines of one order. */
  public static final int LINES_MAX = 100;

  public Instant createdAt() {
    return number.createdAt();
  }

  /** What a payment provider shows of it: its first item. */
  String subject() {
    return items.isEmpty() ? "" : items.getFirst().title();
  }

  public Status status() {
    return state.status();
  }

  /** The order in its next state. Not declared: a mistake of the program, never of a user. */
  Order with(OrderState next) {
    if (!status().next().contains(next.status())) {
      throw new IllegalStateException(status() + " never becomes " + next.status());
    }
    return new Order(
        number,
        userId,
        version + 1,
        next,
        region,
        amounts,
        refundedTotal,
        payBefore,
        next instanceof OrderState.AwaitingShipment(Instant paid) ? paid : paidAt,
        items);
  }
}
