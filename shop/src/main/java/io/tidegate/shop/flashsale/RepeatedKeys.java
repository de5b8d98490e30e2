package io.tidegate.shop.flashsale;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The keys that a sale's gate let through: of its grants, and of those who wait. Bounded by the
 * sale's orders and its waiting line.
 */
final class RepeatedKeys {

  /** Entries of one draw that are remembered; others are asked of the database. */
  static final int ENTRIES_MAX = 65_536;

  private final Set<Integer> granted = ConcurrentHashMap.newKeySet();
  private final Set<Granted> byUser = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<Integer, Integer> waiting = new ConcurrentHashMap<>();

  private final AtomicLong entries = new AtomicLong();

  private record Granted(int keyHash, long userId) {}

  /** Whether a request with this key may have its answer, or be waited for; the header alone. */
  boolean mayRepeat(int keyHash) {
    return granted.contains(keyHash) || waiting.containsKey(keyHash);
  }

  /** Whether this customer was granted something with this key, as far as can be seen. */
  boolean mayRepeat(int keyHash, long userId) {
    return byUser.contains(new Granted(keyHash, userId));
  }

  void granted(int keyHash, long userId) {
    byUser.add(new Granted(keyHash, userId));
    granted.add(keyHash);
  }

  /** Somebody entered the draw here with this key. */
  void entered(int keyHash) {
    if (entries.incrementAndGet() <= ENTRIES_MAX) {
      granted.add(keyHash);
    }
  }

  void waits(int keyHash) {
    waiting.merge(keyHash, 1, Integer::sum);
  }

  void waitsNoMore(int keyHash) {
    waiting.computeIfPresent(keyHash, (_, count) -> count == 1 ? null : count - 1);
  }

  int size() {
    return byUser.size();
  }
}
