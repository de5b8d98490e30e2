/** Tests of transactions and lanes on a real PostgreSQL: jars of marbles, and draws from them. */
@NullMarked
package io.tidegate.platform.db;

import org.jspecify.annotations.NullMarked;
