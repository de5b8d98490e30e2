/**
 * Months of orders that leave the database: what stands against it, their opening balances, their
 * files, and the moment at which they go.
 *
 * <p>Owns nothing: its state is {@code shop.reporting}'s. Calls: every noun's tables, to sum them
 * up and to detach their months; ordering, which writes orders as its routes answer them; reporting
 * for files and manifest; the auditor for a clean month. Runs in the reports process or on the
 * command line, never where orders are taken.
 */
@NullMarked
package io.tidegate.server.archive;

import org.jspecify.annotations.NullMarked;
