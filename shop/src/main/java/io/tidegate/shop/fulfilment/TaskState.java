package io.tidegate.shop.fulfilment;

import java.util.Locale;

/** Whether an order's goods can still be held back. */
public enum TaskState {
  /** No parcel is packed: a refund may stop it. */
  OPEN,
  /** A parcel is packed: shipping has won. */
  LEAVING,
  /** All parcels have arrived. */
  DELIVERED,
  /** A refund has won; nothing leaves, also where planning comes later. */
  CANCELLED;

  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  static TaskState of(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
