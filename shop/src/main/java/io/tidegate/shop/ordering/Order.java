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
 * @param discounts what took something off it, in order; of these it holds, or has used, all but
 *     promotions
 * @param courier who carries it; null where nobody was chosen and freight costs nothing
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
    List<OrderItem> items,
    List<Discount> discounts,
    @Nullable String courier) {

  /** One that nothing was taken off, by the courier that the shop takes. */
  public Order(
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
    this(
        number,
        userId,
        version,
        state,
        region,
        amounts,
        refundedTotal,
        payBefore,
        paidAt,
        items,
        List.of(),
        null);
  }

  /** Lines of one order. */
  public static final int LINES_MAX = 100;

  /** The way it came. */
  Channel channel() {
    return items.stream().anyMatch(item -> item.pool() != null) ? Channel.FLASH_SALE : Channel.SHOP;
  }

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
        items,
        discounts,
        courier);
  }

  /** The same order with other words in its state, for a place that must not have them. */
  Order saying(OrderState.Cancelled words) {
    return new Order(
        number,
        userId,
        version,
        words,
        region,
        amounts,
        refundedTotal,
        payBefore,
        paidAt,
        items,
        discounts,
        courier);
  }

  /**
   * The order with another part of its money given back, which may leave its state as it is.
   *
   * @param given what is given back in all from now on
   */
  Order withRefunded(OrderState next, long given) {
    Order base = next.status() == status() ? risen() : with(next);
    return new Order(
        number,
        userId,
        base.version,
        next,
        region,
        amounts,
        given,
        payBefore,
        paidAt,
        items,
        discounts,
        courier);
  }

  private Order risen() {
    return new Order(
        number,
        userId,
        version + 1,
        state,
        region,
        amounts,
        refundedTotal,
        payBefore,
        paidAt,
        items,
        discounts,
        courier);
  }

  /** As its receipt tells it, whatever it has become. */
  Order atFirst() {
    return atFirst(amounts.total() == 0 ? paidAt : null); // paid as it was placed
  }

  /** As it was before it was paid. */
  Order unpaid() {
    return atFirst(null);
  }

  private Order atFirst(@Nullable Instant free) {
    return new Order(
        number,
        userId,
        free == null ? 1 : 2,
        free == null
            ? new OrderState.AwaitingPayment(payBefore)
            : new OrderState.AwaitingShipment(free),
        region,
        amounts,
        0,
        payBefore,
        free,
        items,
        discounts,
        courier);
  }

  /** Whether perks of its customer stand behind it. */
  boolean hasHolds() {
    for (Discount discount : discounts) {
      if (discount.isHeld()) {
        return true;
      }
    }
    return false;
  }

  /** What each line bears of the freight. */
  public List<Long> freightShares() {
    return Shares.freight(amounts.freight(), items, amounts.currency());
  }
}
