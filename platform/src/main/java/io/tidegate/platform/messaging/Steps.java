package io.tidegate.platform.messaging;

/**
 * The moments between two steps of relay and consumers. A process can end, or stand still, at any
 * of them, and all must come right; tests stop one there.
 */
interface Steps {

  Steps UNWATCHED = _ -> {};

  /** A moment. */
  enum Moment {
    /** The relay has sent a page, and the cursor does not say so yet. */
    SENT,
    /** The relay's cursor says that a page was sent. */
    MARKED,
    /** Events were pulled and made a batch, and nothing of it is done yet. */
    PULLED,
    /** Effects, receipts and offsets of a batch are given to a transaction that has to commit. */
    WRITTEN,
    /** They are committed; this node's memory does not know it yet. */
    COMMITTED,
    /** This node goes on behind a batch. */
    NOTED,
    /** This node is about to renew its queues. */
    RENEWING
  }

  /** Called by the thread that has come so far. */
  void at(Moment moment);
}
