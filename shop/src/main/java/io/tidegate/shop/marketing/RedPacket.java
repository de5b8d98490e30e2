package io.tidegate.shop.marketing;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;

/**
 * A customer's red packet. Orders take parts of it.
 *
 * @param id rises with time
 * @param orderNumber the order that brought it
 * @param money what was in it at first
 * @param held what unpaid orders hold of it
 * @param used what paid orders have spent of it
 * @param gone what refunds of its order have taken back of it, and what paid for what its customer
 *     owed
 */
public record RedPacket(
    long id,
    long userId,
    long orderNumber,
    Money money,
    long held,
    long used,
    long gone,
    Instant at) {

  /** What can be spent of it. */
  public Money remaining() {
    return new Money(money.amount() - held - used - gone, money.currency());
  }

  /** Where it stands as a whole. */
  public GrantState state() {
    if (!remaining().isZero() || money.isZero()) {
      return GrantState.GRANTED;
    }
    if (held > 0) {
      return GrantState.HELD;
    }
    return used > 0 ? GrantState.SPENT : GrantState.RECLAIMED;
  }
}
