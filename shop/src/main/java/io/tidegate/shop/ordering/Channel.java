package io.tidegate.shop.ordering;

/** The way that an order came, by what it takes its pieces from. More may come. */
enum Channel {
  /** Cart, quote or placing: from what is available to all. */
  SHOP("shop"),
  /** A flash sale or a draw: from pieces that were set aside for it. */
  FLASH_SALE("flash_sale");

  private final String wire;

  Channel(String wire) {
    this.wire = wire;
  }

  /** Its name outside. */
  String wire() {
    return wire;
  }
}
