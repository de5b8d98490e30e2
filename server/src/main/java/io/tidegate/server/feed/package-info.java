/**
 * The event log for others: the feed over HTTP, and replays into one consumer group.
 *
 * <p>Owns no tables. Calls: messaging's feed and replays, the record of staff acts.
 */
@NullMarked
package io.tidegate.server.feed;

import org.jspecify.annotations.NullMarked;
