package io.tidegate.harness.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Large states, which the product's own {@code fill} makes; small ones can be placed one by one.
 */
final class Fill {
  private static final Duration FILL_MAX = Duration.ofHours(2);
  private static final long PLACED_MAX = 200_000;
  private static final int USAGE = 2;

  private Fill() {}

  /**
   * Fills in orders of past months.
   *
   * @param users who have them, numbers 1 to this
   * @param seed another one for each call, for the same wish twice is done once
   */
  static void past(
      Bench bench, SystemUnderTest system, Paying paying, long orders, int users, int seed)
      throws BenchFailure, IOException, InterruptedException {
    if (orders <= 0) {
      return;
    }
    bench.say("filling in " + orders + " orders");

    if (fill(system, orders, seed, List.of("--users", Integer.toString(users)))) {
      return;
    }
    if (orders > PLACED_MAX) {
      throw new BenchFailure(
          "this program has no fill yet, and "
              + orders
              + " orders are too many to place one by one; try --orders "
              + PLACED_MAX
              + " or fewer");
    }
    bench.say("this program has no fill yet: placing them one by one");
    paying.unpaid(orders, false);
  }

  /** Fills in orders that nobody has paid and that fall due long after the bench. */
  static void unpaid(Bench bench, SystemUnderTest system, long orders, int seed)
      throws BenchFailure, InterruptedException {
    unpaid(bench, system, orders, seed, List.of());
  }

  /** The same of users 1 to this number. */
  static void unpaid(Bench bench, SystemUnderTest system, long orders, int users, int seed)
      throws BenchFailure, InterruptedException {
    unpaid(bench, system, orders, seed, List.of("--users", Integer.toString(users)));
  }

  private static void unpaid(
      Bench bench, SystemUnderTest system, long orders, int seed, List<String> more)
      throws BenchFailure, InterruptedException {
    if (orders <= 0) {
      return;
    }
    bench.say("filling in " + orders + " unpaid orders");
    List<String> arguments = new ArrayList<>(List.of("--unpaid", Long.toString(orders)));
    arguments.addAll(more);
    if (!fill(system, orders, seed, arguments)) {
      throw new BenchFailure("this program has no fill yet, and orders that wait are its to make");
    }
  }

  /** Returns whether the program knows how to. */
  private static boolean fill(SystemUnderTest system, long orders, int seed, List<String> more)
      throws BenchFailure, InterruptedException {
    Path data =
        system
            .data()
            .orElseThrow(() -> new BenchFailure("filling needs the data folder: --data DIR"));
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(
            "fill",
            "--data",
            data.toString(),
            "--orders",
            Long.toString(orders),
            "--seed",
            Integer.toString(seed),
            "--settled",
            "--yes"));
    arguments.addAll(more);
    Launcher.Ended ended = Launcher.find().end(arguments, FILL_MAX);
    if (ended.code() == USAGE) {
      return false;
    }
    ended.done("fill");
    return true;
  }
}
