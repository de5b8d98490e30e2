package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A bench's result as the JSON document that outside programs read. A figure that could not be had
 * is absent.
 */
final class Report {
  /** A figure that the product promises, under the settings that the promise names. */
  record Target(String name, double want, double got) {
    boolean met() {
      return got >= want;
    }
  }

  private final PlaceBench.Measured m;
  private final List<Target> targets;

  Report(PlaceBench.Measured measured) {
    this.m = measured;
    this.targets = targets(measured);
  }

  double perSecond() {
    return perSecond(m);
  }

  private static double perSecond(PlaceBench.Measured m) {
    return m.traffic().created() / (m.tally().elapsed().toNanos() / 1e9);
  }

  private static List<Target> targets(PlaceBench.Measured m) {
    List<Target> targets = new ArrayList<>();
    boolean judged =
        m.plan().pace() instanceof Load.AsAnswered
            && m.skus() == 10_000
            && m.plan().skew() == Skew.UNIFORM
            && m.durability().holds();
    if (judged && m.plan().connections() == 256) {
      targets.add(new Target("place_per_second_256_connections", 8_000, perSecond(m)));
    }
    if (judged && m.plan().connections() == 1_024) {
      targets.add(new Target("place_per_second_1024_connections", 11_000, perSecond(m)));
    }
    return targets;
  }

  /** Orders that appeared in the database while the load ran. */
  Optional<Long> newOrders() {
    return difference(DatabaseFigures.Counters::orders);
  }

  boolean equalsCreated() {
    return newOrders().equals(Optional.of(m.traffic().created()));
  }

  /** Whether nothing is broken and no target that could be judged was missed. */
  boolean good() {
    return equalsCreated() && targets.stream().allMatch(Target::met);
  }

  List<Target> targets() {
    return targets;
  }

  PlaceBench.Measured measured() {
    return m;
  }

  ObjectNode json(Optional<String> version, Optional<String> commit) {
    ObjectNode json = object();
    version.ifPresent(v -> json.put("version", v));
    commit.ifPresent(c -> json.put("commit", c));
    json.put("startedAt", m.startedAt().toString());
    json.put("what", "place");
    json.set("machine", m.machine());
    json.set("settings", settings());
    json.set("durability", durability());
    json.set("result", result());
    json.set("perOrder", perOrder());
    json.set("verified", verified());
    ArrayNode judged = json.putArray("targets");
    targets.forEach(t ->
        judged
            .addObject()
            .put("name", t.name())
            .put("want", t.want())
            .put("got", rounded(t.got()))
            .put("met", t.met()));
    return json;
  }

  private ObjectNode settings() {
    ObjectNode json = object();
    switch (m.plan().pace()) {
      case Load.AsAnswered _ ->
          json.put("mode", "closed").put("connections", m.plan().connections());
      case Load.AtRate(double perSecond) ->
          json.put("mode", "open")
              .put("connections", m.plan().connections())
              .put("offeredPerSecond", perSecond);
    }
    json.put("seconds", m.plan().length().toSeconds())
        .put("warmupSeconds", m.plan().warmup().toSeconds())
        .put("users", m.users())
        .put("skus", m.skus())
        .put("skuSkew", m.plan().skew().name().toLowerCase(Locale.ROOT))
        .put("linesPerOrder", m.plan().lines());
    m.before().orders().ifPresent(n -> json.put("ordersBefore", n));
    return json;
  }

  private ObjectNode durability() {
    ObjectNode json = object();
    PlaceBench.Durability d = m.durability();
    json.put("durable", d.holds());
    d.fsync().ifPresent(v -> json.put("fsync", v));
    d.synchronousCommit().ifPresent(v -> json.put("synchronousCommit", v));
    d.fullPageWrites().ifPresent(v -> json.put("fullPageWrites", v));
    d.filesystem().ifPresent(v -> json.put("filesystem", v));
    settled(DatabaseFigures.Statistics::commits).ifPresent(n -> json.put("commits", n));
    settled(DatabaseFigures.Statistics::walFsyncs).ifPresent(n -> json.put("walFsyncs", n));
    difference(DatabaseFigures.Counters::walBytes).ifPresent(n -> json.put("walBytes", n));
    return json;
  }

