/**
 * Stock: available, locked and sold of each SKU, what is set aside in pools, and what each
 * warehouse has on hand.
 *
 * <p>Owns: schema {@code inventory} (stock, pool, on_hand, movement, given_back, fed). Calls:
 * kernel, staff, catalog, promotion (goods are shown at the price in force). Tells: {@code
 * stock.adjusted.v1}. Hears: what a stock system of others gives, signed; orders and refunds move
 * stock by calling down in their own transaction.
 */
@NullMarked
package io.tidegate.shop.inventory;

import org.jspecify.annotations.NullMarked;
