package io.tidegate.platform.messaging;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many events each consumer has done here: counted when their receipts were committed. */
final class Handled {

  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  void count(String consumer, int events) {
    counts.computeIfAbsent(consumer, _ -> new LongAdder()).add(events);
  }

  long of(String consumer) {
    LongAdder count = counts.get(consumer);
    return count == null ? 0 : count.sum();
  }
}
