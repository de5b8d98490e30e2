package io.tidegate.shop.notification;

import java.time.Instant;
import java.util.Map;

/**
 * A message to record; an order has each template once.
 *
 * @param template such as {@code order_paid}
 * @param details what the template shows: order number, amounts, carrier; nothing personal
 */
public record NewMessage(
    long orderNumber,
    long userId,
    String template,
    Channel channel,
    Map<String, String> details,
    Instant at) {

  public NewMessage {
    details = Map.copyOf(details);
  }
}
