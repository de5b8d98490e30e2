package io.tidegate.shop.ordering;

import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Invoice;

/**
 * A placed order as its receipt tells it.
 *
 * @param order as it was when it was placed
 */
public record Placed(Order order, Address address, Invoice invoice) {

  /** What a command made. */
  public static Placed of(PlaceOrder command, Order order) {
    return new Placed(order, command.address(), command.invoice());
  }
}
