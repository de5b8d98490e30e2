package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.LoadGenerator;
import io.tidegate.harness.load.Tally;
import io.tidegate.harness.load.Traffic;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a scenario works with: its plan, a system to measure, loads, and the report it fills. */
public final class Bench {
  /** An answer that takes longer leaves its request's outcome unknown. */
  static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

  /** What every system of a bench's own has of it. */
  static final List<String> SETS = List.of("demo.skus", "http.limit-per-user");

  private static final long SEED = 1;

  /**
   * So many SKUs at least has a system of a bench's own: with fewer it takes its goods for the
   * demo's, of which there are a few hundred pieces each.
   */
  static final int SKUS_MIN = 1_001;

  private final Plan plan;
  private final Target target;
  private final Progress.Phases phases;
  private final SplittableRandom random = new SplittableRandom(SEED);

  /** Which system is measured. */
  public sealed interface Target {
    /**
     * One that is started for it.
     *
     * @param settings beside those that the scenario needs
     */
    record Own(List<String> settings) implements Target {}

    /** One that runs. */
    record Running(URI api, @Nullable Path data, @Nullable String database, @Nullable Path tokens)
        implements Target {}
  }

  Bench(Plan plan, Target target, Progress.Phases phases) {
    this.plan = plan;
    this.target = target;
    this.phases = phases;
  }

  public Plan plan() {
    return plan;
  }

  /** Whether the system is one that the bench starts, and may do anything to. */
  boolean ownSystem() {
    return target instanceof Target.Own;
  }

  /**
   * The system to measure; the caller closes it.
   *
   * @param needed settings without which the scenario means nothing
   */
  public SystemUnderTest system(String... needed)
      throws BenchFailure, IOException, InterruptedException {
    return switch (target) {
      case Target.Own(List<String> settings) -> {
        say("starting a system");
        yield SystemUnderTest.start(Launcher.find(), own(plan, settings, needed), plan.users());
      }
      case Target.Running(URI api, Path data, String database, Path tokens) -> {
        if (needed.length > 0) {
          throw new BenchFailure(
              "this bench needs a system of its own, without --url: it sets "
                  + String.join(", ", needed));
        }
        yield SystemUnderTest.running(api, data, database, tokens, plan.users());
      }
    };
  }

  /** What a system of its own is started with; of its goods only those of the plan are ordered. */
  static List<String> own(Plan plan, List<String> settings, String... needed) {
    List<String> all = new ArrayList<>();
    all.add("demo.skus=" + Math.max(plan.goods().skus(), SKUS_MIN));
    all.add("http.limit-per-user=0");
    all.addAll(List.of(needed));
    all.addAll(settings);
    return all;
  }

  /** What a system of its own is started with beside what the scenario needs; else nothing. */
  List<String> settings() {
    return switch (target) {
      case Target.Own(List<String> settings) -> settings;
      case Target.Running _ -> List.of();
    };
  }

  /** The keys that a scenario sets with those that all do. */
  static List<String> setsAnd(String... own) {
    return Stream.concat(SETS.stream(), Stream.of(own)).toList();
  }

  /**
   * One more node of the measured system, with the settings that it was asked to have; the caller
   * closes it before that.
   *
   * @param needed settings without which the scenario means nothing
   */
  SystemUnderTest node(Launcher launcher, SystemUnderTest first, String... needed)
      throws BenchFailure, IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(needed));
    all.addAll(settings());
    return first.startNode(launcher, all);
  }

  /** Tells on standard error how far it is. */
  public void say(String what) {
    phases.say(what);
  }

  Customers customers(SystemUnderTest system) throws BenchFailure {
    List<String> all = system.tokens();
    return new Customers(
        system.api().getRawAuthority(), all.subList(0, Math.min(all.size(), plan.users())));
  }

  /** The SKUs that the system sells, as many as the plan wants. */
  List<String> skus(SystemUnderTest system) throws BenchFailure, InterruptedException {
    List<String> skus = Catalogue.skus(system.api(), plan.goods().skus());
    if (skus.size() < plan.goods().lines()) {
      throw new BenchFailure("the system sells fewer SKUs than an order has lines");
    }
    return skus;
  }

  Basket basket(List<String> skus, Skew skew) {
    return new Basket(skus, plan.goods().lines(), skew, random.split());
  }

  SplittableRandom random() {
    return random.split();
  }

  /** Puts a load on the targets. */
  public Tally load(
      String phase, List<URI> targets, Load.Pace pace, Duration length, Traffic traffic)
      throws IOException {
    return load(phase, targets, plan.connections(), pace, length, traffic);
  }

  /** The same over another number of connections. */
  Tally load(
      String phase,
      List<URI> targets,
      int connections,
      Load.Pace pace,
      Duration length,
      Traffic traffic)
      throws IOException {
    Load load =
        new Load(
            targets.stream().map(Bench::address).toList(),
            connections,
            pace,
            length,
            ANSWER_WITHIN);
    try (Progress progress = phases.begin(phase, length)) {
      return LoadGenerator.run(load, traffic, progress::answered);
    }
  }

  static InetSocketAddress address(URI uri) {
    return new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
  }
}
