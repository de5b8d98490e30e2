package io.tidegate.shop.fulfilment;

import io.tidegate.platform.http.OutboundProvider;
import java.util.Map;
import java.util.stream.Collectors;

/** The warehouse's and the carrier's part of each step. */
final class OutsideClient implements Outside {

  /** A house outside had leave to pack it and has it: only its reports say more. */
  private static final Seen NOT_OURS = new Seen.Failed(Shipment.OUTSIDE_IS_OFF);

  private final WarehouseClient warehouse;
  private final CarrierClient carrier;
  private final Map<String, String> regions;
  private final String carrierName;

  OutsideClient(
      OutboundProvider warehouse,
      OutboundProvider carrier,
      Warehouses warehouses,
      FulfilmentSettings settings) {
    this.warehouse = new WarehouseClient(warehouse);
    this.carrier = new CarrierClient(carrier);
    this.regions =
        warehouses.all().stream().collect(Collectors.toMap(Warehouse::id, Warehouse::region));
    this.carrierName = settings.carrier();
  }

  @Override
  public Seen step(Shipment shipment, String toRegion) {
    return switch (shipment.state()) {
      case PLANNED, PICKED -> {
        if (shipment.problem() != null) {
          yield new Seen.GoodsWanted();
        }
        // One that a house outside was told of is new to these.
        yield shipment.told() && shipment.toldTo() == null
            ? warehouse.look(shipment)
            : warehouse.tell(shipment);
      }
      case PACKED -> shipment.toldTo() == null ? label(shipment, toRegion) : NOT_OURS;
      case SHIPPED -> {
        if (shipment.toldTo() != null) {
          yield NOT_OURS;
        }
        String waybill = shipment.waybill();
        // A parcel that was shipped by hand has no waybill yet.
        yield waybill == null ? label(shipment, toRegion) : carrier.track(waybill);
      }
      case CANCELLED -> warehouse.stop(shipment);
      case DELIVERED -> new Seen.Stopped();
    };
  }

  private Seen label(Shipment shipment, String toRegion) {
    String fromRegion = regions.getOrDefault(shipment.warehouse(), "");
    return carrier.label(shipment.id(), carrierName, fromRegion, toRegion);
  }
}
