/**
 * Goods: products, SKUs, prices and categories, with a view in memory that every node keeps fresh;
 * the demo goods and their drawn pictures.
 *
 * <p>Owns: schema {@code catalog}. Calls: kernel, staff. Hears: what a catalogue of others feeds,
 * signed. Tells nothing; who prices by a view has the database compare its revision in the same
 * transaction.
 */
@NullMarked
package io.tidegate.shop.catalog;

import org.jspecify.annotations.NullMarked;
