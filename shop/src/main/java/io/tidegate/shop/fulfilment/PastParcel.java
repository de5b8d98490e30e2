package io.tidegate.shop.fulfilment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The only parcel of a paid order, which lives through its past at once. For large states that are
 * made and not grown; goods on shelves are the caller's.
 */
public final class PastParcel {

  private Shipment shipment;
  private ShipTask task;
  private final List<FactLog.Fact> facts = new ArrayList<>(ShipmentState.values().length);

  private PastParcel(Shipment shipment, ShipTask task) {
    this.shipment = shipment;
    this.task = task;
    tell(shipment.times().plannedAt());
  }

  /** Plans it from the warehouse that is nearest. */
  public static PastParcel planned(ShipOrder order, Warehouses warehouses, Instant at) {
    String from = Nearby.of(warehouses, order.region()).getFirst().id();
    return new PastParcel(
        new Shipment(
            order.orderNumber(),
            1,
            from,
            ShipmentState.PLANNED,
            1,
            null,
            null,
            order.items(),
            false,
            null,
            null,
            at,
            0,
            null,
            Shipment.Times.planned(at)),
        new ShipTask(
            order.orderNumber(),
            TaskState.OPEN,
            0,
            order.region(),
            1,
            at,
            null,
            order.traceparent()));
  }

  /** Goes one state on. */
  public void moved(Instant at) {
    ShipmentState next = ShipmentMove.after(shipment.state());
    shipment = shipment.told(null).in(next, at).well(null);
    task =
        switch (next) {
          case PLANNED, PICKED, CANCELLED -> task;
          case PACKED, SHIPPED -> task.in(TaskState.LEAVING, at);
          case DELIVERED -> task.in(TaskState.DELIVERED, at);
        };
    tell(at);
  }

  /** A carrier has taken it under a number. */
  public void labelled(String carrier, String waybill) {
    shipment = shipment.withWaybill(carrier, waybill);
  }

  /** From here on the worker has it: it looks at it at this time. */
  public void dueAt(Instant at) {
    shipment = shipment.well(at);
  }

  private void tell(Instant at) {
    task = task.oneFactMore();
    ShipmentFact fact =
        new ShipmentFact(shipment.state(), shipment, task.version(), at, true, task.traceparent());
    facts.add(
        new FactLog.Fact(
            fact.type(),
            shipment.orderNumber(),
            task.version(),
            at,
            task.traceparent(),
            ShipmentJson.fact(fact)));
  }

  public Shipment shipment() {
    return shipment;
  }

  public ShipTask task() {
    return task;
  }

  /** The stored form of what is in it. */
  public String items() {
    return ShipmentJson.items(shipment.items());
  }

  /** What was told of it, in order. */
  public List<FactLog.Fact> facts() {
    return facts;
  }
}
