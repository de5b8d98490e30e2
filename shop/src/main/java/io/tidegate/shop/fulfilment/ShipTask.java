package io.tidegate.shop.fulfilment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The warehouses' job for one order.
 *
 * @param version counts the facts told about its shipments
 * @param region the 6-digit code of its address; empty where it was cancelled before it was planned
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

  ShipTask in(TaskState next, Instant now) {
    boolean ends = next == TaskState.DELIVERED || next == TaskState.CANCELLED;
    return new ShipTask(
        orderNumber,
        next,
        version,
        region,
        shipments,
        createdAt,
        ends ? now : finishedAt,
        traceparent);
  }

  ShipTask oneFactMore() {
    return new ShipTask(
        orderNumber, state, version + 1, region, shipments, createdAt, finishedAt, traceparent);
  }
}
