/**
 * What customers put aside to order: SKUs, how many, and which are selected. Prices and what can be
 * sold are shown as they are now; reading a cart writes nothing.
 *
 * <p>Owns: schema {@code cart} (cart, item, skipped). Calls: {@code catalog} for goods, {@code
 * inventory} for what can be had. Hears: orders placed from a cart, whose transaction removes the
 * lines. Tells nothing.
 */
@NullMarked
package io.tidegate.shop.cart;

import org.jspecify.annotations.NullMarked;
