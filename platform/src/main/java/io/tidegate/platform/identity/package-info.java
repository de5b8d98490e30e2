/**
 * Who is calling: bearer tokens, the keys that sign them, and the caller they name.
 *
 * <p>Owns the schema {@code identity} (signing keys and the secrets that every node shares). Calls
 * the clock and the database, hears nothing and tells nothing.
 */
@NullMarked
package io.tidegate.platform.identity;

import org.jspecify.annotations.NullMarked;
