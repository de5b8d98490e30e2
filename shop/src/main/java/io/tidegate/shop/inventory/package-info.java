/**
 * Stock: available, locked and sold of each SKU, and what each warehouse has on hand.
 *
 * <p>Owns: schema {@code inventory} (stock, on_hand, movement). Calls: kernel, staff, catalog.
 * Tells: {@code stock.adjusted.v1}. Hears: nothing; orders move stock by calling down in their own
 * transaction.
 */
@NullMarked
package io.tidegate.shop.inventory;

import org.jspecify.annotations.NullMarked;
