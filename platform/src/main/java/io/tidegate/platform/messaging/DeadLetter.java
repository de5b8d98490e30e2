package io.tidegate.platform.messaging;

import java.time.Instant;

/**
 * An event that a consumer could not do.
 *
 * @param id its id, rising
 * @param consumer who could not
 * @param position the event's place in the log
 * @param type the event's type
 * @param key the event's key
 * @param state what happens to it
 * @param tries how often it was tried
 * @param nextAt when it is tried next, while {@link State#RETRYING}
 * @param firstAt when it failed first
 * @param error why it failed last; no personal data
 */
public record DeadLetter(
    long id,
    String consumer,
    long position,
    String type,
    long key,
    State state,
    int tries,
    Instant nextAt,
    Instant firstAt,
    String error) {

  /** What happens to a parked event. */
  public enum State {
    /** It is tried again at a stated time. */
    RETRYING,
    /** It waits for a person, who replays or discards it. */
    DEAD,
    /** A person decided that it will not be done. */
    DISCARDED
  }
}
