package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * From the launcher's start to the first order that is placed, with an empty data folder and with
 * one that was there; and the memory of all processes when idle.
 */
final class StartBench implements Scenario {
  private static final Duration START_MAX = Duration.ofMinutes(2);
  private static final Duration TRY_EVERY = Duration.ofMillis(5);
  private static final double BYTES_PER_GB = 1e9;

  /** The reports start ten seconds after the program, and again within a minute where they end. */
  private static final Duration REPORTS_MAX = Duration.ofSeconds(90);

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Defaults USUAL = Defaults.CLOSED.seconds(30, 0).pairs(3);

  /** What is promised is of a system that has all of these of its own. */
  private static final List<String> PARTS =
      List.of(
          Processes.SERVER,
          Processes.DATABASE,
          Processes.BROKER,
          Processes.SIMULATORS,
          Processes.REPORTS);

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String purpose() {
    return "first start and --pairs warm ones, to the first 201; memory after --seconds idle";
  }

  @Override
  public Defaults defaults() {
    return USUAL;
  }

  @Override
  public Set<Asked> heeds(Plan plan) {
    return Set.of(Asked.SECONDS, Asked.PAIRS, Asked.NO_AUDIT);
  }

  @Override
  public int loads(Plan plan) {
    return 3;
  }

  @Override
  public List<String> sets(Plan plan) {
    return List.of();
  }

  @Override
  public boolean needsItsOwn(Plan plan) {
    return true;
  }

