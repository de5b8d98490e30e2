package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures one half of placing, beside a running demo system. */
@Command(
    name = "lane-probe",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Measures one half of placing beside a running demo system, for bench to compare with.",
      "It places real orders through a lane of its own, in this process, on that system's database;"
          + " the system's relay publishes their events. With --http it serves POST /v1/orders"
          + " without lane and orders. The lane has the cap of lane.per-second-max, and orders the"
          + " times that are set. Exit code 3: rows and orders differ."
    })
final class LaneProbeCommand implements Callable<Integer> {
  private static final int SECONDS_MAX = 86_400;
  private static final int CALLERS_MAX = 4_096;
  private static final int POOL_MAX = 100;

  private final LaneProbes probes;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Option(
      names = "--callers",
      defaultValue = "512",
      description = "Callers who wait for their answer (default: ${DEFAULT-VALUE}).")
  private int callers;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Measured seconds (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warmup",
      defaultValue = "10",
      description = "Seconds of the same before (default: ${DEFAULT-VALUE}).")
  private int warmupSeconds;

  @Option(
      names = "--skus",
      defaultValue = "10000",
      description = "SKUs to order (default: ${DEFAULT-VALUE}).")
  private int skus;

  @Option(
      names = "--skew",
      defaultValue = "uniform",
      description = "How lines spread over SKUs: uniform, hot or zipf (default: ${DEFAULT-VALUE}).")
  private LaneProbes.Skew skew = LaneProbes.Skew.UNIFORM;

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
      names = "--naive",
      description = "The same handler and SQL, but a transaction for each order.")
  private boolean naive;

  @Option(
      names = "--pool",
      defaultValue = "32",
      description = "With --naive: sessions of the pool (default: ${DEFAULT-VALUE}).")
  private int pool;

  @Option(
      names = "--http",
      description = "Serves POST /v1/orders on loopback without lane, until standard input ends.")
  private boolean http;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "With --http: the port; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(names = "--json", description = "One JSON document.")
  private boolean asJson;

  @Spec private @Nullable CommandSpec spec;

  LaneProbeCommand(LaneProbes probes) {
    this.probes = probes;
  }

  @Override
  public Integer call() throws InterruptedException {
    LaneProbes.Plan plan = plan();
    Settings settings = options.settings();
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    Steps steps = new Steps(line.getErr());
    String database = DemoDatabase.ofRunning(settings, "lane-probe");
    if (http) {
      serve(settings, database, line.getOut(), steps);
      return ExitCode.DONE;
    }
    LaneProbes.Report report = probes.feed(settings, database, plan, steps::shown);
    line.getOut().println(asJson ? report.json() : report.table());
    line.getOut().flush();
    return report.good() ? ExitCode.DONE : ExitCode.BROKEN;
  }

  private void serve(Settings settings, String database, PrintWriter out, Steps steps)
      throws InterruptedException {
    long begun = System.nanoTime();
    CountDownLatch asked = new CountDownLatch(1);
    Signals.listen(asked::countDown, () -> Runtime.getRuntime().halt(ExitCode.DONE));
    Port.mustBeFree(Port.LOOPBACK, port);
    try (LaneProbes.Edge edge = probes.edge(settings, database, port)) {
      steps.shown(
          "THIS IS NO SHOP: it answers POST /v1/orders and keeps no order. For bench only.");
      Thread.ofPlatform().daemon().name("stdin").start(() -> awaitEnd(asked));
      out.println(
          "ready "
              + Port.url(Port.LOOPBACK, edge.port())
              + " "
              + (System.nanoTime() - begun) / 1_000_000);
      out.flush();
      asked.await();
    }
    steps.shown("stopped");
  }

  /** Whoever started it may die without a word; its end of the pipe closes then. */
  private static void awaitEnd(CountDownLatch asked) {
    try {
      while (System.in.read() >= 0) {
        continue; // what is said doesn't matter
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      asked.countDown();
    }
  }

  private LaneProbes.Plan plan() {
    require(callers >= 1 && callers <= CALLERS_MAX, "--callers must be 1 to " + CALLERS_MAX);
    require(seconds >= 1 && seconds <= SECONDS_MAX, "--seconds must be 1 to " + SECONDS_MAX);
    require(
        warmupSeconds >= 0 && warmupSeconds <= SECONDS_MAX, "--warmup must be 0 to " + SECONDS_MAX);
    require(skus >= 1, "--skus must be 1 or more");
    require(
        lines >= 1 && lines <= 100 && lines <= skus,
        "--lines must be 1 to 100, and at most --skus");
    require(users >= 1, "--users must be 1 or more");
    require(pool >= 1 && pool <= POOL_MAX, "--pool must be 1 to " + POOL_MAX);
    require(port >= 0 && port <= 65_535, "--port must be 0 to 65535");
    require(!(http && naive), "--http has no lane, and so no --naive");
    return new LaneProbes.Plan(
        callers,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(warmupSeconds),
        new LaneProbes.Orders(skus, skew, lines, users),
        naive ? OptionalInt.of(pool) : OptionalInt.empty());
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw wrong(message);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
