package io.tidegate.platform.messaging;

import java.util.List;

/** What a reader of the feed is answered. */
public sealed interface FeedPage {

  /**
   * Events in the feed's order.
   *
   * @param events those that were wanted; may be empty before the end
   * @param next behind everything that was looked at
   * @param atEnd whether there was nothing more when it was read
   */
  record Read(List<FeedEvent> events, FeedPlace next, boolean atEnd) implements FeedPage {}

  /** The log no longer has what follows the place, or never had the place. */
  record Gone() implements FeedPage {}

  /** Too many read the database already. */
  record Busy() implements FeedPage {}
}
