/**
 * Orders: quoting, placing, paying, cancelling, closing, completing, and reading them.
 *
 * <p>Owns: schema {@code ordering}. Calls: catalog and promotion (prices), fulfilment (freight),
 * inventory (stock), cart (what is ordered leaves it), points and marketing (perks, held and used),
 * customer (consignees), payment (attempts, captures, refunds, ledger), in its own transactions.
 * Hears: {@code shipment.shipped.v1}, {@code shipment.delivered.v1}. Tells: {@code
 * order.placed.v1}, {@code order.paid.v1}, {@code order.cancelled.v1}, {@code order.closed.v1},
 * {@code order.partially_shipped.v1}, {@code order.shipped.v1}, {@code order.delivered.v1}, {@code
 * order.completed.v1}, {@code payment.given_back.v1}, {@code payment.parked.v1}.
 *
 * <p>Rules are in the commands ({@link io.tidegate.shop.ordering.PlaceOrder} with {@code Pricing},
 * {@link io.tidegate.shop.ordering.OrderCommand}); lanes and stores own none.
 */
@NullMarked
package io.tidegate.shop.ordering;

import org.jspecify.annotations.NullMarked;
