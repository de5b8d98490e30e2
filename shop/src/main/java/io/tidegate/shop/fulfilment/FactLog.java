package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.Tx;
import java.time.Instant;
import java.util.List;

/** Where this noun tells its facts: the event log, in the transaction that makes them. */
@FunctionalInterface
public interface FactLog {

  /**
   * One event.
   *
   * @param type such as {@code shipment.planned.v1}
   * @param orderNumber the event's key
   * @param version the task's version after it; an order's facts count up without a gap
   * @param traceparent the trace that it belongs to, or empty
   * @param json the event's data
   */
  record Fact(
      String type, long orderNumber, int version, Instant at, String traceparent, byte[] json) {}

  /** Appends events, in this order. */
  void append(Tx tx, List<Fact> facts);
}
