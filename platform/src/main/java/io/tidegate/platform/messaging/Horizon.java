package io.tidegate.platform.messaging;

import org.jspecify.annotations.Nullable;

/**
 * A step of the feed: what one snapshot saw of the log and the one before did not, or a span of
 * positions of such a difference where it is large.
 *
 * @param id its place in the feed, without gaps
 * @param since what it sees was in earlier horizons
 * @param until what it sees is in this one, or was in earlier ones
 * @param base events at or below it come from another cluster
 * @param first the lowest position of its events
 * @param last the highest position of its events
 * @param events how many it has; a bounded number
 * @param part whether first and last cut it out of a larger difference
 * @param unfinished whether more of the same difference follows
 * @param positions its events one by one, where snapshots mean nothing; else null
 */
record Horizon(
    long id,
    Snapshot since,
    Snapshot until,
    long base,
    long first,
    long last,
    int events,
    boolean part,
    boolean unfinished,
    long @Nullable [] positions) {

  /** Whether it can be read together with its neighbours, by ids of transactions alone. */
  boolean plain() {
    return !part && positions == null;
  }
}
