/**
 * Flash sales: goods at their own price, limited in time and number, with a way in of their own.
 *
 * <p>Owns: schema {@code flashsale} (sale, item, grant, draw, entry). Calls: ordering, inventory
 * (pools), customer, catalog, staff, kernel. Hears: {@code order.paid.v1}, {@code order.closed.v1},
 * {@code order.cancelled.v1}, {@code order.refunded.v1}, {@code order.refund_reversed.v1}. Tells:
 * {@code sale.planned.v1}, {@code sale.warmed.v1}, {@code sale.started.v1}, {@code
 * sale.stock_added.v1}, {@code sale.stopped.v1}, {@code sale.drawn.v1}, {@code sale.ended.v1}.
 *
 * <p>Rules are in {@link io.tidegate.shop.flashsale.FlashOrder} and in what staff may do to a sale;
 * whether somebody comes in vain is known by {@link io.tidegate.shop.flashsale.Gates} from memory,
 * and decided by the lane.
 */
@NullMarked
package io.tidegate.shop.flashsale;

import org.jspecify.annotations.NullMarked;
