/** CSV files of goods, prices and stock: read row by row, written in chunks, and given back. */
@NullMarked
package io.tidegate.server.exchange;

import org.jspecify.annotations.NullMarked;
