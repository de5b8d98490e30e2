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
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
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

  /** Sessions of the naive path's pool that are tried. */
  private static final List<Integer> POOLS = List.of(8, 16, 32, 64);

  private static final Duration POOL_TRY = Duration.ofSeconds(5);
  private static final int CALLERS_MAX = 4_096;

  /** What a probe ends with whose rows are not those of its orders. */
  private static final int DIFFERS = 3;

  private Beside() {}

  static void measure(
      Bench bench,
      SystemUnderTest system,
      Placing placing,
      Meter meter,
      Report report,
      double perSecond,
      String hidden)
      throws InterruptedException {
    Optional<Path> data = system.data();
    if (data.isEmpty() || bench.plan().open()) {
      return; // A rate is not what the limits are held against.
    }
    Path there = data.get();
    Optional<Fed> fed = tried(bench, report, "raw_lane_could_be_run", () -> lane(bench, there));
    fed.ifPresent(lane -> fed(report, "raw_lane_", lane));
    Optional<Double> http =
        tried(bench, report, "raw_http_could_be_run", () -> http(bench, there, placing, report));
    Optional<Naive> naive = tried(bench, report, "naive_could_be_run", () -> naive(bench, there));
    meter.drain();
    // What was not measured is no number, and what is held against it never met.
    double lane = fed.map(Fed::perSecond).orElse(Double.NaN);
    naive.ifPresent(path -> naive(report, lane, path));
    Skew skew = bench.plan().goods().skew();
    composed(report, http.orElse(Double.NaN), lane, perSecond, skew, hidden);
  }

  /** Something that is measured beside. */
  @FunctionalInterface
  interface Probe<R> {
    R run() throws BenchFailure, IOException, InterruptedException;
  }

  /**
   * One that can't be run is a check that fails: placing was measured, and is told all the same.
   */
  static <R> Optional<R> tried(Bench bench, Report report, String check, Probe<R> probe)
      throws InterruptedException {
    try {
      return Optional.of(probe.run());
    } catch (BenchFailure | IOException e) {
      Ending.notRun(bench, report, check, e);
      return Optional.empty();
    }
  }

  private static Fed lane(Bench bench, Path data) throws BenchFailure, InterruptedException {
    Plan plan = bench.plan();
    return probe(bench, data, "raw lane", plan.length(), warmUp(plan), List.of());
  }

  /**
   * A lane that turned somebody away, or has other rows than it told, is none.
   *
   * @param prefix of the checks' names
   */
  static void fed(Report report, String prefix, Fed fed) {
    report.check(prefix + "nobody_was_turned_away", 0, fed.turnedAway());
    report.check(
        prefix + "rows_equal_placed",
        "they agree",
        fed.equalsPlaced() ? "they agree" : "they differ",
        fed.equalsPlaced());
  }

  /** Holds the lane against the naive path. */
  static void naive(Report report, double lane, Naive naive) {
    fed(report, "naive_", naive.fed());
    ObjectNode beside =
        report
            .section("naive")
            .put("perSecond", Report.rounded(naive.perSecond()))
            .put("pool", naive.pool());
    // Both without HTTP: the one is held against the other, not against placing.
    Report.put(beside, "ratio", lane / naive.perSecond());
  }

  /** Holds placing against what both halves allow; where one did nothing, that is no limit. */
  static void composed(
      Report report, double http, double lane, double perSecond, Skew skew, String hidden) {
    double composed = 1 / (1 / http + 1 / lane);
    double ratio = perSecond / composed;
    ObjectNode raw = report.section("raw");
    Report.put(raw, "http", http);
    Report.put(raw, "lane", lane);
    Report.put(raw, "composed", composed);
    Report.put(raw, "ratio", ratio);
    if (skew == Skew.UNIFORM) {
      report.target("place_to_composed_ratio", Report.Sense.AT_LEAST, 0.65, ratio, hidden);
    }
  }

  /** What came of one transaction for each order, and how many sessions did them. */
  record Naive(Fed fed, int pool) {
    double perSecond() {
      return fed.perSecond();
    }
  }

  /** The naive path at its best: a short try of each pool, then the best of them as long as all. */
  private static Naive naive(Bench bench, Path data) throws BenchFailure, InterruptedException {
    String phase = "naive: one transaction for each order, pool of ";
    Naive best = new Naive(new Fed(0, 0, false), POOLS.getFirst());
    for (int pool : POOLS) {
      Fed tried = naive(bench, data, phase + pool + ", a try", pool, POOL_TRY, POOL_TRY);
      best = tried.perSecond() > best.perSecond() ? new Naive(tried, pool) : best;
    }
    Plan plan = bench.plan();
    int pool = best.pool();
    return new Naive(naive(bench, data, phase + pool, pool, plan.length(), warmUp(plan)), pool);
  }

  private static Fed naive(
      Bench bench, Path data, String phase, int pool, Duration length, Duration warmup)
      throws BenchFailure, InterruptedException {
    return probe(
        bench, data, phase, length, warmup, List.of("--naive", "--pool", Integer.toString(pool)));
  }

  /** The run's own settings, so far as a probe has what they are of. */
  private static List<String> set(List<String> settings) {
    return settings.stream().flatMap(setting -> Stream.of("--set", setting)).toList();
  }

  /** What came of the lane that is fed in its process. */
  private static Fed probe(
      Bench bench, Path data, String phase, Duration length, Duration warmup, List<String> more)
      throws BenchFailure, InterruptedException {
    Plan plan = bench.plan();
    bench.say(phase);
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
                Long.toString(length.toSeconds()),
                "--warmup",
                Long.toString(warmup.toSeconds()),
                "--skus",
                Integer.toString(plan.goods().skus()),
                "--skew",
                plan.goods().skew().name().toLowerCase(Locale.ROOT),
                "--lines",
                Integer.toString(plan.goods().lines()),
                "--users",
                Integer.toString(plan.users())));
    arguments.addAll(more);
    arguments.addAll(set(bench.settings()));
    Duration within = length.plus(warmup).plus(PROBE_EXTRA);
    return feed(Launcher.find(), arguments, within);
  }

  /**
   * What a command that feeds a lane came to.
   *
   * @param turnedAway orders that were refused or failed
   * @param equalsPlaced whether rows and events are those of the orders that were placed
   */
  record Fed(double perSecond, long turnedAway, boolean equalsPlaced) {}

  /**
   * Runs a command that feeds a lane. One whose rows differ is told: what was measured beside it
   * stands.
   *
   * @throws BenchFailure it did not run, with the command's last lines, or tells no figure
   */
  static Fed feed(Launcher launcher, List<String> arguments, Duration within)
      throws BenchFailure, InterruptedException {
    Launcher.Ended ended = launcher.end(arguments, within);
    if (ended.code() != DIFFERS) {
      ended.done(arguments.getFirst());
    }
    try {
      JsonNode document = JsonMapper.shared().readTree(ended.out());
      JsonNode result = document.path("result");
      JsonNode figure = result.path("perSecond");
      if (figure.isNumber()) {
        return new Fed(
            figure.asDouble(),
            result.path("refused").asLong(0) + result.path("failed").asLong(0),
            document.path("verified").path("equalsPlaced").asBoolean(false));
      }
    } catch (JacksonException e) {
      throw new BenchFailure("lane-probe's document cannot be read", e);
    }
    throw new BenchFailure("lane-probe's document has no perSecond");
  }

  private static Duration warmUp(Plan plan) {
    return plan.warmup().compareTo(WARMUP_MAX) > 0 ? WARMUP_MAX : plan.warmup();
  }

  /** Answers a second of the same route without the lane. */
  private static double http(Bench bench, Path data, Placing placing, Report report)
      throws BenchFailure, IOException, InterruptedException {
    try (HttpProbe probe = HttpProbe.start(Launcher.find(), data, bench.settings())) {
      List<URI> edge = List.of(probe.ready());
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
      report.allServed("raw_http_", List.of(tally), traffic.all());
      return ResultJson.perSecond(traffic.created(), tally.elapsed());
    }
  }

  /** The program that answers without the lane; it ends with the bench, however that ends. */
  record HttpProbe(Process process, Path log, Swept swept) implements AutoCloseable {
    static HttpProbe start(Launcher launcher, Path data, List<String> settings)
        throws BenchFailure, IOException {
      Path log = Files.createTempFile("tidegate-probe-", ".log");
      List<String> arguments =
          new ArrayList<>(List.of("lane-probe", "--http", "--data", data.toString()));
      arguments.addAll(set(List.of("http.limit-per-user=0"))); // As the measured system has it.
      arguments.addAll(set(settings));
      Swept swept = new Swept(log);
      try {
        return new HttpProbe(swept.start(() -> launcher.start(arguments, log)), log, swept);
      } catch (BenchFailure | RuntimeException e) {
        swept.done();
        Folders.sweep(log);
        throw e;
      }
    }

    /** Waits until it listens, and says where. */
    URI ready() throws BenchFailure, InterruptedException {
      return URI.create(SystemUnderTest.awaitReady(process, log).split(" ")[1]);
    }

    @Override
    public void close() throws IOException {
      SystemUnderTest.stop(process);
      swept.done();
      Files.deleteIfExists(log);
    }
  }
}
