/**
 * Events on their way from the transaction that made them to everybody who hears them.
 *
 * <p>Owns: schema {@code messaging} (log, relay cursor, horizons of the feed, replays, queue leases
 * and offsets, receipts, dead letters), the clients of the message broker. Calls: the database.
 * Hears: the broker. Tells: events to its handlers, in transactions that hold effect, receipt and
 * offset together. The broker is not the truth: what it loses is fed from the log. Keeps events for
 * ever, or for a time that is asked for and until every consumer has passed them.
 */
@NullMarked
package io.tidegate.platform.messaging;

import org.jspecify.annotations.NullMarked;
