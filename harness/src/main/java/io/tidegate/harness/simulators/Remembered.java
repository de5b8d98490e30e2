package io.tidegate.harness.simulators;

import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * The youngest entries by key, a fixed number of them: what a simulator needs to give the same
 * answer again.
 */
final class Remembered<V> {
  /** Entries kept; older ones are forgotten. */
  static final int ENTRIES_MAX = 200_000;

  private final LinkedHashMap<String, V> entries = new LinkedHashMap<>();

  synchronized Optional<V> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  synchronized void put(String key, V value) {
    entries.put(key, value);
    if (entries.size() > ENTRIES_MAX) {
      entries.pollFirstEntry();
    }
  }

  synchronized int size() {
    return entries.size();
  }
}
