package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.OrderNumber;
import java.time.Instant;
import java.util.Optional;

/** Reads when goods came, for whoever takes them back. */
public final class ArrivalStore {

  private ArrivalStore() {}

  /**
   * When an order's goods came to its customer, or left where nobody told of a delivery; empty
   * where they have not all left. Read under the order's lock.
   */
  public static Optional<Instant> at(Tx tx, OrderNumber order) {
    return tx
        .query(OrderStore.HISTORY, row -> OrderText.history(row.getString(2)), order.value())
        .stream()
        .findFirst()
        .flatMap(Arrival::of);
  }
}
