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

  /**
   * Unknown there is as good. What is packed does not leave without a waybill, but its goods are
   * not on the shelf: somebody must unpack it.
   */
  Seen stop(Shipment shipment) {
    OutboundAnswer answer = provider.call(OutboundRequest.delete(PATH + "/" + shipment.id()));
    if (answer instanceof Answered answered && answered.status() == 404) {
      return new Seen.Stopped();
    }
    if (answer instanceof Answered answered && answered.status() == 409) {
      return new Seen.Packed();
    }
    return Answers.read(WHO, answer, _ -> new Seen.Stopped());
  }
}
