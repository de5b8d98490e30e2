package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Measures a system: one of its own in a temporary folder, or the one at {@code --url}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures a system and counts in its database what the load claims.",
      "Without --url it starts a system of its own in a temporary folder.",
      "Exit code 3: orders are missing or doubled, or a target was missed."
    })
public final class BenchCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "WHAT", description = "What to measure: place.")
  private String what = "";

  @Option(
      names = "--rate",
      defaultValue = "max",
      description =
          "Orders a second, at fixed times (open loop); max: as fast as answers come (closed loop).")
  private String rate = "max";

  @Option(
      names = "--connections",
      defaultValue = "256",
      description = "Keep-alive connections (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Measured seconds (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warmup",
      defaultValue = "30",
      description = "Seconds of the same load before (default: ${DEFAULT-VALUE}).")
  private int warmupSeconds;

  @Option(
      names = "--skus",
      defaultValue = "10000",
      description = "SKUs to order (default: ${DEFAULT-VALUE}).")
  private int skus;

  @Option(
      names = "--lines",
      defaultValue = "2",
      description = "Lines of an order (default: ${DEFAULT-VALUE}).")
  private int lines;

  @Option(
      names = "--users",
      defaultValue = "10000",
      description = "Customers who order (default: ${DEFAULT-VALUE}).")
  private int users;

  @Option(
      names = "--skew",
      defaultValue = "uniform",
      description = "How lines spread over SKUs: uniform, hot or zipf (default: ${DEFAULT-VALUE}).")
  private String skew = "uniform";

  @Option(names = "--url", description = "The API of a running system.")
  private @Nullable URI url;

  @Option(names = "--data", description = "With --url: the system's data folder.")
  private @Nullable Path data;

  @Option(
      names = "--database",
      description = "With --url: the system's JDBC URL, unless --data tells.")
  private @Nullable String database;

  @Option(
      names = "--tokens",
      description =
          "With --url: a file of customers' tokens, one a line, unless --data lets them be made.")
  private @Nullable Path tokens;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting for a system of its own; may be repeated.")
  private List<String> settings = List.of();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PlaceBench.Plan plan = plan();
    try {
      return url == null ? ofItsOwn(plan) : running(url, plan);
    } catch (BenchFailure e) {
      System.err.println("bench: could not run: " + e.getMessage());
      return 1;
    }
  }

  private int ofItsOwn(PlaceBench.Plan plan)
      throws BenchFailure, IOException, InterruptedException {
    Launcher launcher = Launcher.find();
    List<String> all = new java.util.ArrayList<>();
    all.add("demo.skus=" + skus);
    all.add("http.limit-per-user=0");
    all.addAll(settings);
    System.err.println("bench: starting a system");
    int code;
    try (SystemUnderTest system = SystemUnderTest.start(launcher, all, users)) {
      code = measure(system, plan, launcher.commit());
    }
    return code;
  }

  private int running(URI api, PlaceBench.Plan plan)
      throws BenchFailure, IOException, InterruptedException {
    try (SystemUnderTest system = SystemUnderTest.running(api, data, database, tokens, users)) {
      return measure(system, plan, Optional.empty());
    }
  }

  private int measure(SystemUnderTest system, PlaceBench.Plan plan, Optional<String> commit)
      throws BenchFailure, IOException, InterruptedException {
    Report report = new Report(new PlaceBench(system, plan, new Progress.Phases(false)).run());
    ObjectNode document = report.json(system.version(), commit);
    System.out.println(
        json
            ? JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document)
            : ReportTable.of(document));
    return report.good() ? 0 : 3;
  }

  private PlaceBench.Plan plan() {
    require(
        what.equals("place"), "WHAT is unknown or not built yet: " + what + "; there is: place");
    require(connections >= 1 && connections <= 65_536, "--connections must be 1 to 65536");
    require(seconds >= 1 && seconds <= 86_400, "--seconds must be 1 to 86400");
    require(warmupSeconds >= 0 && warmupSeconds <= 86_400, "--warmup must be 0 to 86400");
    require(skus >= 1 && skus <= 10_000_000, "--skus must be 1 to 10000000");
    require(
        lines >= 1 && lines <= 100 && lines <= skus,
        "--lines must be 1 to 100, and at most --skus");
    require(users >= 1 && users <= 1_000_000, "--users must be 1 to 1000000");
    require(
        url == null || ("http".equals(url.getScheme()) && url.getHost() != null),
        "--url must be http://HOST[:PORT]");
    require(
        url != null || (data == null && database == null && tokens == null),
        "--data, --database and --tokens need --url");
    require(url == null || settings.isEmpty(), "--set needs a system of its own, without --url");
    return new PlaceBench.Plan(
        connections,
        pace(),
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(warmupSeconds),
        skus,
        lines,
        users,
        skewOf());
  }

  private Load.Pace pace() {
    if (rate.equals("max")) {
      return new Load.AsAnswered();
    }
    try {
      return new Load.AtRate(Double.parseDouble(rate));
    } catch (IllegalArgumentException e) {
      throw wrong("--rate must be max or a number above 0");
    }
  }

  private Skew skewOf() {
    for (Skew known : Skew.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(skew)) {
        return known;
      }
    }
    throw wrong("--skew must be uniform, hot or zipf");
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw wrong(message);
    }
  }

  private ParameterException wrong(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }
}
