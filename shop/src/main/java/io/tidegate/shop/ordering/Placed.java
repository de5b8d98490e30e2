package io.tidegate.shop.ordering;

import io.tidegate.shop.customer.Address;

/**
 * A placed order as its receipt tells it.
 *
 * @param order as it was when it was placed
 */
public record Placed(Order order, Address address) {}
