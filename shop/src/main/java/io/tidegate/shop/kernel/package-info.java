/**
 * Words that every noun of the shop uses: money, order numbers, SKU codes, outcomes, lock ranks.
 *
 * <p>Owns no table. Calls, hears and tells nothing.
 */
@NullMarked
package io.tidegate.shop.kernel;

import org.jspecify.annotations.NullMarked;
