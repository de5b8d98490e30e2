package io.tidegate.shop.marketing;

/**
 * What an order takes from a red packet: first held, then given back or used. An order takes from a
 * packet once.
 *
 * @param amount minor units of the packet's currency, at least one
 */
public record RedPacketTake(long orderNumber, long userId, long packetId, long amount) {

  public RedPacketTake {
    if (amount <= 0) {
      throw new IllegalArgumentException("a take of " + amount);
    }
  }
}
