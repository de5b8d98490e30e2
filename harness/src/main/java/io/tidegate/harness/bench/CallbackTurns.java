package io.tidegate.harness.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The loads of a callback bench in their order. Each is prepared and begun in the same way, and
 * none whose downstreams are well runs beside what the ones before have left to them, the warm-up
 * included.
 */
final class CallbackTurns {
  private final Steps steps;
  private final Quiet quiet;

  /** What turns are made of. */
  interface Steps extends Quiet.Work {
    /** Places the orders, and starts the payments, that a load of this length is of. */
    void prepare(Duration length) throws IOException, BenchFailure;

    /**
     * Runs a load of what was prepared; returns its p99.
     *
     * @param counted whether it is held against the database
     */
    double load(String phase, Duration length, boolean counted)
        throws IOException, BenchFailure, InterruptedException;

    /** What was sent so far is none of what is judged. */
    void forget();

    /** Every downstream answers after 30 s. */
    void stall() throws IOException, BenchFailure, InterruptedException;

    /** Every downstream answers as usual. */
    void heal() throws IOException, BenchFailure, InterruptedException;
  }

  /**
   * The p99 of two loads.
   *
   * @param well with every downstream well
   * @param stalled with every downstream at 30 s
   */
  record Pair(double well, double stalled) {}

  /**
   * Of a system that has had no load yet.
   *
   * @param quietMax so long it is waited for what loads have left
   */
  CallbackTurns(Steps steps, Duration quietMax) {
    this.steps = steps;
    this.quiet = new Quiet(Quiet.Kind.DOWNSTREAM, steps, quietMax);
  }

  /** The same load as the others, of which nothing is told. */
  void warmUp(Duration length) throws IOException, BenchFailure, InterruptedException {
    load("warm-up", length, false);
    steps.forget();
    steps.drain();
  }

  /** A load whose downstreams are well and that is held against the database; returns its p99. */
  double counted(String phase, Duration length)
      throws IOException, BenchFailure, InterruptedException {
    quiet.settle();
    return load(phase, length, true);
  }

  /** So many of each kind by turns, of which the last one is counted. */
  List<Pair> pairs(int pairs, Duration length)
      throws IOException, BenchFailure, InterruptedException {
    List<Pair> all = new ArrayList<>();
    while (all.size() < pairs) {
      // Before the well one only: what that one leaves is what comes to a stalled carrier.
      quiet.settle();
      double well = load("all well", length, false);
      steps.stall();
      double stalled =
          all.size() < pairs - 1
              ? load("all at 30 s", length, false)
              : load("all at 30 s, counted", length, true);
      steps.heal();
      all.add(new Pair(well, stalled));
    }
    return List.copyOf(all);
  }

  /**
   * Tells the most that was left beside a load whose downstreams were well; returns why nothing is
   * judged where something was, or nobody knows.
   */
  String left(Report report) {
    return quiet.hidden(report);
  }

  private double load(String phase, Duration length, boolean counted)
      throws IOException, BenchFailure, InterruptedException {
    steps.prepare(length);
    steps.drain();
    return steps.load(phase, length, counted);
  }
}
