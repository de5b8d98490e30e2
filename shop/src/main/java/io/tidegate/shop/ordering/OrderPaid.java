package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;
import java.util.List;

/**
 * The fact {@code order.paid.v1}: an order's money was captured. It carries what its hearers need,
 * so that none calls back; no personal data.
 *
 * @param region the 6-digit code of the district it goes to
 * @param channel the way it came, such as {@code shop}
 * @param traceparent the trace that what follows carries on
 */
public record OrderPaid(
    long number,
    long userId,
    String region,
    String channel,
    Money total,
    Instant paidAt,
    List<Item> items,
    String traceparent) {

  /**
   * A paid line.
   *
   * @param paid minor units, without freight
   */
  public record Item(int line, String sku, int quantity, long paid) {}
}
