/**
 * The auditor: checks by SQL what must always be true, for users, benches and tests.
 *
 * <p>Owns: schema {@code audit} (what it has folded once). Calls: the platform's database and JSON
 * writer for its reports, nothing of the shop; it has its own reading of the stored forms, so that
 * a mistake in a product class can't hide itself. Hears and tells: nothing. Reads every noun's
 * tables.
 */
@NullMarked
package io.tidegate.server.audit;

import org.jspecify.annotations.NullMarked;
