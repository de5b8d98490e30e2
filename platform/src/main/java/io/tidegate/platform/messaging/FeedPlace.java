package io.tidegate.platform.messaging;

/**
 * A place in the feed: all horizons below one are read, and of that one what is at or below a
 * position.
 */
public record FeedPlace(long horizon, long position) {

  /** Before everything that is kept. */
  public static final FeedPlace BEGINNING = new FeedPlace(0, 0);

  boolean isBeginning() {
    return horizon == 0;
  }
}
