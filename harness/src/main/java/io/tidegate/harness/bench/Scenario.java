package io.tidegate.harness.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One thing that can be measured: it prepares a system, puts a load on it and verifies. */
public interface Scenario {
  /** Its name on the command line. */
  String name();

  /** One line that says what it measures, and what {@code --orders} means to it. */
  String purpose();

  Defaults defaults();

  /** The options that mean something to it, so planned: any other could not be heeded. */
  Set<Asked> heeds(Plan plan);

  /** Keys that it sets itself, or can't do with: a {@code --set} of them could not be heeded. */
  default List<String> sets(Plan plan) {
    return Bench.SETS;
  }

  /**
   * Whether it measures a system of its own only: what it has to set can't be set in one that runs.
   */
  default boolean needsItsOwn(Plan plan) {
    return !Bench.SETS.containsAll(sets(plan));
  }

  /** How many loads of the plan's length it runs, the warm-up left out. */
  default int loads(Plan plan) {
    return 1;
  }

  /** Why it can't do what it is asked for; empty where it can. */
  default Optional<String> refusal(Plan plan) {
    return Optional.empty();
  }

  /** The same for what it does on a system of its own and on no other. */
  default Optional<String> refusalOfItsOwn(Plan plan) {
    return Optional.empty();
  }

  /** Ends what was begun without having been asked whether it can. */
  static void requireAble(Scenario scenario, Plan plan) throws BenchFailure {
    Optional<String> refused = scenario.refusal(plan);
    if (refused.isPresent()) {
      throw new BenchFailure(refused.get());
    }
  }

  /** Runs it to its report. */
  Report run(Bench bench) throws BenchFailure, IOException, InterruptedException;
}
