package io.tidegate.shop.fulfilment;

import java.time.Instant;
import java.util.Locale;

/**
 * Something that happened to a parcel.
 *
 * @param shipment as it was right after
 * @param taskVersion counts the facts of its order, from 1 without a gap
 * @param last whether all parcels of the order that are not cancelled have come this far
 * @param traceparent the trace of its order's payment, or empty
 */
public record ShipmentFact(
    ShipmentState reached,
    Shipment shipment,
    int taskVersion,
    Instant at,
    boolean last,
    String traceparent) {

  /** Such as {@code shipment.planned.v1}. */
  public String type() {
    return "shipment." + reached.name().toLowerCase(Locale.ROOT) + ".v1";
  }
}
