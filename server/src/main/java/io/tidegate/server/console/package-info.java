/**
 * The operations console: what staff see and do in a browser, rendered on the server.
 *
 * <p>Owns no table. Reads and writes through the nouns' own stores and desks, so that an act is
 * checked and on record as where it comes by the API. Hears and tells no event. Pages are JTE
 * templates without logic: a model is a record whose texts are ready to be shown.
 */
@NullMarked
package io.tidegate.server.console;

import org.jspecify.annotations.NullMarked;
