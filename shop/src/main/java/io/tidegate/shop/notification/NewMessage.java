package io.tidegate.shop.notification;

import java.time.Instant;
import java.util.Map;

/**
 * A message to record; an order, and each refund and return of it, has each template once.
 *
 * @param template such as {@code order_paid}
 * @param about the refund or return that it is about, such as {@code a1}; empty: the order itself
 * @param details what the template shows: order number, amounts, carrier; nothing personal
 */
public record NewMessage(
    long orderNumber,
    long userId,
    String template,
    String about,
    Channel channel,
    Map<String, String> details,
    Instant at) {

  public NewMessage {
    details = Map.copyOf(details);
  }

  /** One about the order itself. */
  public NewMessage(
      long orderNumber,
      long userId,
      String template,
      Channel channel,
      Map<String, String> details,
      Instant at) {
    this(orderNumber, userId, template, "", channel, details, at);
  }
}