  private ObjectNode result() {
    ObjectNode json = object();
    json.put("sent", m.tally().sent())
        .put("created", m.traffic().created())
        .put("replayed", m.traffic().replayed());
    ObjectNode refused = json.putObject("refused");
    m.traffic().refused().forEach(refused::put);
    json.put("shed", m.traffic().shed())
        .put("failed", m.tally().failed() + m.traffic().failed())
        .put("unknown", m.tally().unknown())
        .put("notSent", m.tally().notSent())
        .put("perSecond", rounded(perSecond()));
    Histogram latency = m.tally().latencyMicros();
    json.putObject("latencyMs")
        .put("p50", millis(latency.getValueAtPercentile(50)))
        .put("p90", millis(latency.getValueAtPercentile(90)))
        .put("p99", millis(latency.getValueAtPercentile(99)))
        .put("p999", millis(latency.getValueAtPercentile(99.9)))
        .put("max", millis(latency.getMaxValue()));
    return json;
  }

  private ObjectNode perOrder() {
    ObjectNode json = object();
    long orders = m.traffic().created();
    if (orders == 0) {
      return json;
    }
    difference(DatabaseFigures.Counters::statements)
        .ifPresent(n -> json.put("statements", rounded((double) n / orders)));
    difference(DatabaseFigures.Counters::walBytes)
        .ifPresent(n -> json.put("walBytes", rounded((double) n / orders)));
    ObjectNode cpu = json.putObject("cpuMicros");
    cpuMicros().forEach((part, micros) -> cpu.put(part, rounded(micros)));
    return json;
  }

  /** CPU an order, by part of the system, from the load's begin until its events were relayed. */
  Map<String, Double> cpuMicros() {
    Map<String, Double> cpu = new java.util.LinkedHashMap<>();
    m.cpuAfter()
        .forEach((part, after) -> {
          Long before = m.cpuBefore().get(part);
          if (before != null && m.traffic().created() > 0) {
            cpu.put(part, (double) (after - before) / m.traffic().created());
          }
        });
    return cpu;
  }

  private ObjectNode verified() {
    ObjectNode json = object();
    newOrders().ifPresent(n -> json.put("ordersInDatabase", n));
    json.put("equalsCreated", equalsCreated());
    m.events().ifPresent(n -> json.put("eventsInLog", n));
    m.relayLagMillis().ifPresent(n -> json.put("relayLagSeconds", n / 1_000.0));
    m.drained().ifPresent(d -> json.put("relayDrainedSeconds", d.toMillis() / 1_000.0));
    settled(DatabaseFigures.Statistics::deadlocks).ifPresent(n -> json.put("deadlocks", n));
    Optional<Long> updates = settled(DatabaseFigures.Statistics::updates);
    Optional<Long> hot = settled(DatabaseFigures.Statistics::hotUpdates);
    if (updates.isPresent() && hot.isPresent() && updates.get() > 0) {
      json.put("hotUpdateShare", rounded((double) hot.get() / updates.get()));
    }
    return json;
  }

  private Optional<Long> difference(Function<DatabaseFigures.Counters, Optional<Long>> counter) {
    Optional<Long> before = counter.apply(m.before());
    return counter.apply(m.after()).flatMap(a -> before.map(b -> a - b));
  }

  private Optional<Long> settled(Function<DatabaseFigures.Statistics, Optional<Long>> counter) {
    Optional<Long> before = counter.apply(m.statisticsBefore());
    return counter.apply(m.statisticsAfter()).flatMap(a -> before.map(b -> a - b));
  }

  private static ObjectNode object() {
    return JsonMapper.shared().createObjectNode();
  }

  private static double millis(long micros) {
    return micros / 1_000.0;
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
