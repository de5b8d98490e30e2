package io.tidegate.harness.chaos;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often what was done, by name. For many threads. */
final class Counts {
  private final Map<String, LongAdder> all = new ConcurrentHashMap<>();

  void add(String name) {
    add(name, 1);
  }

  void add(String name, long times) {
    all.computeIfAbsent(name, _ -> new LongAdder()).add(times);
  }

  long of(String name) {
    LongAdder count = all.get(name);
    return count == null ? 0 : count.sum();
  }

  /** All of them, in order of their names. */
  Map<String, Long> byName() {
    Map<String, Long> sums = new TreeMap<>();
    all.forEach((name, count) -> sums.put(name, count.sum()));
    return sums;
  }
}
