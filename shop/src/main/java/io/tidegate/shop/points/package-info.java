/**
 * Points: what a customer's orders have earned.
 *
 * <p>Owns: schema {@code points} (account, entry). Calls: kernel. Hears and tells: nothing; {@code
 * effects} calls it. Keeps P1 (one grant per order and kind) and P3 (a grant after its reclaim nets
 * to zero).
 */
@NullMarked
package io.tidegate.shop.points;

import org.jspecify.annotations.NullMarked;
