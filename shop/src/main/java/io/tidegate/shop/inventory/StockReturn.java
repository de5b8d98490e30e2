package io.tidegate.shop.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of a SKU that a refund gives back. One of an order, a refund and a SKU happens once,
 * however often it is asked for.
 *
 * @param refund the refund's place in its order
 * @param warehouse where they were received; null: they never left it
 * @param pool from which the order had them; null: from what is available to all
 */
public record StockReturn(
    long order,
    int refund,
    String sku,
    int quantity,
    @Nullable String warehouse,
    @Nullable Long pool,
    Instant at) {

  public StockReturn {
    if (refund < 1 || quantity < 1) {
      throw new IllegalArgumentException("refund " + refund + ", quantity " + quantity);
    }
  }

  /** What makes it the same one. */
  record Key(long order, int refund, String sku) {}

  Key key() {
    return new Key(order, refund, sku);
  }
}
