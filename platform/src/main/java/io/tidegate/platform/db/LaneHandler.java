package io.tidegate.platform.db;

import java.time.Instant;
import java.util.List;

/**
 * What a lane does with a batch: load, decide, save.
 *
 * @param <C> a command
 * @param <B> the batch's working copy of the rows that its commands touch
 * @param <R> a command's answer; a refusal is an answer too
 */
public interface LaneHandler<C, B, R> {

  /** Reads and locks every row that the commands may change, one statement a table, by rank. */
  B load(Tx tx, List<C> commands);

  /**
   * Decides one command, in arrival order, and notes it in the working copy. Pure. A refusal leaves
   * the working copy as it was. One that throws fails its own command; the batch is run again
   * without it.
   */
  R decide(B batch, C command, Instant now);

  /** Writes what was decided, one statement a table, events with it. Nothing decided: no write. */
  void save(Tx tx, B batch);

  /** Whether the command may be tried without loading: its goods are neither scarce nor hot. */
  default boolean mayGoFirst(C command) {
    return false;
  }

  /**
   * The working copy of a batch that loads nothing, since the database itself decides (unique keys,
   * CHECKs, expected rows). Only for commands that {@link #mayGoFirst}.
   */
  default B assume(List<C> commands) {
    throw new UnsupportedOperationException("this lane always loads");
  }

  /** Told after a batch without load was thrown back, so that a hint can be kept. */
  default void thrownBack(List<C> commands) {}

  /** Told after the commit, in the lane's thread: be quick. */
  default void committed(B batch) {}
}
