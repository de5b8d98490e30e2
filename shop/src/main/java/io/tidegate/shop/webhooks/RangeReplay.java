package io.tidegate.shop.webhooks;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Events of a time that are sent to a subscription once more.
 *
 * @param to events of this time and later are not sent
 * @param deliveredToo whether also what was delivered is sent again
 * @param why it stopped before its end; null where it did not
 * @param horizon where it goes on in the feed
 * @param position within that horizon
 * @param endHorizon the first horizon that it doesn't read
 * @param read events looked at
 * @param sent deliveries it made, or had begin again
 * @param reachedAt the time of the last event that it looked at; null before the first
 */
public record RangeReplay(
    long id,
    long subscription,
    Instant from,
    Instant to,
    boolean deliveredToo,
    State state,
    @Nullable String why,
    long horizon,
    long position,
    long endHorizon,
    long read,
    long sent,
    @Nullable Instant reachedAt,
    String by,
    Instant createdAt) {

  /** Why one stops where the log no longer has what it is to send. */
  static final String EVENTS_GONE = "events_gone";

  /** How far it is. */
  public enum State {
    RUNNING,
    DONE,
    STOPPED;

    /** Its name in JSON and tables. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String code) {
      return valueOf(code.toUpperCase(Locale.ROOT));
    }
  }
}
