package io.tidegate.platform.messaging;

import org.jspecify.annotations.Nullable;

/** An event in the feed: behind which horizon it stands, and its text once somebody wrote it. */
public final class FeedEvent {

  private final long horizon;
  private final LoggedEvent event;
  private volatile byte @Nullable [] text;

  FeedEvent(long horizon, LoggedEvent event) {
    this.horizon = horizon;
    this.event = event;
  }

  /** How an event is written for readers. */
  public interface Form {
    byte[] write(LoggedEvent event);
  }

  long horizon() {
    return horizon;
  }

  /** The event. */
  public LoggedEvent event() {
    return event;
  }

  /** Its text; written once, however many readers get it. */
  public byte[] text(Form form) {
    byte[] written = text;
    if (written == null) {
      written = form.write(event);
      text = written;
    }
    return written;
  }

  /** Whether it lies behind a place. */
  boolean isAfter(FeedPlace place) {
    return horizon > place.horizon()
        || (horizon == place.horizon() && event.position() > place.position());
  }

  /** The place right behind it. */
  public FeedPlace place() {
    return new FeedPlace(horizon, event.position());
  }
}
