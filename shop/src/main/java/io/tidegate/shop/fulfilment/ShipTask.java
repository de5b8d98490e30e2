package io.tidegate.shop.fulfilment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The warehouses' job for one order.
 *
 * @param version counts the facts told about its shipments
 * @param region the 6-digit code of its address; empty where it is not planned yet
 * @param shipments how many parcels it has
 * @param traceparent the trace that its facts carry on, or empty
 */
public record ShipTask(
    long orderNumber,
    TaskState state,
    int version,
    String region,
    int shipments,
    Instant createdAt,
    @Nullable Instant finishedAt,
    String traceparent) {

  /** The task of an order of which a refund is heard before it is planned. */
  static ShipTask expected(long orderNumber, Instant now) {
    return new ShipTask(orderNumber, TaskState.EXPECTED, 0, "", 0, now, null, "");
  }

  /** The task of an order that has just been planned; with nothing to send, it is at its end. */
  static ShipTask planned(ShipOrder order, int shipments, Instant now) {
    boolean nothing = shipments == 0;
    return new ShipTask(
        order.orderNumber(),
        nothing ? TaskState.CANCELLED : TaskState.OPEN,
        shipments,
        order.region(),
        shipments,
        now,
        nothing ? now : null,
        order.traceparent());
  }

  /** Whether its order's parcels were decided on. */
  public boolean isPlanned() {
    return state != TaskState.EXPECTED;
  }

  ShipTask in(TaskState next, Instant now) {
    boolean ends = next == TaskState.DELIVERED || next == TaskState.CANCELLED;
    boolean stays = next == state && finishedAt != null;
    return new ShipTask(
        orderNumber,
        next,
        version,
        region,
        shipments,
        createdAt,
        stays ? finishedAt : ends ? now : null,
        traceparent);
  }

  ShipTask withShipments(int count) {
    return new ShipTask(
        orderNumber, state, version, region, count, createdAt, finishedAt, traceparent);
  }

  ShipTask oneFactMore() {
    return new ShipTask(
        orderNumber, state, version + 1, region, shipments, createdAt, finishedAt, traceparent);
  }
}
