package io.tidegate.shop.fulfilment;

import java.util.Locale;

/**
 * How far a parcel is. It goes down this list and skips nothing; {@code CANCELLED} is reached from
 * {@code PLANNED} and {@code PICKED} only.
 */
public enum ShipmentState {
  /** Goods are promised; the warehouse will be, or was, told. */
  PLANNED,
  /** Goods are off the shelf. */
  PICKED,
  /** Closed and labelled: from here a refund comes too late to stop it. */
  PACKED,
  /** The carrier has it. */
  SHIPPED,
  DELIVERED,
  CANCELLED;

  /** Whether a parcel in this state has been through {@code earlier}. */
  public boolean isPast(ShipmentState earlier) {
    return this != CANCELLED && earlier != CANCELLED && compareTo(earlier) >= 0;
  }

  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ShipmentState of(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
