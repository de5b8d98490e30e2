package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs the benches one after the other and writes one page of them. One that fails stops none. */
final class AllBenches {
  static final String NAME = "all";

  private static final double PLACE_RATE = 2_000;

  /** Start, settled statistics, audit and stop of each run, about. */
  private static final Duration AROUND = Duration.ofSeconds(90);

  private final List<Run> runs;
  private final List<String> settings;
  private final Progress.Phases phases;

  /** One bench with its plan, under a name that no other has. */
  record Run(String name, Scenario scenario, Plan plan) {
    Duration about() {
      return AROUND
          .plus(plan.warmup())
          .plus(plan.length().multipliedBy(scenario.loads(plan)))
          .plusMillis(plan.orders() / 10);
    }
  }

  /**
   * What all came to.
   *
   * @param written whether every document and page could be written to the folder
   */
  record Outcome(List<Page.Ran> runs, boolean good, boolean written) {
    /** 0 all is met; 1 one could not run, or be written; 3 something is broken or missed. */
    int code() {
      if (!written || runs.stream().anyMatch(run -> !run.failure().isEmpty())) {
        return 1;
      }
      return good ? 0 : 3;
    }

    ObjectNode json() {
      ObjectNode json = JsonMapper.shared().createObjectNode();
      ArrayNode all = json.putArray("runs");
      for (Page.Ran run : runs) {
        ObjectNode one = all.addObject().put("name", run.name());
        if (run.failure().isEmpty()) {
          one.set("report", run.document());
        } else {
          one.put("failure", run.failure());
        }
      }
      return json;
    }

    String table() {
      StringBuilder text = new StringBuilder();
      for (Page.Ran run : runs) {
        text.append('\n').append(run.name()).append('\n');
        text.append(
            run.failure().isEmpty()
                ? ReportTable.verdicts(run.document())
                : "  could not run: " + run.failure() + "\n");
      }
      return text.toString();
    }
  }

  AllBenches(List<Run> runs, List<String> settings, Progress.Phases phases) {
    this.runs = List.copyOf(runs);
    this.settings = List.copyOf(settings);
    this.phases = phases;
  }

  /** Every bench once, and placing in each way that something is promised of. */
  static List<Run> runs(Scenarios scenarios, Function<Defaults, Plan> planned) {
    List<Run> runs = new ArrayList<>();
    for (Scenario scenario : scenarios.all()) {
      Plan plan = planned.apply(scenario.defaults());
      runs.add(new Run(scenario.name(), scenario, plan));
      if (scenario instanceof PlaceBench) {
        runs.add(new Run("place-1024", scenario, plan.withConnections(1_024).alone()));
        runs.add(new Run("place-hot", scenario, plan.with(Skew.HOT).alone()));
        runs.add(new Run("place-zipf", scenario, plan.with(Skew.ZIPF).alone()));
        runs.add(
            new Run(
                "place-2000",
                scenario,
                plan.with(new Load.AtRate(PLACE_RATE)).withLength(PlaceBench.PROMISED).alone()));
      }
    }
    return runs;
  }

  /** How long all will take, about. */
  Duration about() {
    return runs.stream().map(Run::about).reduce(Duration.ZERO, Duration::plus);
  }

  /** What comes to nothing for want of a folder is told before it is measured for hours. */
  private static void prepare(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.delete(Files.createTempFile(folder, ".tidegate-bench-", ".probe"));
  }

  /**
   * Runs all, and writes after each what there is so far.
   *
   * @throws IOException nothing can be written there; none was run
   */
  Outcome into(Path folder) throws IOException, InterruptedException {
    prepare(folder);
    phases.say(
        String.format(
            Locale.ROOT,
            "%d benches, about %d minutes; each one's document and index.html go to %s",
            runs.size(),
            about().toMinutes() + 1,
            folder));
    List<Page.Ran> ran = new ArrayList<>();
    boolean good = true;
    boolean written = true;
    for (Run run : runs) {
      phases.say("== " + run.name() + ", about " + (run.about().toMinutes() + 1) + " minutes");
      try {
        Report report =
            run.scenario().run(new Bench(run.plan(), new Bench.Target.Own(settings), phases));
        ran.add(new Page.Ran(run.name(), report.json(), ""));
        good &= report.good();
      } catch (BenchFailure | IOException | RuntimeException e) {
        ran.add(failed(run, e));
      }
      written &= wrote(folder, ran);
    }
    return new Outcome(List.copyOf(ran), good, written);
  }

  private Page.Ran failed(Run run, Exception e) {
    String failure = e instanceof BenchFailure ? String.valueOf(e.getMessage()) : e.toString();
    phases.say(run.name() + " could not run: " + failure);
    if (e instanceof RuntimeException) {
      e.printStackTrace(); // A fault of the bench's own: where it is, nothing else tells.
    }
    return new Page.Ran(run.name(), JsonMapper.shared().createObjectNode(), failure);
  }

  /** The last one's document, and the page of all so far; a disk that is full stops none. */
  private boolean wrote(Path folder, List<Page.Ran> ran) {
    Page.Ran last = ran.getLast();
    try {
      Files.writeString(folder.resolve("index.html"), Page.of(ran));
      if (last.failure().isEmpty()) {
        Files.writeString(
            folder.resolve(last.name() + ".json"),
            JsonMapper.shared()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(last.document()));
      }
      return true;
    } catch (IOException e) {
      phases.say("what " + last.name() + " came to could not be written: " + e);
      return false;
    }
  }
}
