package io.tidegate.shop.inventory;

import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a batch moves, summed for each SKU and sorted: one row of stock is touched once. Pieces that
 * came from a pool go back to it; where it is closed by then, they are available to all.
 */
public final class StockMoves {

  /** Changes in pieces. */
  record Delta(long available, long locked, long sold) {
    Delta plus(Delta other) {
      return new Delta(available + other.available, locked + other.locked, sold + other.sold);
    }

    boolean isNothing() {
      return available == 0 && locked == 0 && sold == 0;
    }
  }

  /** Pieces of a SKU that a pool gets back: those of unpaid orders, and those of paid ones. */
  private record Back(String sku, long locked, long sold) {
    Back plus(Back other) {
      return new Back(sku, locked + other.locked, sold + other.sold);
    }

    /** In stock, what an open pool has free is locked; unpaid orders' pieces are so already. */
    Delta toPool() {
      return new Delta(0, sold, -sold);
    }

    Delta toAll() {
      return new Delta(locked + sold, -locked, -sold);
    }
  }

  /**
   * What becomes of rows.
   *
   * @param stock changes that are something, by SKU
   * @param pools pieces that become free, by pool
   */
  record Settled(SortedMap<String, Delta> stock, SortedMap<Long, Long> pools) {}

  private final TreeMap<String, Delta> deltas = new TreeMap<>();
  private final TreeMap<Long, Back> backs = new TreeMap<>();

  /** An unpaid order takes pieces. */
  public void lock(String sku, long quantity) {
    add(sku, new Delta(-quantity, quantity, 0));
  }

  /** A paid order keeps its pieces. */
  public void sell(String sku, long quantity) {
    add(sku, new Delta(0, -quantity, quantity));
  }

  /**
   * An unpaid order gives its pieces back.
   *
   * @param pool where they came from; null: from what is available to all
   */
  public void release(String sku, long quantity, @Nullable Long pool) {
    giveBack(new Back(sku, quantity, 0), pool);
  }

  /** A paid order gives pieces back that it had kept. */
  void giveBack(String sku, long quantity, @Nullable Long pool) {
    giveBack(new Back(sku, 0, quantity), pool);
  }

  private void giveBack(Back back, @Nullable Long pool) {
    if (pool == null) {
      add(back.sku(), back.toAll());
    } else {
      backs.merge(pool, back, Back::plus);
    }
  }

  /** Pieces that this batch has locked so far. */
  public long taken(String sku) {
    @Nullable Delta delta = deltas.get(sku);
    return delta == null ? 0 : -delta.available();
  }

  /** Pools that pieces came from which go back. */
  Collection<Long> pools() {
    return backs.keySet();
  }

  /** Decides where pieces go back to, by which of their pools are open. */
  Settled settled(Set<Long> open) {
    TreeMap<String, Delta> stock = new TreeMap<>(deltas);
    TreeMap<Long, Long> pools = new TreeMap<>();
    backs.forEach((pool, back) -> {
      if (open.contains(pool)) {
        pools.put(pool, back.locked() + back.sold());
      }
      Delta delta = open.contains(pool) ? back.toPool() : back.toAll();
      stock.merge(back.sku(), delta, Delta::plus);
    });
    stock.values().removeIf(Delta::isNothing);
    return new Settled(stock, pools);
  }

  private void add(String sku, Delta delta) {
    deltas.merge(sku, delta, Delta::plus);
  }
}
