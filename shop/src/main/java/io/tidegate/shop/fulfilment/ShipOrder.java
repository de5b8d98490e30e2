package io.tidegate.shop.fulfilment;

import java.util.List;

/**
 * A paid order that wants to be sent.
 *
 * @param region the 6-digit code of its address
 * @param traceparent the trace that the order's shipping carries on, or empty
 */
public record ShipOrder(long orderNumber, String region, List<ShipItem> items, String traceparent) {

  public ShipOrder {
    items = List.copyOf(items);
  }

  /** The same order without these pieces. */
  ShipOrder without(ShipItem held) {
    return new ShipOrder(
        orderNumber,
        region,
        items.stream()
            .filter(item -> item.line() != held.line() || item.quantity() > held.quantity())
            .map(item ->
                item.line() == held.line() ? item.of(item.quantity() - held.quantity()) : item)
            .toList(),
        traceparent);
  }
}
