package io.tidegate.shop.ordering;

import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.fulfilment.ShipmentState;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** How far the pieces of an order are whose money did not go back. */
public enum RestOfOrder {
  /** Some still lie in a warehouse: in no parcel yet, in one, or held back by a refund. */
  WAITS,
  /** All are on their way. */
  SHIPPED,
  /** All have come. */
  DELIVERED;

  /**
   * Where an order's pieces are: each of them has left in a parcel, or was refunded, or waits.
   *
   * @param parcels all of the order's, cancelled ones too
   * @param refunded pieces of each line whose money is back
   */
  public static RestOfOrder of(
      Order order, Collection<Shipment> parcels, Map<Integer, Integer> refunded) {
    if (!isComplete(order, parcels, refunded, ShipmentState.SHIPPED)) {
      return WAITS;
    }
    return isComplete(order, parcels, refunded, ShipmentState.DELIVERED) ? DELIVERED : SHIPPED;
  }

  private static boolean isComplete(
      Order order,
      Collection<Shipment> parcels,
      Map<Integer, Integer> refunded,
      ShipmentState reached) {
    Map<Integer, Integer> pieces = new HashMap<>(refunded);
    for (Shipment parcel : parcels) {
      if (parcel.state().isPast(reached)) {
        parcel.items().forEach(item -> pieces.merge(item.line(), item.quantity(), Integer::sum));
      }
    }
    for (int i = 0; i < order.items().size(); i++) {
      if (pieces.getOrDefault(i + 1, 0) < order.items().get(i).quantity()) {
        return false;
      }
    }
    return true;
  }
}
