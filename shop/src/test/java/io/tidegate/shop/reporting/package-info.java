/** Tests of the lake: on a real PostgreSQL, a real broker and a real DuckDB. */
@NullMarked
package io.tidegate.shop.reporting;

import org.jspecify.annotations.NullMarked;
