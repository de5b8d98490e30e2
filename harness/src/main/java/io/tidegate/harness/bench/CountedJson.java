package io.tidegate.harness.bench;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What was counted while a load ran, as JSON. */
final class CountedJson {
  private CountedJson() {}

  static void durability(ObjectNode json, Durability d) {
    json.put("durable", d.holds());
    d.fsync().ifPresent(v -> json.put("fsync", v));
    d.synchronousCommit().ifPresent(v -> json.put("synchronousCommit", v));
    d.fullPageWrites().ifPresent(v -> json.put("fullPageWrites", v));
    d.filesystem().ifPresent(v -> json.put("filesystem", v));
  }

  static void durability(ObjectNode json, Counted counted) {
    durability(json, counted.durability());
    counted.settled(DatabaseFigures.Statistics::commits).ifPresent(n -> json.put("commits", n));
    counted.settled(DatabaseFigures.Statistics::walFsyncs).ifPresent(n -> json.put("walFsyncs", n));
    counted.walBytes().ifPresent(n -> json.put("walBytes", n));
  }

  /** What one unit costs; nothing where there was none. */
  static void perOrder(ObjectNode json, Counted counted, long units) {
    if (units == 0) {
      return;
    }
    counted.statements().ifPresent(n -> json.put("statements", each(n, units)));
    counted.walBytes().ifPresent(n -> json.put("walBytes", each(n, units)));
    counted.messagesSent().ifPresent(n -> json.put("messages", each(n, units)));
    counted.allocatedBytes().ifPresent(n -> json.put("allocatedBytes", each(n, units)));
    if (counted.rowsKept().orElse(0L) + counted.rowsRead().orElse(0L) > 0) {
      counted.rowsKept().ifPresent(n -> json.put("listRowsKept", each(n, units)));
      counted.rowsRead().ifPresent(n -> json.put("listRowsRead", each(n, units)));
    }
    ObjectNode cpu = json.putObject("cpuMicros");
    counted.cpuMicros().forEach((part, micros) -> cpu.put(part, each(micros, units)));
  }

  static void verified(ObjectNode json, Counted counted) {
    counted.events().ifPresent(n -> json.put("eventsInLog", n));
    counted.relayLagMillis().ifPresent(n -> json.put("relayLagSeconds", n / 1_000.0));
    counted.drained().ifPresent(d -> json.put("drainedSeconds", d.toMillis() / 1_000.0));
    deadlocks(counted).ifPresent(n -> json.put("deadlocks", n));
    Optional<Long> updates = counted.settled(DatabaseFigures.Statistics::updates);
    Optional<Long> hot = counted.settled(DatabaseFigures.Statistics::hotUpdates);
    if (updates.isPresent() && hot.isPresent() && updates.get() > 0) {
      json.put("hotUpdateShare", Report.rounded((double) hot.get() / updates.get()));
    }
  }

  static Optional<Long> deadlocks(Counted counted) {
    return counted.settled(DatabaseFigures.Statistics::deadlocks);
  }

  private static double each(long n, long units) {
    return Report.rounded((double) n / units);
  }
}
