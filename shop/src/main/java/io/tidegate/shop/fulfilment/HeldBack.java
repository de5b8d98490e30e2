package io.tidegate.shop.fulfilment;

/**
 * Pieces that a refund holds back, or has held.
 *
 * @param released whether it has let them go
 */
record HeldBack(HoldBack.Key key, ShipItem item, boolean released) {

  HeldBack release() {
    return new HeldBack(key, item, true);
  }
}
