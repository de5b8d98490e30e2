package io.tidegate.shop.ordering;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.payment.Refund;
import java.util.List;

/** What an order's page shows of the ways back, which ordering doesn't know. */
@FunctionalInterface
public interface AftersalesJson {

  /**
   * Writes the members {@code refunds} and {@code returns}.
   *
   * @param given the order's refunds at providers, automatic ones and those of customers
   */
  void write(JsonWriter json, Order order, List<Refund> given);
}
