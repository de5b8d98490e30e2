package io.tidegate.shop.fulfilment;

/** Why goods can't be held back. */
public enum CancelRefusal {
  /** A parcel is packed, or further. */
  LEAVING
}
