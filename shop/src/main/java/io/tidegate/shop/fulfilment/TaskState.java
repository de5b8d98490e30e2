package io.tidegate.shop.fulfilment;

import java.util.Locale;

/** How far an order's parcels are, all in all. */
public enum TaskState {
  /** A refund holds pieces back and the order is not planned yet. */
  EXPECTED,
  /** There are parcels, and none of them is packed. */
  OPEN,
  /** A parcel is packed; others may still be stopped. */
  LEAVING,
  /** All parcels that were not stopped have arrived. */
  DELIVERED,
  /** Refunds hold back everything: nothing leaves. */
  CANCELLED;

  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  static TaskState of(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
