package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
    sortOptions = false,
    description = {
      "Measures a system and counts in its database what the load claims.",
      "Without --url it starts a system of its own in a temporary folder, and audits it at the"
          + " end.",
      "Exit code 3: rows do not add up, the audit finds something broken, or a target was missed"
          + " or could not be judged."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int PIECES = 1_000;
  private static final int NORMAL = 300;
  private static final int NODES = 1;
  private static final int PORT_MAX = 65_535;

  private final Scenarios scenarios;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "WHAT",
      description = "What to measure; see below.")
  private String what = "";

  @Option(
      names = "--rate",
      description =
          "A second, at fixed times (open loop); max: as fast as answers come (closed loop).")
  private @Nullable String rate;

  @Option(names = "--connections", description = "Customers at a time, each on a connection.")
  private @Nullable Integer connections;

  @Option(names = "--seconds", description = "Measured seconds.")
  private @Nullable Integer seconds;

  @Option(
      names = "--warmup",
      description = "Seconds of the same load before; query: of each one, until it is steady.")
  private @Nullable Integer warmupSeconds;

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

  @Option(names = "--users", description = "Customers who order.")
  private @Nullable Integer users;

  @Option(names = "--skew", description = "How lines spread over SKUs: uniform, hot or zipf.")
  private @Nullable Skew skew;

  @Option(names = "--orders", description = "How large a state to prepare; each bench says what.")
  private @Nullable Long orders;

  @Option(
      names = "--pairs",
      description = "How often two things are compared, by turns; with place: --skew hot.")
  private @Nullable Integer pairs;

  @Option(
      names = "--provider",
      defaultValue = "sandbox",
      description =
          "With callback: whose notices, sandbox, alipay, wechat or stripe (default:"
              + " ${DEFAULT-VALUE}).")
  private String provider = "sandbox";

  @Option(
      names = "--pieces",
      description = "With flash: pieces that the sale has (default: " + PIECES + ").")
  private @Nullable Integer pieces;

  @Option(
      names = "--normal",
      description = "With flash: normal orders a second beside it (default: " + NORMAL + ").")
  private @Nullable Double normal;

  @Option(
      names = "--nodes",
      description = "With flash: nodes that serve the sale (default: " + NODES + ").")
  private @Nullable Integer nodes;

  @Option(
      names = "--kills",
      description =
          "With flash: kill -9 of the program or the database in so many sales, on two nodes, with"
              + " stock added and a third not paying, instead of measuring.")
  private @Nullable Integer kills;

  @Option(
      names = "--no-beside",
      description =
          "Leave out what is measured beside: raw HTTP, raw lane, naive SQL; with flash the normal"
              + " stream and the overload.")
  private boolean withoutBeside;

  @Option(names = "--no-audit", description = "Leave out the audit at the end.")
  private boolean withoutAudit;

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

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "With all: where the page (index.html) and each bench's document go.")
  private @Nullable Path report;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  public BenchCommand(Scenarios scenarios) {
    this.scenarios = scenarios;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (what.equals(AllBenches.NAME)) {
      return all();
    }
    require(report == null, "--report needs WHAT to be " + AllBenches.NAME);
    Scenario scenario = scenario();
    Plan plan = plan(scenario.defaults());
    requireHeeded(scenario.heeds(plan));
    requireAble(scenario, plan);
    requireHeeded(scenario, plan);
    require(
        url == null || !scenario.needsItsOwn(plan),
        "--url can't be heeded: " + what + " needs a system of its own");
    Bench.Target target =
        url == null
            ? new Bench.Target.Own(settings)
            : new Bench.Target.Running(api(url), data, database, tokens);
    try {
      requireTaken(Set.of(started(scenario, plan)));
      Report made = scenario.run(new Bench(plan, target, new Progress.Phases(false)));
      print(made.json());
      return made.good() ? 0 : 3;
    } catch (BenchFailure e) {
      return couldNotRun(e);
    }
  }

  private static int couldNotRun(BenchFailure why) {
    System.err.println("bench: could not run: " + why.getMessage());
    return 1;
  }

  private int all() throws InterruptedException {
    require(provider.equals("sandbox"), "--provider is for callback");
    require(url == null, AllBenches.NAME + " starts systems of its own, without --url");
    if (report == null) {
      throw wrong(AllBenches.NAME + " needs --report DIR");
    }
    List<AllBenches.Run> runs = AllBenches.runs(scenarios, this::plan);
    Set<Asked> heeded = EnumSet.noneOf(Asked.class);
    runs.forEach(run -> heeded.addAll(run.scenario().heeds(run.plan())));
    requireHeeded(heeded);
    runs.forEach(run -> requireAble(run.scenario(), run.plan()));
    runs.forEach(run -> requireHeeded(run.scenario(), run.plan()));
    AllBenches.Outcome outcome;
    try {
      requireTaken(
          runs.stream()
              .map(run -> started(run.scenario(), run.plan()))
              .collect(Collectors.toCollection(LinkedHashSet::new)));
      outcome = new AllBenches(runs, settings, new Progress.Phases(false)).into(report);
    } catch (IOException e) {
      throw wrong("--report can't be written: " + e);
    } catch (BenchFailure e) {
      return couldNotRun(e);
    }
    System.out.println(
        json
            ? JsonMapper.shared()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(outcome.json())
            : outcome.table());
    return outcome.code();
  }

  private void print(ObjectNode document) {
    System.out.println(
        json
            ? JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document)
            : ReportTable.of(document));
  }

  private Scenario scenario() {
    Optional<Scenario> known = scenarios.named(what);
    require(CallbackBench.PROVIDERS.contains(provider), "--provider is unknown: " + provider);
    if (known.isPresent() && !provider.equals("sandbox")) {
      require(known.get() instanceof CallbackBench, "--provider is for callback");
      return new CallbackBench(provider);
    }
    if (known.isPresent()) {
      return known.get();
    }
    String unknown = what.isEmpty() ? "WHAT is missing" : "WHAT is unknown: " + what;
    throw wrong(unknown + "; there is " + String.join(", ", scenarios.names()));
  }

  private Plan plan(Defaults usual) {
    int connected = connections == null ? usual.connections() : connections;
    int measured = seconds == null ? usual.seconds() : seconds;
    int warm = warmupSeconds == null ? usual.warmupSeconds() : warmupSeconds;
    long prepared = orders == null ? usual.orders() : orders;
    int compared = pairs == null ? usual.pairs() : pairs;
    int customers = users == null ? usual.users() : users;
    require(connected >= 1 && connected <= 65_536, "--connections must be 1 to 65536");
    require(measured >= 1 && measured <= 86_400, "--seconds must be 1 to 86400");
    require(warm >= 0 && warm <= 86_400, "--warmup must be 0 to 86400");
    require(skus >= 1 && skus <= 10_000_000, "--skus must be 1 to 10000000");
    require(
        lines >= 1 && lines <= 100 && lines <= skus,
        "--lines must be 1 to 100, and at most --skus");
    require(customers >= 1 && customers <= 1_000_000, "--users must be 1 to 1000000");
    require(
        prepared >= 0 && prepared <= Fill.ORDERS_MAX, "--orders must be 0 to " + Fill.ORDERS_MAX);
    require(compared >= 1 && compared <= 100, "--pairs must be 1 to 100");
    require(url == null || isApi(url), "--url must be http://HOST[:PORT], not " + url);
    require(
        url != null || (data == null && database == null && tokens == null),
        "--data, --database and --tokens need --url");
    require(url == null || settings.isEmpty(), "--set needs a system of its own, without --url");
    Settings.refusal(settings)
        .ifPresent(why -> {
          throw wrong(why);
        });
    return new Plan(
        pace(usual),
        connected,
        Duration.ofSeconds(measured),
        Duration.ofSeconds(warm),
        new Plan.Goods(skus, lines, skew == null ? usual.skew() : skew),
        customers,
        prepared,
        compared,
        !withoutBeside,
        !withoutAudit,
        flash());
  }

  private void requireHeeded(Scenario scenario, Plan plan) {
    Settings.unheeded(settings, scenario, plan)
        .ifPresent(why -> {
          throw wrong(why);
        });
  }

  /**
   * What the program would not start with is refused before any is: it alone knows its keys, what
   * each of them may be, and which go together.
   *
   * @param started each time all that a system would be
   */
  private void requireTaken(Set<List<String>> started) throws BenchFailure, InterruptedException {
    if (settings.isEmpty()) {
      return; // Nobody has asked for anything that may be wrong.
    }
    for (List<String> all : started) {
      if (Configured.of(Launcher.find(), all) instanceof Configured.Refused(String why)) {
        throw wrong(why);
      }
    }
  }

  /** The settings with those that every system of a bench's own has, where it has them. */
  private List<String> started(Scenario scenario, Plan plan) {
    return scenario.sets(plan).containsAll(Bench.SETS) ? Bench.own(plan, settings) : settings;
  }

  /** An address alone, for paths are put behind it; a port that there can be. */
  private static boolean isApi(URI url) {
    String path = url.getRawPath();
    return "http".equals(url.getScheme())
        && url.getHost() != null
        && url.getPort() != 0
        && url.getPort() <= PORT_MAX
        && url.getRawUserInfo() == null
        && url.getRawQuery() == null
        && url.getRawFragment() == null
        && (path == null || path.isEmpty() || path.equals("/"));
  }

  /** Without the slash at its end: each path has its own. */
  private static URI api(URI url) {
    return URI.create("http://" + url.getRawAuthority());
  }

  private Plan.Flash flash() {
    int sold = pieces == null ? PIECES : pieces;
    double beside = normal == null ? NORMAL : normal;
    int serving = nodes == null ? NODES : nodes;
    int killed = kills == null ? 0 : kills;
    require(sold >= 1 && sold <= 1_000_000, "--pieces must be 1 to 1000000");
    require(beside > 0 && beside <= 1_000_000, "--normal must be above 0 and at most 1000000");
    require(serving >= 1 && serving <= 2, "--nodes must be 1 or 2");
    require(killed >= 0 && killed <= 10_000, "--kills must be 0 to 10000");
    return new Plan.Flash(sold, beside, serving, killed);
  }

  /** What means nothing to what is run must not seem to have been heeded. */
  private void requireHeeded(Set<Asked> heeded) {
    for (Asked asked : Asked.values()) {
      if (heeded.contains(asked) || !isGiven(asked)) {
        continue;
      }
      if (asked.isTaken()) {
        System.err.println("bench: " + asked.option() + " means nothing to " + what);
      } else {
        String who = whoHeeds(asked);
        throw wrong(
            who.isEmpty()
                ? asked.option() + " can't be heeded beside what else is asked for"
                : asked.option() + " is for " + who + ", not for " + what);
      }
    }
  }

  private boolean isGiven(Asked asked) {
    return spec != null && spec.commandLine().getParseResult().hasMatchedOption(asked.option());
  }

  /** The benches that would heed it, asked for all the rest. */
  private String whoHeeds(Asked asked) {
    return scenarios.all().stream()
        .filter(scenario -> scenario.heeds(plan(scenario.defaults())).contains(asked))
        .map(Scenario::name)
        .collect(Collectors.joining(", "));
  }

  private void requireAble(Scenario scenario, Plan plan) {
    scenario
        .refusal(plan)
        .or(() -> url == null ? scenario.refusalOfItsOwn(plan) : Optional.empty())
        .ifPresent(why -> {
          throw wrong(why);
        });
  }

  private Load.Pace pace(Defaults usual) {
    if (rate == null) {
      return usual.rate() == 0 ? new Load.AsAnswered() : new Load.AtRate(usual.rate());
    }
    if (rate.equals("max")) {
      return new Load.AsAnswered();
    }
    try {
      return new Load.AtRate(Double.parseDouble(rate));
    } catch (IllegalArgumentException e) {
      throw wrong("--rate must be max or a number above 0");
    }
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
