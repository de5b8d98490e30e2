/**
 * The database and its lanes: every write on the order path is a batch of one or more.
 *
 * <p>Owns: schema {@code db} (commit marks, idempotency keys, node leases), the connection pools,
 * transactions with bounded retries and resolved unknown commits, lanes, migrations. Calls: nothing
 * beneath but the clock. Hears and tells: nothing.
 *
 * <p>Reads: one statement ({@link Database#read}), several in one round trip ({@link Questions}),
 * and those of one kind that many ask for at once ({@link SharedReads}).
 */
@NullMarked
package io.tidegate.platform.db;

import org.jspecify.annotations.NullMarked;
