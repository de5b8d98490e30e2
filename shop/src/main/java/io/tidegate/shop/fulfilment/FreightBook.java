package io.tidegate.shop.fulfilment;

import java.util.List;

/**
 * All couriers in memory, as of a revision of the catalogue: an edit of freight raises that
 * revision, so one comparison guards goods, prices and freight.
 *
 * <p>Who must be right reads {@link #seen} once, works with it, and has the database compare its
 * revision in the transaction that writes.
 */
public final class FreightBook {

  /**
   * What was known at a revision.
   *
   * @param revision the catalogue's, at which freight was at least as new as this
   */
  public record Seen(long revision, Freight freight) {}

  private final FreightStore store;
  private volatile Seen seen = new Seen(0, new Freight(List.of()));

  /** An empty view; {@link #refresh} fills it. */
  public FreightBook(FreightStore store) {
    this.store = store;
  }

  public Seen seen() {
    return seen;
  }

  public long revision() {
    return seen.revision();
  }

  public Freight freight() {
    return seen.freight();
  }

  /** Takes over what changed since the last call. */
  public synchronized void refresh() {
    // The revision first: what is read after it may be newer, never older.
    long latest = store.revision();
    if (latest != seen.revision()) {
      seen = new Seen(latest, new Freight(store.all()));
    }
  }
}
