package io.tidegate.harness.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What the database, the processes and the server counted while a load ran. */
record Counted(
    At before,
    At after,
    DatabaseFigures.Statistics settledBefore,
    DatabaseFigures.Statistics settledAfter,
    Optional<Long> events,
    Optional<Long> relayLagMillis,
    Optional<Duration> drained,
    Durability durability) {

  /** All counters at one moment; CPU by part of the system. */
  record At(
      DatabaseFigures.Counters database,
      Map<String, Long> cpuMicros,
      Optional<Long> allocatedBytes,
      Optional<Long> messagesSent,
      Optional<Long> rowsKept,
      Optional<Long> rowsRead) {}

  Optional<Long> ordersBefore() {
    return before.database().orders();
  }

  Optional<Long> newOrders() {
    return difference(DatabaseFigures.Counters::orders);
  }

  Optional<Long> statements() {
    return difference(DatabaseFigures.Counters::statements);
  }

  Optional<Long> walBytes() {
    return difference(DatabaseFigures.Counters::walBytes);
  }

  Optional<Long> allocatedBytes() {
    return told(At::allocatedBytes);
  }

  /** Messages that the broker acknowledged to the relay, those sent again included. */
  Optional<Long> messagesSent() {
    return told(At::messagesSent);
  }

  /** Rows of "my orders" that were shown as they had been kept. */
  Optional<Long> rowsKept() {
    return told(At::rowsKept);
  }

  /** Rows of "my orders" that were read to be shown. */
  Optional<Long> rowsRead() {
    return told(At::rowsRead);
  }

  private Optional<Long> told(Function<At, Optional<Long>> figure) {
    return figure.apply(before).flatMap(b -> figure.apply(after).map(a -> a - b));
  }

  /** CPU by part, from the load's begin until what it caused was done. */
  Map<String, Long> cpuMicros() {
    Map<String, Long> cpu = new LinkedHashMap<>();
    after
        .cpuMicros()
        .forEach((part, micros) -> {
          Long earlier = before.cpuMicros().get(part);
          if (earlier != null) {
            cpu.put(part, micros - earlier);
          }
        });
    return cpu;
  }

  Optional<Long> settled(Function<DatabaseFigures.Statistics, Optional<Long>> counter) {
    Optional<Long> earlier = counter.apply(settledBefore);
    return counter.apply(settledAfter).flatMap(a -> earlier.map(b -> a - b));
  }

  private Optional<Long> difference(Function<DatabaseFigures.Counters, Optional<Long>> counter) {
    Optional<Long> earlier = counter.apply(before.database());
    return counter.apply(after.database()).flatMap(a -> earlier.map(b -> a - b));
  }
}
