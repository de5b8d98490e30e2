package io.tidegate.shop.ordering;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The name of an order's state, and where it may go from there (O1). Codes are stored.
 *
 * <pre>
 * awaiting_payment -> awaiting_shipment -> (partially_shipped ->) shipped -> delivered -> completed
 *        |                    |                                     |            |           |
 *        v                    +-------------------------------------+------------+-----------+
 *  closed, cancelled                                   refunded
 * </pre>
 */
public enum Status {
  AWAITING_PAYMENT(1),
  AWAITING_SHIPMENT(2),
  PARTIALLY_SHIPPED(3),
  SHIPPED(4),
  DELIVERED(5),
  COMPLETED(6),
  CLOSED(7),
  CANCELLED(8),
  REFUNDED(9);

  private final int code;

  Status(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Its name in JSON. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Status of(int code) {
    return values()[code - 1];
  }

  public static Optional<Status> ofWire(String text) {
    for (Status status : values()) {
      if (status.wire().equals(text)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }

  /** The declared transitions. */
  public Set<Status> next() {
    return switch (this) {
      case AWAITING_PAYMENT -> EnumSet.of(AWAITING_SHIPMENT, CLOSED, CANCELLED);
      case AWAITING_SHIPMENT -> EnumSet.of(PARTIALLY_SHIPPED, SHIPPED, REFUNDED);
      case PARTIALLY_SHIPPED -> EnumSet.of(SHIPPED);
      case SHIPPED -> EnumSet.of(DELIVERED, COMPLETED, REFUNDED);
      case DELIVERED -> EnumSet.of(COMPLETED, REFUNDED);
      case COMPLETED -> EnumSet.of(REFUNDED);
      case REFUNDED -> EnumSet.of(AWAITING_SHIPMENT, SHIPPED, DELIVERED, COMPLETED);
      case CLOSED, CANCELLED -> EnumSet.noneOf(Status.class);
    };
  }

  /**
   * Whether nothing is sent to its consignee any more. A refund that its provider takes back may
   * reopen it all the same.
   */
  public boolean isAtItsEnd() {
    return switch (this) {
      case COMPLETED, CLOSED, CANCELLED, REFUNDED -> true;
      case AWAITING_PAYMENT, AWAITING_SHIPMENT, PARTIALLY_SHIPPED, SHIPPED, DELIVERED -> false;
    };
  }

  /** Whether money for it was taken and its goods are the customer's. */
  public boolean isPaid() {
    return switch (this) {
      case AWAITING_SHIPMENT, PARTIALLY_SHIPPED, SHIPPED, DELIVERED, COMPLETED -> true;
      case AWAITING_PAYMENT, CLOSED, CANCELLED, REFUNDED -> false;
    };
  }
}
