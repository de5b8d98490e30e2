package io.tidegate.platform.messaging;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events of the past told once more to one consumer group.
 *
 * @param consumer whose: one of our own consumers, or another team's group
 * @param own whether it is one of ours, which is fed without the broker
 * @param types which, as {@link EventTypes} writes them; empty for all
 * @param fromAt none before this time, or null
 * @param fromPosition none below this position, or null
 * @param toAt none at or after this time, or null
 * @param perSecond how many a second at most
 * @param endHorizon the last horizon of it
 * @param place how far it has come
 * @param read events looked at
 * @param total events to look at
 * @param told events told, some of them twice where it was broken off
 * @param error what stands in its way; empty for nothing
 * @param by who asked for it
 */
public record Replay(
    long id,
    String consumer,
    boolean own,
    List<String> types,
    @Nullable Instant fromAt,
    @Nullable Long fromPosition,
    @Nullable Instant toAt,
    int perSecond,
    State state,
    long endHorizon,
    FeedPlace place,
    long read,
    long total,
    long told,
    String error,
    String by,
    Instant createdAt,
    Instant changedAt) {

  /** How it stands. */
  public enum State {
    RUNNING,
    PAUSED,
    DONE,
    FAILED,
    CANCELLED
  }

  /** Whether an event is part of it. */
  boolean has(LoggedEvent event) {
    Instant from = fromAt;
    Instant to = toAt;
    Long position = fromPosition;
    return (from == null || !event.time().isBefore(from))
        && (to == null || event.time().isBefore(to))
        && (position == null || event.position() >= position)
        && new EventTypes(types).has(event.type());
  }
}
