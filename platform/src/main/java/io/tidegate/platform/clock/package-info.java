/**
 * The one clock of the program: monotonic, measured against the database, never running backwards.
 *
 * <p>Owns no table, calls nothing, hears nothing and tells nothing. Whoever owns a database
 * connection hands it the database's time.
 */
@NullMarked
package io.tidegate.platform.clock;

import org.jspecify.annotations.NullMarked;
