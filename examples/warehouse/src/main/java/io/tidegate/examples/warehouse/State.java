package io.tidegate.examples.warehouse;

import java.util.Locale;

/** How far a parcel is in this house. */
enum State {
  ACCEPTED,
  PICKED,
  /** Closed: Tidegate gave leave, so no refund can stop it any more. */
  PACKED,
  SHIPPED,
  DELIVERED,
  /** It must not leave, also where it is heard of later. */
  STOPPED;

  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether nothing happens to it any more. */
  boolean isEnd() {
    return this == DELIVERED || this == STOPPED;
  }
}
