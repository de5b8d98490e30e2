package io.tidegate.shop.marketing;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;

/** A red packet that an order brings its customer. */
public record RedPacketGrant(long orderNumber, long userId, Money money, Instant at) {

  public RedPacketGrant {
    if (money.amount() < 0) {
      throw new IllegalArgumentException("a red packet of " + money.amount());
    }
  }
}
