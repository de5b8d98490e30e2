package io.tidegate.shop.flashsale;

import io.tidegate.shop.customer.Address;
import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Cause;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A customer's wish for pieces of a sale, granted exactly once for its key.
 *
 * @param number given before it is decided; kept only when it is placed
 * @param key 16 bytes, the idempotency key's hash
 * @param commandHash 16 bytes over everything that was asked for
 * @param keyHash see {@link KeyHash}
 * @param until later it is not decided any more
 */
public record FlashOrder(
    OrderNumber number,
    long userId,
    long sale,
    String sku,
    int quantity,
    Address address,
    byte[] key,
    byte[] commandHash,
    int keyHash,
    Way way,
    Instant until,
    Cause cause) {

  /** How it came. */
  public enum Way {
    /** First come, with a good token. */
    BOUGHT,
    /** Without a good token: only an answer that its key has already is given. */
    REPEATED,
    /** It won in a draw; its consignee was written as it entered. */
    DRAWN
  }

  /**
   * Why it is not granted; null where it is.
   *
   * @param sale as it is while the pool is locked
   * @param pool locked; null where the sale has none for this SKU
   * @param taken what earlier orders of the batch take from it
   * @param held what the customer has of this SKU, in earlier orders of the batch too
   * @param now by the database's clock
   */
  @Nullable FlashRefusal refusal(
      @Nullable Sale sale, @Nullable Pool pool, long taken, long held, Instant now) {
    if (way == Way.REPEATED) {
      return FlashRefusal.TOKEN_INVALID;
    }
    if (now.isAfter(until)) {
      return FlashRefusal.LATE;
    }
    if (sale == null) {
      return FlashRefusal.ENDED;
    }
    FlashRefusal untimely = untimely(sale, now);
    if (untimely != null) {
      return untimely;
    }
    SaleItem item = sale.item(sku).orElse(null);
    if (item == null) {
      return FlashRefusal.NOT_SELLABLE;
    }
    if (pool == null) {
      return FlashRefusal.SOLD_OUT; // nothing could be had when it was warmed
    }
    if (!pool.open()) {
      return FlashRefusal.ENDED;
    }
    if (held + quantity > item.perUser()) {
      return FlashRefusal.LIMIT_REACHED;
    }
    return pool.has(taken, quantity) ? null : FlashRefusal.SOLD_OUT;
  }

  /** Winners are drawn when nobody may enter any more; their order comes when it comes. */
  private @Nullable FlashRefusal untimely(Sale sale, Instant now) {
    boolean drawn = way == Way.DRAWN;
    if (drawn != (sale.mode() == Mode.DRAW)) {
      throw new IllegalArgumentException("sale " + sale.id() + " is " + sale.mode());
    }
    return switch (sale.stage()) {
      case ENDED, STOPPED -> FlashRefusal.ENDED;
      case PLANNED -> now.isBefore(sale.closesAt()) ? FlashRefusal.NOT_STARTED : FlashRefusal.ENDED;
      case WARM -> {
        if (now.isBefore(sale.startsAt())) {
          yield FlashRefusal.NOT_STARTED;
        }
        yield drawn || now.isBefore(sale.endsAt()) ? null : FlashRefusal.ENDED;
      }
    };
  }
}
