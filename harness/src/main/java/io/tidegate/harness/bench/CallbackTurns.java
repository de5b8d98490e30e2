package io.tidegate.harness.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loads of a callback bench in their order. Each is prepared and begun in the same way, and
 * none whose downstreams are well runs beside what the ones before have left to them, the warm-up
 * included.
 */
final class CallbackTurns {
  private final Steps steps;
  private final Quiet quiet;

  /** What turns are made of. */
  interface Steps {
    /** Parcels and messages that are under way, where that is told. */
    Optional<Long> open();

    /** Waits until relay and consumers have done what was asked for. */
    void drain() throws InterruptedException;

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

    /** Tells how far it is. */
    void say(String what);
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
    this.quiet = new Quiet(steps::open, quietMax);
  }

  /** The same load as the others, of which nothing is told. */
  void warmUp(Duration length) throws IOException, BenchFailure, InterruptedException {
    load("warm-up", length, false);
    steps.forget();
    steps.drain();
  }

  /** A load that is held against the database; returns its p99. */
  double counted(String phase, Duration length)
      throws IOException, BenchFailure, InterruptedException {
    return load(phase, length, true);
  }

  /** So many of each kind by turns, of which the last one is counted. */
  List<Pair> pairs(int pairs, Duration length)
      throws IOException, BenchFailure, InterruptedException {
    List<Pair> all = new ArrayList<>();
    while (all.size() < pairs) {
      // Before the well one only: what that one leaves is what comes to a stalled carrier.
      settle();
      double well = load("all well", length, false);
      steps.stall();
      double stalled =
          all.size() < pairs - 1
              ? load("all at 30 s", length, false)
              : counted("all at 30 s, counted", length);
      steps.heal();
      all.add(new Pair(well, stalled));
    }
    return List.copyOf(all);
  }

  /** The most that was left beside a well load, where that is told of each. */
  Optional<Long> leftMost() {
    return quiet.leftMost();
  }

  private double load(String phase, Duration length, boolean counted)
      throws IOException, BenchFailure, InterruptedException {
    steps.prepare(length);
    steps.drain();
    return steps.load(phase, length, counted);
  }

  /** Waits until what loads have left is done: a well one would do it beside its own. */
  private void settle() throws InterruptedException {
    steps.say("waiting for parcels and messages");
    steps.drain();
    String left = quiet.await().map(String::valueOf).orElse("unknown");
    if (!left.equals("0")) {
      steps.say("parcels and messages that are waited for no longer: " + left);
    }
  }
}
