/**
 * What happened, in columns: the lake of Parquet files that is written from the event log, and what
 * is asked of it.
 *
 * <p>Owns: schema {@code reporting} (which files count, what analysts asked), the folder of the
 * lake, and DuckDB, which nobody else touches and which runs in a process of its own. Calls:
 * marketing (the template of a coupon), staff (its record), catalog (category and product of a
 * SKU), flashsale (the sale of a pool). Hears: every event of the log. Tells: nothing.
 */
@NullMarked
package io.tidegate.shop.reporting;

import org.jspecify.annotations.NullMarked;
