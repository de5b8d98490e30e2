package io.tidegate.shop.inventory;

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a batch moves, summed for each SKU and sorted: one row of stock is touched once. */
public final class StockMoves {

  /** Changes in pieces. */
  record Delta(long available, long locked, long sold) {
    Delta plus(long toAvailable, long toLocked, long toSold) {
      return new Delta(available + toAvailable, locked + toLocked, sold + toSold);
    }

    boolean isNothing() {
      return available == 0 && locked == 0 && sold == 0;
    }
  }

  private static final Delta NOTHING = new Delta(0, 0, 0);

  private final TreeMap<String, Delta> deltas = new TreeMap<>();

  /** An unpaid order takes pieces. */
  public void lock(String sku, long quantity) {
    add(sku, -quantity, quantity, 0);
  }

  /** A paid order keeps its pieces. */
  public void sell(String sku, long quantity) {
    add(sku, 0, -quantity, quantity);
  }

  /** An unpaid order gives its pieces back. */
  public void release(String sku, long quantity) {
    add(sku, quantity, -quantity, 0);
  }

  /** Pieces that this batch has locked so far. */
  public long taken(String sku) {
    @Nullable Delta delta = deltas.get(sku);
    return delta == null ? 0 : -delta.available();
  }

  SortedMap<String, Delta> net() {
    TreeMap<String, Delta> net = new TreeMap<>(deltas);
    net.values().removeIf(Delta::isNothing);
    return net;
  }

  private void add(String sku, long available, long locked, long sold) {
    deltas.merge(
        sku, NOTHING.plus(available, locked, sold), (was, _) -> was.plus(available, locked, sold));
  }
}
