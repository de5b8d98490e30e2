package io.tidegate.shop.flashsale;

/**
 * A customer in a draw.
 *
 * @param number of the order, if it wins
 * @param ticket the SHA-256 of what the customer was given, 32 bytes
 */
record DrawEntry(
    long number,
    long sale,
    String sku,
    long userId,
    int quantity,
    byte[] ticket,
    String traceparent,
    State state) {

  /** How far it is. */
  enum State {
    ENTERED,
    WON,
    LOST
  }
}
