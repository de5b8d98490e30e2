/**
 * How goods leave the house: warehouses and which of them is near an address.
 *
 * <p>Owns the demo warehouses and the table of places (resources). Calls only {@code kernel}; hears
 * and tells nothing yet.
 */
@NullMarked
package io.tidegate.shop.fulfilment;

import org.jspecify.annotations.NullMarked;
