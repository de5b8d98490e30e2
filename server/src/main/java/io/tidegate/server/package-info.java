/**
 * The program: its entry, and the one place where the parts are wired together.
 *
 * <p>Owns no table. Calls everything beneath it; nobody calls it.
 */
@NullMarked
package io.tidegate.server;

import org.jspecify.annotations.NullMarked;
