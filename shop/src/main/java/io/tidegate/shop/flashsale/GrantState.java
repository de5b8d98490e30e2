package io.tidegate.shop.flashsale;

import java.util.Locale;

/** What became of pieces that a sale granted. */
public enum GrantState {
  /** Their order waits for its payment. */
  HELD,
  PAID,
  /** Their order was closed or cancelled: the pieces went back to the pool. */
  RELEASED,
  /** All money of their order is back at the customer's. */
  REFUNDED;

  /** As the table has it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether they count towards what one customer may have. */
  boolean counts() {
    return this != RELEASED;
  }

  /** What an order's event makes of its grant. */
  static GrantState after(String eventType) {
    return switch (eventType) {
      case "order.paid.v1", "order.refund_reversed.v1" -> PAID;
      case "order.closed.v1", "order.cancelled.v1" -> RELEASED;
      case "order.refunded.v1" -> REFUNDED;
      case String other -> throw new IllegalArgumentException("not heard: " + other);
    };
  }

  static GrantState of(String word) {
    for (GrantState state : values()) {
      if (state.word().equals(word)) {
        return state;
      }
    }
    throw new IllegalStateException("no state of a grant: " + word);
  }
}
