package io.tidegate.harness.chaos;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What kills, races and long runs have in common: dice, a system of their own, and what becomes of
 * it.
 */
final class TrialOptions {
  static final int CUSTOMERS = 500;
  private static final int BROKEN = 3;
  private static final int COULD_NOT_RUN = 1;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(names = "--seed", description = "Seed of all dice; by default another each time.")
  private @Nullable Long seed;

  @Option(
      names = "--keep",
      description = {
        "Leave the system's folder when something is broken, when it could not run,",
        "and when it is broken off."
      })
  private boolean keep;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  /** What a trial found, as people and as programs read it. */
  interface Report {
    String table();

    String json(Instant startedAt, Optional<String> version);

    /** Whether nothing was lost, doubled or broken. */
    boolean good();
  }

  /** One trial on a system that was just started. */
  @FunctionalInterface
  interface Trial {
    Report run(Tidegate tidegate, Rig rig, long dice)
        throws ChaosFailure, InterruptedException, IOException, SQLException;
  }

  /** What a system is started with, given the dice, and whether {@link Rig} keeps its folder. */
  @FunctionalInterface
  interface Start {
    Rig rig(Tidegate tidegate, long dice, boolean keep) throws ChaosFailure, InterruptedException;
  }

  /** Starts a system as kills and races want it, tries it, tells of it, and ends it. */
  int run(Trial trial) throws InterruptedException, IOException {
    List<String> settings = List.of("demo.skus=2000");
    return run((tidegate, _, kept) -> new Rig(tidegate, settings, Rig.Pace.QUICK, kept), trial);
  }

  /** Starts a system, tries it, tells of it, and ends it. Returns the exit code. */
  int run(Start start, Trial trial) throws InterruptedException, IOException {
    long dice = seed == null ? System.nanoTime() : seed;
    Instant started = Instant.now();
    try {
      Tidegate tidegate = Tidegate.find();
      tell("starting a system; seed " + dice);
      Rig rig = start.rig(tidegate, dice, keep);
      boolean broken = true;
      try {
        Report report = trial.run(tidegate, rig, dice);
        System.out.println(json ? report.json(started, rig.version()) : report.table());
        broken = !report.good();
      } catch (SQLException e) {
        throw new ChaosFailure("the database session cannot be closed: " + e.getMessage(), e);
      } finally {
        rig.end(keep && broken);
        if (keep && broken) {
          tell("the system's folder is " + rig.folder());
        }
      }
      return broken ? BROKEN : 0;
    } catch (ChaosFailure e) {
      tell("could not run: " + e.getMessage());
      return COULD_NOT_RUN;
    }
  }

  static List<String> customers(Tidegate tidegate, Rig rig)
      throws ChaosFailure, InterruptedException {
    return tidegate.customers(rig.data(), CUSTOMERS, rig.folder().resolve("tokens"));
  }

  /** Says how far it is. */
  void tell(String line) {
    System.err.println((spec == null ? "" : spec.name() + ": ") + line);
  }

  /** What stands before the trial's name is the benches', and would seem to have been heeded. */
  void requireNothingBefore() {
    if (spec == null || spec.parent() == null) {
      return;
    }
    for (ArgSpec given : spec.parent().commandLine().getParseResult().matchedArgs()) {
      String name = given instanceof OptionSpec option ? option.longestName() : given.paramLabel();
      require(
          false,
          "%s must not stand before %s: its own options follow it".formatted(name, spec.name()));
    }
  }

  void require(boolean holds, String message) {
    if (!holds && spec != null) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
