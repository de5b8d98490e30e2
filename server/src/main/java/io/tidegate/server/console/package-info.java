/**
 * The operations console: what staff see and do in a browser, rendered on the server.
 *
 * <p>Owns no table. Reads orders and what belongs to them through the nouns' own stores; its only
 * writes are the replay and the discarding of dead letters. Hears and tells no event. Pages are JTE
 * templates without logic: a model is a record whose texts are ready to be shown.
 */
@NullMarked
package io.tidegate.server.console;

import org.jspecify.annotations.NullMarked;
