package io.tidegate.shop.ordering;

import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Invoice;

/**
 * An order that was decided and is not written yet.
 *
 * @param consigned whether its consignee stands under its number already
 */
record NewOrder(Order order, Address address, Invoice invoice, Cause cause, boolean consigned) {}
