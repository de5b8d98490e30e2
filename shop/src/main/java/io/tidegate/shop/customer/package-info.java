/**
 * Who orders and where the goods go: addresses by the district codes of GB/T 2260.
 *
 * <p>Owns the table of regions (a resource). Calls only {@code kernel}; hears and tells nothing
 * yet.
 */
@NullMarked
package io.tidegate.shop.customer;

import org.jspecify.annotations.NullMarked;
