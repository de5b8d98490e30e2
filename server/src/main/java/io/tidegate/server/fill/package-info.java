/**
 * Fills a demo system with made-up orders that look as if the program had grown them: by COPY, with
 * everything that stands beside an order, already published and received.
 *
 * <p>Owns: schema {@code fill}. Calls the rules of ordering, fulfilment and the perks for what an
 * order's past leaves, and writes the rows of all of them, as the auditor reads them. Hears
 * nothing. Its events are in the log, with receipts, and are never sent.
 */
@NullMarked
package io.tidegate.server.fill;

import org.jspecify.annotations.NullMarked;
