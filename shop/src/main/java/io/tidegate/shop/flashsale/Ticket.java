package io.tidegate.shop.flashsale;

import io.tidegate.shop.kernel.OrderNumber;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A place in a sale's waiting line, or in its draw.
 *
 * @param order the number that its order has if it is won by this place
 * @param until no order is made of it later
 * @param wish what finds its key's answer, whatever number that has
 */
public record Ticket(long sale, OrderNumber order, long userId, Instant until, Wish wish) {

  /** Of an entry in a draw: it is found by its number. */
  Ticket(long sale, OrderNumber order, long userId, Instant until) {
    this(sale, order, userId, until, Wish.NONE);
  }

  /**
   * An Idempotency-Key and what was asked for with it.
   *
   * @param keyHigh half of the key's 16 bytes
   * @param keyLow the other half
   * @param command the first half of the command's hash
   */
  record Wish(long keyHigh, long keyLow, long command) {

    static final Wish NONE = new Wish(0, 0, 0);

    static Wish of(FlashOrder order) {
      ByteBuffer key = ByteBuffer.wrap(order.key());
      return new Wish(key.getLong(), key.getLong(), command(order.commandHash()));
    }

    byte[] key() {
      return ByteBuffer.allocate(2 * Long.BYTES).putLong(keyHigh).putLong(keyLow).array();
    }

    boolean isSame(byte[] commandHash) {
      return command == command(commandHash);
    }

    private static long command(byte[] hash) {
      return ByteBuffer.wrap(hash).getLong();
    }
  }
}
