package io.tidegate.shop.fulfilment;

import io.tidegate.platform.http.OutboundAnswer;
import io.tidegate.platform.http.OutboundAnswer.Answered;
import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.platform.http.OutboundRequest;

/** The warehouses' own system. It takes a parcel's name once, however often it is told. */
final class WarehouseClient {

  private static final String WHO = "warehouse";
  private static final String PATH = "/warehouse/shipments";

  private final OutboundProvider provider;

  WarehouseClient(OutboundProvider provider) {
    this.provider = provider;
  }

  Seen tell(Shipment shipment) {
    OutboundAnswer answer =
        provider.call(OutboundRequest.postOnce(PATH, ShipmentJson.job(shipment)));
    return Answers.read(WHO, answer, _ -> new Seen.Told());
  }

  Seen look(Shipment shipment) {
    OutboundAnswer answer = provider.call(OutboundRequest.get(PATH + "/" + shipment.id()));
    if (answer instanceof Answered answered && answered.status() == 404) {
      // It lost what it was told.
      return tell(shipment);
    }
    return Answers.read(
        WHO,
        answer,
        json ->
            switch (Answers.text(json, "state")) {
              case "accepted" -> new Seen.AtWarehouse(ShipmentState.PLANNED);
              case "picked" -> new Seen.AtWarehouse(ShipmentState.PICKED);
              case "packed" -> new Seen.AtWarehouse(ShipmentState.PACKED);
              default -> new Seen.Failed(WHO + ": an unknown state");
            });
  }

  /** Packed or unknown there is as good: without a waybill nothing leaves. */
  Seen stop(Shipment shipment) {
    OutboundAnswer answer = provider.call(OutboundRequest.delete(PATH + "/" + shipment.id()));
    if (answer instanceof Answered answered
        && (answered.status() == 404 || answered.status() == 409)) {
      return new Seen.Stopped();
    }
    return Answers.read(WHO, answer, _ -> new Seen.Stopped());
  }
}
