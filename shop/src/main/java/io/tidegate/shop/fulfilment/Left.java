package io.tidegate.shop.fulfilment;

import java.util.Collection;

/**
 * How far the parcels are that an order still has; both are false where it has none, or goods that
 * are in none yet.
 *
 * @param allShipped whether all of them are on their way or have arrived
 * @param allDelivered whether all of them have arrived
 */
public record Left(boolean allShipped, boolean allDelivered) {

  static final Left NONE = new Left(false, false);

  static Left of(Collection<Shipment> parcels) {
    return new Left(all(parcels, ShipmentState.SHIPPED), all(parcels, ShipmentState.DELIVERED));
  }

  private static boolean all(Collection<Shipment> parcels, ShipmentState state) {
    return parcels.stream().anyMatch(parcel -> parcel.state() != ShipmentState.CANCELLED)
        && parcels.stream()
            .filter(parcel -> parcel.state() != ShipmentState.CANCELLED)
            .allMatch(parcel -> parcel.state().isPast(state));
  }
}
