/**
 * Who a customer is to the shop: the address book, and the person that gets an order's parcel and
 * invoice.
 *
 * <p>Owns: schema {@code customer} (book, address, consignee) and the regions (a resource): the
 * only place with names, phones and streets; none of them is ever logged. Calls: kernel. Hears and
 * tells: nothing.
 */
@NullMarked
package io.tidegate.shop.customer;

import org.jspecify.annotations.NullMarked;
