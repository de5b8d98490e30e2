package io.tidegate.shop.fulfilment;

import io.tidegate.shop.inventory.OnHand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Parcels as a plan makes them: their goods are promised, or known to be missing. */
final class NewParcels {

  /** A problem's words are for staff. */
  static final String GOODS_MISSING = "no warehouse has these goods";

  private NewParcels() {}

  /**
   * Plans goods and promises them.
   *
   * @param firstSeq the first new parcel's place in its order
   * @param nearest all warehouses, nearest first
   */
  static List<Shipment> of(
      long orderNumber,
      int firstSeq,
      List<ShipItem> items,
      List<Warehouse> nearest,
      OnHand onHand,
      FulfilmentSettings settings,
      Instant now) {
    List<Shipment> parcels = new ArrayList<>();
    for (ShipmentPlan.Parcel parcel : ShipmentPlan.decide(items, nearest, onHand::free).parcels()) {
      String from = parcel.from().id();
      if (!parcel.lacking()) {
        parcel.items().forEach(item -> onHand.plan(item.sku(), from, item.quantity()));
      }
      parcels.add(
          new Shipment(
              orderNumber,
              firstSeq + parcels.size(),
              from,
              ShipmentState.PLANNED,
              1,
              null,
              null,
              parcel.items(),
              false,
              null,
              parcel.lacking() ? GOODS_MISSING : null,
              parcel.lacking() ? now.plus(settings.stuckPoll()) : now,
              0,
              null,
              Shipment.Times.planned(now)));
    }
    return parcels;
  }
}