  @Override
  public Report run(Bench bench) throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(name(), Instant.now());
    Launcher launcher = Launcher.find();
    Path folder = Files.createTempDirectory("tidegate-bench-");
    try {
      measure(bench, report, launcher, folder);
    } finally {
      Folders.sweep(folder);
    }
    return report;
  }

  private static void measure(Bench bench, Report report, Launcher launcher, Path folder)
      throws BenchFailure, IOException, InterruptedException {
    try (Starts starts =
        new Starts(launcher, folder, bench.settings(), report, SystemUnderTest.STOP_MAX)) {
      bench.say("first start");
      double first = starts.first();
      List<String> parts = starts.parts(); // To ask before would have the first start warmed up.
      List<Double> warm = new ArrayList<>();
      for (int i = 1; i <= bench.plan().pairs(); i++) {
        bench.say("warm start " + i);
        starts.stop();
        warm.add(starts.warm());
      }
      if (parts.contains(Processes.REPORTS)) {
        starts.awaitReports();
      }
      bench.say("idle for " + bench.plan().length().toSeconds() + " s");
      Thread.sleep(bench.plan().length());
      Endpoints endpoints = Endpoints.of(starts.data);
      report.version(endpoints.version());
      report.settings(told(bench.plan()), 1, 1);
      try (DatabaseFigures database = DatabaseFigures.connect(endpoints.database())) {
        memory(
            report,
            Processes.memoryBytes(endpoints.pid().orElse(-1), database.backend()),
            parts,
            bench.plan());
        orders(report, starts.receipts, database);
        report.durability(Durability.of(database));
        Anchor.measure(database, report);
      }
      times(report, starts, parts, first, warm, bench.plan());
      Ending.audit(bench, starts.data, report);
    }
  }

  private static void times(
      Report report,
      Starts starts,
      List<String> parts,
      double first,
      List<Double> warm,
      Plan plan) {
    ArrayNode all = report.section("start").putArray("warmSeconds");
    warm.forEach(seconds -> all.add(Report.rounded(seconds)));
    double middle = Pairs.median(warm.stream().sorted().toList());
    report
        .section("start")
        .put("firstSeconds", Report.rounded(first))
        .put("warmSecondsMedian", Report.rounded(middle))
        .put("tokenSecondsLeftOutOfFirst", Report.rounded(starts.tokenSeconds))
        .put("until", "the first 201 from POST /v1/orders");
    report.target("first_start_seconds", Report.Sense.BELOW, 10, first, lacks(parts));
    warm(report, middle, parts, plan);
  }

  static void warm(Report report, double middle, List<String> parts, Plan plan) {
    String hidden = Promised.first(lacks(parts), new Promised(USUAL).pairs(plan));
    report.target("warm_start_seconds", Report.Sense.BELOW, 3, middle, hidden);
  }

  /** What of the processes that are promised this system leaves to others, or does without. */
  private static String lacks(List<String> parts) {
    List<String> others = PARTS.stream().filter(part -> !parts.contains(part)).toList();
    return others.isEmpty() ? "" : "promised with its own " + String.join(", ", others);
  }

  /** What there really was of a plan: one order of one line after each start. */
  private static Plan told(Plan plan) {
    return new Plan(
        new Load.AsAnswered(),
        1,
        plan.length(),
        Duration.ZERO,
        new Plan.Goods(1, 1, Skew.UNIFORM),
        1,
        0,
        plan.pairs(),
        false,
        plan.audit(),
        plan.flash());
  }

  /**
   * Of a sum that lacks a part nothing is judged.
   *
   * @param parts that the settings let the system have, each of which must be known
   */
  static void memory(Report report, Map<String, Long> memory, List<String> parts, Plan plan) {
    long sum = memory.values().stream().mapToLong(Long::longValue).sum();
    memory.forEach(report.section("idlePssBytes")::put);
    report.section("idlePssBytes").put("sum", sum);
    boolean all = memory.keySet().containsAll(parts);
    report.check(
        "memory_of_every_part_is_known", parts.size() + " parts", memory.keySet().toString(), all);
    String hidden =
        Promised.first(
            all ? "" : "the memory of a part is not known",
            lacks(parts),
            new Promised(USUAL).load(plan));
    report.target("idle_memory_gb", Report.Sense.BELOW, 1.1, sum / BYTES_PER_GB, hidden);
  }

  /** Every start's 201 must be a row that outlived the stops after it, and there is no other. */
  private static void orders(Report report, List<String> receipts, DatabaseFigures database)
      throws BenchFailure {
    List<Long> numbers = new ArrayList<>();
    for (String receipt : receipts) {
      numbers.add(number(receipt));
    }
    String mine = numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    String count = "select count(*) from ordering.orders where number ";
    long first = Collections.min(numbers);
    long rows = database.number(count + ">= " + first).orElse(-1L);
    database
        .number(count + "< " + first)
        .ifPresent(n -> report.section("settings").put("ordersBefore", n));
    report.section("result").put("created", numbers.size());
    report
        .section("verified")
        .put("ordersInDatabase", rows)
        .put("equalsCreated", rows == numbers.size());
    report.check("rows_equal_created", numbers.size(), rows);
    report.check(
        "every_first_order_is_a_row",
        numbers.size(),
        database.number(count + "in (" + mine + ")").orElse(-1L));
  }

  /** The number of the order that an answer is the receipt of. */
  static long number(String receipt) throws BenchFailure {
    try {
      return Long.parseLong(JsonMapper.shared().readTree(receipt).path("number").asString(""));
    } catch (JacksonException | NumberFormatException e) {
      throw new BenchFailure("a 201 without an order's number", e);
    }
  }

  /** One data folder that a program is started on again and again. */
  static final class Starts implements AutoCloseable {
    private final Launcher launcher;
    private final List<String> settings;
    private final Path data;
    private final Path log;
    private final Path tokens;
    private final int port;
    private final HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final Swept swept;
    private final Report report;
    private final Duration stopMax;
    private final List<String> receipts = new ArrayList<>();
    private @Nullable Process process;
    private String sku = "";
    private double tokenSeconds;
    private int key;

    /**
     * @param stopMax after which whoever does not stop is ended by force
     */
    Starts(Launcher launcher, Path folder, List<String> settings, Report report, Duration stopMax)
        throws IOException {
      this.report = report;
      this.stopMax = stopMax;
      this.launcher = launcher;
      this.settings = settings;
      this.data = Files.createDirectory(folder.resolve("data"));
      this.log = folder.resolve("serve.log");
      this.tokens = folder.resolve("tokens");
      try (ServerSocket free = new ServerSocket(0)) {
        this.port = free.getLocalPort();
      }
      this.swept = new Swept(folder);
    }

    /** With an empty folder. Whoever orders needs a token, whose making is not the start's. */
    double first() throws BenchFailure, IOException, InterruptedException {
      long begun = System.nanoTime();
      Process started = start();
      SystemUnderTest.awaitReady(started, log);
      long ready = System.nanoTime();
      launcher.tokens(data, 1, tokens);
      List<String> skus = Catalogue.skus(URI.create("http://127.0.0.1:" + port), 1);
      if (skus.isEmpty()) {
        throw new BenchFailure("the system sells nothing");
      }
      sku = skus.getFirst();
      long asked = System.nanoTime();
      tokenSeconds = (asked - ready) / 1e9;
      awaitCreated(started);
      return (ready - begun + System.nanoTime() - asked) / 1e9;
    }

    double warm() throws BenchFailure, IOException, InterruptedException {
      long begun = System.nanoTime();
      awaitCreated(start());
      return (System.nanoTime() - begun) / 1e9;
    }

    /** What the system has of its own, by its settings. */
    List<String> parts() throws BenchFailure, InterruptedException {
      return switch (Configured.of(launcher, data, settings)) {
        case Configured.InForce all -> all.parts();
        case Configured.Refused(String why) ->
            throw new BenchFailure("the system runs with settings that it refuses: " + why);
      };
    }

    Process start() throws BenchFailure {
      Process started = swept.start(() -> launcher.serve(data, port, settings, log));
      process = started;
      return started;
    }

    void stop() throws BenchFailure {
      Process running = process;
      process = null;
      if (running != null && !SystemUnderTest.stop(running, stopMax)) {
        throw new BenchFailure("the system did not stop in time");
      }
    }

    /** Idle is what runs with its reports; without them what comes after it tells that. */
    void awaitReports() throws InterruptedException {
      long begun = System.nanoTime();
      while (process != null
          && !Processes.runsReports(process.pid())
          && System.nanoTime() - begun < REPORTS_MAX.toNanos()) {
        Thread.sleep(LOOK_EVERY);
      }
    }

    /** One that does not stop is a check that fails: what was measured is told all the same. */
    @Override
    public void close() {
      client.shutdownNow();
      try {
        stop();
      } catch (BenchFailure e) {
        System.err.println("bench: " + e.getMessage());
        report.check("system_stops_in_time", "stopped", "ended by force", false);
      } finally {
        swept.done();
      }
    }

    private void awaitCreated(Process started)
        throws BenchFailure, IOException, InterruptedException {
      String token = Files.readAllLines(tokens).getFirst();
      String body =
          "{\"items\":[{\"sku\":\""
              + sku
              + "\",\"quantity\":1}],\"address\":{\"name\":\"Bench\",\"phone\":\"13800000000\","
              + "\"region\":\"330106\",\"line\":\"1 Bench Road\"}}";
      HttpRequest order =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/orders"))
              .header("Authorization", "Bearer " + token)
              .header("Content-Type", "application/json")
              .header("Idempotency-Key", "\"start-" + key++ + "\"")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      long begun = System.nanoTime();
      while (System.nanoTime() - begun < START_MAX.toNanos()) {
        try {
          HttpResponse<String> answer = WholeAnswer.to(client, order, START_MAX);
          if (answer.statusCode() == 201) {
            receipts.add(answer.body()); // Read later, for that is no part of a start.
            return;
          }
        } catch (IOException e) {
          // Nobody listens yet.
        }
        if (!started.isAlive()) {
          throw new BenchFailure("the system ended:\n" + Launcher.tail(log));
        }
        Thread.sleep(TRY_EVERY);
      }
      throw new BenchFailure("no order was placed within " + START_MAX.toSeconds() + " s");
    }
  }
}
