package io.tidegate.shop.aftersales;

import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.kernel.OrderNumber;
import java.util.List;
import java.util.function.Function;

/** Where goods can come back to. */
public final class ReturnWarehouses {

  private final List<String> all;
  private final Function<List<Long>, List<Shipment>> shipments;

  /**
   * @param all ids of all warehouses, at least one
   * @param shipments the parcels of some orders
   */
  public ReturnWarehouses(List<String> all, Function<List<Long>, List<Shipment>> shipments) {
    this.all = List.copyOf(all);
    this.shipments = shipments;
  }

  public List<String> all() {
    return all;
  }

  boolean has(String warehouse) {
    return all.contains(warehouse);
  }

  /** The warehouse that an order's first parcel came from. */
  public String usual(OrderNumber order) {
    return shipments.apply(List.of(order.value())).stream()
        .map(Shipment::warehouse)
        .filter(this::has)
        .findFirst()
        .orElse(all.getFirst());
  }
}
