package io.tidegate.harness.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The loads of a faults bench in their order. None that finds all well runs beside what the ones
 * before have left, the warm-up included: it would be the slower one, whatever faults do.
 */
final class FaultsTurns {
  private final Steps steps;
  private final Quiet quiet;

  /** What turns are made of. */
  interface Steps extends Quiet.Work {
    /** Runs a load; returns the p99 of placing. */
    double load(String phase, Duration length) throws IOException, BenchFailure;

    /** What was placed so far is none of what is judged. */
    void forget();

    /** Every provider answers after 30 s. */
    void stall() throws IOException, BenchFailure, InterruptedException;

    /** Every provider, stalled until now, fails. */
    void fail() throws IOException, BenchFailure, InterruptedException;

    /** Every provider answers as usual, and is asked again. */
    void heal() throws IOException, BenchFailure, InterruptedException;
  }

  /** The p99 of placing with every provider well, at 30 s, and failing. */
  record Turn(double well, double stalled, double failing) {}

  /**
   * Of a system that has had no load yet.
   *
   * @param quietMax so long it is waited for what loads have left
   */
  FaultsTurns(Steps steps, Duration quietMax) {
    this.steps = steps;
    this.quiet = new Quiet(Quiet.Kind.ALL, steps, quietMax);
  }

  /** The same load as the others, of which nothing is told. */
  void warmUp(Duration length) throws IOException, BenchFailure, InterruptedException {
    steps.load("warm-up", length);
    steps.forget();
    steps.drain();
  }

  /** So many loads of each kind. */
  List<Turn> turns(int turns, Duration length)
      throws IOException, BenchFailure, InterruptedException {
    List<Turn> all = new ArrayList<>();
    while (all.size() < turns) {
      // Before the well one only: what that one leaves is what comes to those who are ill.
      quiet.settle();
      double well = steps.load("all well", length);
      steps.stall();
      double stalled = steps.load("all at 30 s", length);
      steps.fail();
      double failing = steps.load("all fail", length);
      steps.heal();
      all.add(new Turn(well, stalled, failing));
    }
    return List.copyOf(all);
  }

  /**
   * Tells the most that was left beside a load that found all well; returns why nothing is judged
   * where something was, or nobody knows.
   */
  String left(Report report) {
    return quiet.hidden(report);
  }
}
