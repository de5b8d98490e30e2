package io.tidegate.harness.bench;

import io.tidegate.harness.load.Tally;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A load's outcome as JSON: counts, latencies, their distribution, and second by second. */
final class ResultJson {
  /** Where the distribution is told: finer towards the end, where the trouble is. */
  private static final double[] PERCENTILES = {
    0, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.8, 99.9, 99.95,
    99.99, 100
  };

  private ResultJson() {}

  static void fill(ObjectNode json, Tally tally, ShopTraffic traffic, String unit, long units) {
    Answers all = traffic.all();
    json.put("sent", tally.sent())
        .put("created", traffic.created())
        .put("replayed", all.replayed());
    ObjectNode refused = json.putObject("refused");
    all.refused().forEach(refused::put);
    json.put("shed", all.shed())
        .put("failed", tally.failed() + all.failed())
        .put("unknown", tally.unknown())
        .put("cutOff", tally.cutOff())
        .put("notSent", tally.notSent())
        .put("unit", unit)
        .put("units", units)
        .put("perSecond", Report.rounded(perSecond(units, tally.elapsed())))
        .put("longestSilenceMs", Report.rounded(tally.longestSilence().toNanos() / 1e6))
        // Of this load's thread alone; perOrder tells the whole program's, and only by units.
        .put("generatorCpuSeconds", Report.rounded(tally.cpu().toNanos() / 1e9));
    Histogram latency = tally.latencyMicros();
    latencies(json.putObject("latencyMs"), latency);
    if (tally.kinds().size() > 1) {
      ObjectNode kinds = json.putObject("kinds");
      tally.kinds().stream().filter(k -> k.all().getTotalCount() > 0).forEach(k -> kind(kinds, k));
    }
    distribution(json.putArray("distribution"), latency);
    ArrayNode seconds = json.putArray("bySecond");
    tally
        .seconds()
        .forEach(s ->
            seconds
                .addObject()
                .put("good", s.good())
                .put("other", s.other())
                .put("maxMs", millis(s.latencyMicrosMax())));
  }

  static double perSecond(long units, Duration elapsed) {
    return units / (elapsed.toNanos() / 1e9);
  }

  private static void kind(ObjectNode kinds, Tally.Kind kind) {
    ObjectNode json =
        kinds
            .putObject(kind.name())
            .put("good", kind.good().getTotalCount())
            .put("other", kind.other().getTotalCount());
    latencies(json.putObject("latencyMs"), kind.all());
  }

  static void latencies(ObjectNode json, Histogram latency) {
    json.put("p50", millis(latency.getValueAtPercentile(50)))
        .put("p90", millis(latency.getValueAtPercentile(90)))
        .put("p99", millis(latency.getValueAtPercentile(99)))
        .put("p999", millis(latency.getValueAtPercentile(99.9)))
        .put("max", millis(latency.getMaxValue()));
  }

  private static void distribution(ArrayNode json, Histogram latency) {
    for (double percentile : PERCENTILES) {
      json.addObject()
          .put("percentile", percentile)
          .put("ms", millis(latency.getValueAtPercentile(percentile)));
    }
  }

  static double p50(Histogram latency) {
    return millis(latency.getValueAtPercentile(50));
  }

  static double p99(Histogram latency) {
    return millis(latency.getValueAtPercentile(99));
  }

  private static double millis(long micros) {
    return micros / 1_000.0;
  }
}
