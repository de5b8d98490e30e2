package io.tidegate.shop.fulfilment;

/** Why pieces can't be held back. */
public enum HoldRefusal {
  /** Some of them are packed, or further; or the order's parcels never had so many. */
  LEAVING,
  /** The same refund has held them and let them go. */
  RELEASED,
  /** What would be left needs another parcel, and the order has had as many as it may have. */
  TOO_MANY_PARCELS
}
