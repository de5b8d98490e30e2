package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What placing is measured beside, in the same run and on the same database: the same route without
 * the lane (raw H), the same lane without HTTP (raw L), and one transaction for each order (naive).
 */
final class Beside {
  private static final Duration PROBE_EXTRA = Duration.ofMinutes(2);

  /** A fresh JVM is slow for as long as that, and a limit must not be. */
  private static final Duration WARMUP_MAX = Duration.ofSeconds(30);

  private static final int USAGE = 2;
  private static final int CALLERS_MAX = 4_096;

  private Beside() {}

  static void measure(
      Bench bench,
      SystemUnderTest system,
      Placing placing,
      Meter meter,
      Report report,
      double perSecond)
      throws BenchFailure, IOException, InterruptedException {
    Optional<Path> data = system.data();
    if (data.isEmpty() || bench.plan().open()) {
      return; // A rate is not what the limits are held against.
    }
    OptionalDouble lane = probe(bench, data.get(), List.of());
    if (lane.isEmpty()) {
      bench.say("lane-probe is not built into this program: no raw figures");
      return;
    }
    double http = http(bench, data.get(), placing);
    OptionalDouble naive = probe(bench, data.get(), List.of("--naive"));
    meter.drain();
    double composed = 1 / (1 / http + 1 / lane.getAsDouble());
    report
        .section("raw")
        .put("http", Report.rounded(http))
        .put("lane", Report.rounded(lane.getAsDouble()))
        .put("composed", Report.rounded(composed))
        .put("ratio", Report.rounded(perSecond / composed));
    naive.ifPresent(n ->
        report
            .section("naive")
            .put("perSecond", Report.rounded(n))
            // Both without HTTP: the one is held against the other, not against placing.
            .put("ratio", Report.rounded(lane.getAsDouble() / n)));
    if (bench.plan().goods().skew() == Skew.UNIFORM) {
      report.target("place_to_composed_ratio", Report.Sense.AT_LEAST, 0.65, perSecond / composed);
    }
  }

  /**
   * Orders a second of the lane that is fed in its process; empty where there is no such command.
   */
  private static OptionalDouble probe(Bench bench, Path data, List<String> more)
      throws BenchFailure, InterruptedException {
    Plan plan = bench.plan();
    bench.say(more.isEmpty() ? "raw lane" : "naive: one transaction for each order");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "lane-probe",
                "--json",
                "--data",
                data.toString(),
                "--callers",
                Integer.toString(Math.clamp(plan.connections(), 512, CALLERS_MAX)),
                "--seconds",
                Long.toString(plan.length().toSeconds()),
                "--warmup",
                Long.toString(warmUp(plan).toSeconds()),
                "--skus",
                Integer.toString(plan.goods().skus()),
                "--skew",
                plan.goods().skew().name().toLowerCase(Locale.ROOT),
                "--lines",
                Integer.toString(plan.goods().lines()),
                "--users",
                Integer.toString(plan.users())));
    arguments.addAll(more);
    Duration within = plan.length().plus(plan.warmup()).plus(PROBE_EXTRA);
    Launcher.Ended ended = Launcher.find().end(arguments, within);
    if (ended.code() == USAGE) {
      return OptionalDouble.empty();
    }
    JsonNode json = JsonMapper.shared().readTree(ended.done("lane-probe").out());
    return OptionalDouble.of(((ObjectNode) json).path("result").path("perSecond").asDouble());
  }

  private static Duration warmUp(Plan plan) {
    return plan.warmup().compareTo(WARMUP_MAX) > 0 ? WARMUP_MAX : plan.warmup();
  }

  /** Answers a second of the same route without the lane. */
  private static double http(Bench bench, Path data, Placing placing)
      throws BenchFailure, IOException, InterruptedException {
    Path log = Files.createTempFile("tidegate-probe-", ".log");
    Process probe =
        Launcher.find().start(List.of("lane-probe", "--http", "--data", data.toString()), log);
    try {
      String ready = SystemUnderTest.awaitReady(probe, log);
      List<URI> edge = List.of(URI.create(ready.split(" ")[1]));
      if (bench.plan().warmup().isPositive()) {
        bench.load(
            "raw HTTP, warm-up",
            edge,
            new Load.AsAnswered(),
            warmUp(bench.plan()),
            placing.traffic(bench.plan().goods().skew()));
      }
      PlaceTraffic traffic = placing.traffic(bench.plan().goods().skew());
      Tally tally =
          bench.load("raw HTTP", edge, new Load.AsAnswered(), bench.plan().length(), traffic);
      return ResultJson.perSecond(traffic.created(), tally.elapsed());
    } finally {
      SystemUnderTest.stop(probe);
      Files.deleteIfExists(log);
    }
  }
}
