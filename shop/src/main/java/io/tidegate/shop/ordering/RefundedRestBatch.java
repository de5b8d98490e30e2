package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Tx;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.kernel.OrderNumber;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How far those orders are of which refunds held something back, read under the orders' locks. A
 * parcel may say that it is the last one while pieces wait for a refund's end: if that is refused
 * they are shipped after all.
 */
final class RefundedRestBatch {

  private final Map<Long, List<Shipment>> parcels;
  private final Map<OrderNumber, List<RefundedLine>> refunded;

  private RefundedRestBatch(
      Map<Long, List<Shipment>> parcels, Map<OrderNumber, List<RefundedLine>> refunded) {
    this.parcels = parcels;
    this.refunded = refunded;
  }

  /** Most orders have nothing held back: of these nothing more is read. */
  static RefundedRestBatch read(Tx tx, Collection<Long> orders) {
    Set<Long> touched = orders.isEmpty() ? Set.of() : FulfilmentStore.withHeldBack(tx, orders);
    if (touched.isEmpty()) {
      return new RefundedRestBatch(Map.of(), Map.of());
    }
    Map<Long, List<Shipment>> parcels =
        FulfilmentStore.shipments(tx, touched).stream()
            .collect(Collectors.groupingBy(Shipment::orderNumber));
    touched.forEach(order -> parcels.putIfAbsent(order, List.of()));
    long[] numbers = touched.stream().mapToLong(Long::longValue).sorted().toArray();
    return new RefundedRestBatch(parcels, RefundedStore.lines(tx, numbers));
  }

  /** Whether an order may be as far as its last parcel says. */
  boolean allow(Order order, RestOfOrder reached) {
    List<Shipment> all = parcels.get(order.number().value());
    if (all == null) {
      return true;
    }
    Map<Integer, Integer> pieces = new HashMap<>();
    for (RefundedLine row : refunded.getOrDefault(order.number(), List.of())) {
      if (!row.reversed()) {
        pieces.merge(row.line(), row.quantity(), Integer::sum);
      }
    }
    return RestOfOrder.of(order, all, pieces).compareTo(reached) >= 0;
  }
}
