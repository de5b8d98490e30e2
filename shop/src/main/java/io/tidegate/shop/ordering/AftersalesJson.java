package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Questions;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.Refund;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** What orders' pages show of the ways back, which ordering doesn't know. */
@FunctionalInterface
public interface AftersalesJson {

  /**
   * Asks, with others' questions, what it has to know of these orders.
   *
   * @param paid orders that are paid; of none nothing is asked
   * @return what is known, once the questions have their answers
   */
  Supplier<Cases> ask(Questions questions, Collection<OrderNumber> paid);

  /** What is known of some orders. */
  @FunctionalInterface
  interface Cases {

    /**
     * Writes the members {@code refunds} and {@code returns}; of an order that is not paid, as its
     * row says, no more than automatic refunds.
     *
     * @param given the order's refunds at providers, automatic ones and those of customers
     */
    void write(JsonWriter json, Order order, List<Refund> given);
  }
}
