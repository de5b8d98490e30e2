/**
 * Prices and savings for a time: price lists, discounts and spend-and-save, kept in memory before
 * they start and decided by the time that is passed in.
 *
 * <p>Owns: schema {@code promotion}. Calls: kernel, staff, catalog (each edit raises its revision,
 * so whoever prices by a view has the database compare one number). Hears and tells nothing.
 */
@NullMarked
package io.tidegate.shop.promotion;

import org.jspecify.annotations.NullMarked;
