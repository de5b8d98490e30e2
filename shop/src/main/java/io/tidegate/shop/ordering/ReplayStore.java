package io.tidegate.shop.ordering;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.customer.Invoice;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Reads what keys were answered before, as it was told then. */
final class ReplayStore {

  private ReplayStore() {}

  /**
   * Placed orders by number, as their receipts told them.
   *
   * @param known keys that had an answer
   */
  static Map<Long, Placed> read(Tx tx, ConsigneeStore consignees, Map<String, Entry> known) {
    if (known.isEmpty()) {
      return Map.of();
    }
    long[] numbers = known.values().stream().mapToLong(Entry::reference).sorted().toArray();
    Map<Long, Consignee> people = new HashMap<>();
    consignees
        .find(Arrays.stream(numbers).boxed().toList())
        .forEach(row -> people.put(row.orderNumber(), row));
    Map<Long, Placed> replays = new HashMap<>();
    for (Order order : OrderStore.read(tx, numbers)) {
      Consignee row = people.get(order.number().value());
      replays.put(
          order.number().value(),
          row == null
              ? new Placed(
                  order.atFirst(),
                  new Address("", "", order.region(), ""),
                  Invoice.none()) // erased
              : new Placed(order.atFirst(), row.address(), row.invoice()));
    }
    return replays;
  }
}
