package io.tidegate.harness.chaos;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What the shop answered to those who asked it, customers and staff. For many threads. */
final class Requests {
  private static final long MICROS_MAX = TimeUnit.MINUTES.toMicros(1);

  /** One in a thousand. */
  private static final int DIGITS = 3;

  private static final int OVERLOADED = 503;
  private final Map<String, Long> refused = new TreeMap<>();
  private final Map<String, Long> openByKey = new HashMap<>();
  private final Histogram latencyMicros = new Histogram(MICROS_MAX, DIGITS);
  private long sent;
  private long replayed;
  private long shed;
  private long failed;
  private long unknown;
  private long unknownResolved;

  /**
   * All of it so far.
   *
   * @param replayed answered with what was answered before
   * @param refused by code
   * @param shed answered with 503
   * @param failed answered with another 5xx
   * @param unknown whose outcome nobody knew: a 5xx, those shed and failed, a 429, a twin under
   *     way, no answer
   * @param unknownResolved of these, those whose key was answered later
   * @param latencyMs of those that were answered, by percentile; empty where none was
   */
  record Told(
      long sent,
      long replayed,
      Map<String, Long> refused,
      long shed,
      long failed,
      long unknown,
      long unknownResolved,
      Map<String, Double> latencyMs) {
    /** Puts down what was sent and how it was answered, by the names that all benches have. */
    void into(ObjectNode result) {
      result.put("sent", sent).put("replayed", replayed);
      ObjectNode codes = result.putObject("refused");
      refused.forEach(codes::put);
      result.put("shed", shed).put("failed", failed);
      if (!latencyMs.isEmpty()) {
        ObjectNode latencies = result.putObject("latencyMs");
        latencyMs.forEach(latencies::put);
      }
    }
  }

  /**
   * Counts a request with its answer.
   *
   * @param key that it was sent under; null: none
   * @param took from its sending to its answer
   */
  synchronized void count(@Nullable String key, Answer answer, Duration took) {
    sent++;
    if (!(answer instanceof Answer.Unknown(String _, int status) && status == 0)) {
      latencyMicros.recordValue(Math.min(took.toNanos() / 1_000, MICROS_MAX));
    }
    switch (answer) {
      case Answer.Done done -> {
        replayed += done.replayed() ? 1 : 0;
        settled(key);
      }
      case Answer.Refused(int status, String code) -> {
        refused.merge(code.isEmpty() ? Integer.toString(status) : code, 1L, Long::sum);
        settled(key);
      }
      case Answer.NotYet _ -> {}
      case Answer.Unknown(String _, int status) -> {
        shed += status == OVERLOADED ? 1 : 0;
        failed += status >= 500 && status != OVERLOADED ? 1 : 0;
        unknown++;
        if (key != null) {
          openByKey.merge(key, 1L, Long::sum);
        }
      }
    }
  }

  private void settled(@Nullable String key) {
    Long open = key == null ? null : openByKey.remove(key);
    unknownResolved += open == null ? 0 : open;
  }

  synchronized Told told() {
    return new Told(
        sent,
        replayed,
        new TreeMap<>(refused),
        shed,
        failed,
        unknown,
        unknownResolved,
        latencyMs());
  }

  private Map<String, Double> latencyMs() {
    Map<String, Double> latencies = new LinkedHashMap<>();
    if (latencyMicros.getTotalCount() > 0) {
      latencies.put("p50", millis(latencyMicros.getValueAtPercentile(50)));
      latencies.put("p90", millis(latencyMicros.getValueAtPercentile(90)));
      latencies.put("p99", millis(latencyMicros.getValueAtPercentile(99)));
      latencies.put("p999", millis(latencyMicros.getValueAtPercentile(99.9)));
      latencies.put("max", millis(latencyMicros.getMaxValue()));
    }
    return latencies;
  }

  private static double millis(long micros) {
    return micros / 1e3;
  }
}
