package io.tidegate.server.probe;

import io.tidegate.platform.db.LaneSettings;
import io.tidegate.server.cli.LaneProbes;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a probe gave, for a program and for a person.
 *
 * @param statements of the whole database meanwhile, the running system's own included
 * @param placedWithWarmup what the rows must equal
 */
record ProbeReport(
    Instant startedAt,
    LaneProbes.Plan plan,
    LaneSettings lane,
    int skus,
    Callers.Tally tally,
    LaneProbe.Batches batches,
    OptionalLong statements,
    long placedWithWarmup,
    long rows,
    long events) {

  LaneProbes.Report told() {
    return new LaneProbes.Report(
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json()),
        table(),
        good());
  }

  /** What failed may stand in the database or not: a probe with failures proves nothing. */
  private boolean good() {
    return tally.failed() == 0 && rows == placedWithWarmup && events == placedWithWarmup;
  }

  private String mode() {
    return plan.naivePool().isPresent() ? "naive" : "lane";
  }

  private ObjectNode json() {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("what", "lane-probe").put("mode", mode()).put("startedAt", startedAt.toString());
    json.putObject("settings")
        .put("callers", plan.callers())
        .put("seconds", plan.length().toSeconds())
        .put("warmupSeconds", plan.warmup().toSeconds())
        .put("users", plan.orders().users())
        .put("skus", skus)
        .put("skuSkew", plan.orders().skew().name().toLowerCase(Locale.ROOT))
        .put("linesPerOrder", plan.orders().lines())
        .put("perSecondMax", lane.perSecondMax())
        .put("workers", lane.workers())
        .put("batchCommandsMax", lane.batchCommandsMax());
    Histogram micros = tally.micros();
    ObjectNode result =
        json.putObject("result")
            .put("placed", tally.placed())
            .put("perSecond", rounded(tally.perSecond()))
            .put("refused", tally.refused())
            .put("failed", tally.failed())
            .put("elapsedSeconds", rounded(tally.elapsed().toNanos() / 1e9));
    result
        .putObject("latencyMicros")
        .put("p50", micros.getValueAtPercentile(50))
        .put("p99", micros.getValueAtPercentile(99))
        .put("max", micros.getMaxValue());
    result
        .put("batches", batches.count())
        .put("batchMean", rounded(batches.mean()))
        .put("thrownBack", Math.round(batches.thrownBack()));
    statements.ifPresent(count -> result.put("statements", count));
    json.putObject("verified")
        .put("placedWithWarmup", placedWithWarmup)
        .put("ordersInDatabase", rows)
        .put("eventsInLog", events)
        .put("equalsPlaced", good());
    return json;
  }

  private String table() {
    Histogram micros = tally.micros();
    return """
    %s: %,.0f orders/s (%,d in %.1f s, %d callers), p50 %.1f ms, p99 %.1f ms
    %,d batches of %.1f on average, %d of them thrown back; refused %,d, failed %,d
    with the warm-up's %,d placed, %,d rows, %,d events: %s\
    """
        .formatted(
            mode(),
            tally.perSecond(),
            tally.placed(),
            tally.elapsed().toNanos() / 1e9,
            plan.callers(),
            micros.getValueAtPercentile(50) / 1e3,
            micros.getValueAtPercentile(99) / 1e3,
            batches.count(),
            batches.mean(),
            Math.round(batches.thrownBack()),
            tally.refused(),
            tally.failed(),
            placedWithWarmup,
            rows,
            events,
            good() ? "they agree" : "THEY DIFFER");
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
