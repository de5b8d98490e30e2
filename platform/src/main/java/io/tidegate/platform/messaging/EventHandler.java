package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Tx;
import java.util.List;
import java.util.Set;

/**
 * What one consumer does with the events it hears.
 *
 * <p>An event can come twice and out of order: the effect's natural key and the subject's version
 * decide, so that the end is the same.
 */
public interface EventHandler {

  /** The consumer's name: its receipts, offsets and dead letters belong to it for ever. */
  String name();

  /** The types it hears. */
  Set<String> types();

  /**
   * Does the effects of some events in the given transaction. May run again with the same events,
   * or with fewer; an exception other than a transient one parks the event that causes it.
   */
  void handle(Tx tx, List<LoggedEvent> events);

  /**
   * Whether it hears each event once only: what has a receipt is not handed over again. For effects
   * that have no natural key. It costs a lock that lets one transaction of the consumer run at a
   * time, on all nodes.
   */
  default boolean once() {
    return false;
  }

  /** Told after a commit, so that who waits for the effects can be woken. Be quick. */
  default void committed() {}
}
