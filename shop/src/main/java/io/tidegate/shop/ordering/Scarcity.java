package io.tidegate.shop.ordering;

import io.tidegate.shop.inventory.Stock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Hints, in memory, of what a batch without load would be thrown back for: SKUs that are nearly
 * gone, and keys that were used a moment ago. It sends such commands to batches that load; it never
 * refuses by itself, and being wrong costs a retry.
 */
final class Scarcity {

  /** Below so many pieces a batch could take the rest. */
  private static final long SCARCE_BELOW = 1_000;

  /** A hint without confirmation fades, since stock may have come. */
  private static final long FADES_NANOS = 2_000_000_000L;

  private static final int SKUS_MAX = 100_000;
  private static final int KEYS = 1 << 16;

  private final ConcurrentHashMap<String, Long> scarce = new ConcurrentHashMap<>();
  private final AtomicLongArray keys = new AtomicLongArray(KEYS);
  private final LongSupplier nanos;

  Scarcity(LongSupplier nanos) {
    this.nanos = nanos;
  }

  boolean mayGoFirst(PlaceOrder command) {
    long word = word(command.key());
    if (keys.get(slot(word)) == word) {
      return false;
    }
    if (scarce.isEmpty()) {
      return true;
    }
    for (PlaceOrder.Line line : command.lines()) {
      Long until = scarce.get(line.sku());
      if (until == null) {
        continue;
      }
      if (until - nanos.getAsLong() > 0) {
        return false;
      }
      scarce.remove(line.sku(), until);
    }
    return true;
  }

  void placed(List<PlaceOrder> commands) {
    for (PlaceOrder command : commands) {
      long word = word(command.key());
      keys.set(slot(word), word);
    }
  }

  /** A batch was thrown back: what it touched is looked at. */
  void suspect(List<PlaceOrder> commands) {
    for (PlaceOrder command : commands) {
      command.lines().forEach(line -> mark(line.sku()));
    }
  }

  /** What a load has seen. */
  void seen(Collection<Stock> rows) {
    for (Stock row : rows) {
      if (row.available() < SCARCE_BELOW) {
        mark(row.sku());
      } else {
        scarce.remove(row.sku());
      }
    }
  }

  private void mark(String sku) {
    if (scarce.size() < SKUS_MAX) {
      scarce.put(sku, nanos.getAsLong() + FADES_NANOS);
    }
  }

  private static int slot(long word) {
    return (int) (word & (KEYS - 1));
  }

  private static long word(byte[] key) {
    long word = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      word = word << 8 | (key[i] & 0xff);
    }
    return word == 0 ? 1 : word;
  }
}
