package io.tidegate.shop.fulfilment;

import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.platform.http.SignedCalls;
import io.tidegate.shop.customer.ConsigneeStore;

/**
 * The next step of a parcel in the outside world: whoever ships. Asking twice does no harm, from
 * any node; every failure is a {@link Seen}, and a step ends within some 20 s.
 */
@FunctionalInterface
public interface Outside {

  /**
   * Does the step and waits for what is known after it.
   *
   * @param toRegion the 6-digit code of the order's address
   */
  Seen step(Shipment shipment, String toRegion);

  /** The warehouses' own system, and carriers, as the simulators have them. */
  static Outside of(
      OutboundProvider warehouse,
      OutboundProvider carrier,
      Warehouses warehouses,
      FulfilmentSettings settings) {
    return new OutsideClient(warehouse, carrier, warehouses, settings);
  }

  /**
   * A warehouse outside with carriers of its own, signed both ways.
   *
   * @param ticket what it is told and says again of each parcel, another one for each system
   */
  static Outside signed(SignedCalls calls, ConsigneeStore consignees, String ticket) {
    return new SignedWarehouse(calls, consignees, ticket);
  }
}
