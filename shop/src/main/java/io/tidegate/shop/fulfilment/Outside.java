package io.tidegate.shop.fulfilment;

/** The next step of a parcel in the outside world. Asking twice does no harm. */
@FunctionalInterface
interface Outside {

  /**
   * Does the step and waits for what is known after it.
   *
   * @param toRegion the 6-digit code of the order's address
   */
  Seen step(Shipment shipment, String toRegion);
}
