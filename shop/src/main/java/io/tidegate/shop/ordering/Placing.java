package io.tidegate.shop.ordering;

import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;

/** What answers a customer's wish for an order. */
public interface Placing {

  /** A number for an order that is about to be placed. */
  OrderNumber nextNumber(long userId);

  /** Places the order, or says why not. */
  Outcome<Placed, PlaceOrder.Refusal> place(PlaceOrder command);
}
