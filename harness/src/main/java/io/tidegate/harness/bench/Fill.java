package io.tidegate.harness.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Large states, which the product's own {@code fill} makes. */
final class Fill {
  /** More than that {@code fill} makes at no time. */
  static final long ORDERS_MAX = 200_000_000;

  private static final Duration FILL_MAX = Duration.ofHours(2);

  private Fill() {}

  /**
   * Fills in orders of past months.
   *
   * @param users who have them, numbers 1 to this
   * @param seed another one for each call: a wish that was broken off goes on, one that is done is
   *     made again, and of the same seed with the same choices
   */
  static void past(Bench bench, SystemUnderTest system, long orders, int users, int seed)
      throws BenchFailure, InterruptedException {
    if (orders <= 0) {
      return;
    }
    bench.say("filling in " + orders + " orders");
    fill(system, orders, seed, List.of("--users", Integer.toString(users)));
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
    fill(system, orders, seed, arguments);
  }

  private static void fill(SystemUnderTest system, long orders, int seed, List<String> more)
      throws BenchFailure, InterruptedException {
    Path data =
        system
            .data()
            .orElseThrow(() -> new BenchFailure("filling needs the data folder: --data DIR"));
    fill(Launcher.find(), data, orders, seed, more);
  }

  /**
   * Has orders made in the system of a data folder.
   *
   * @throws BenchFailure it was not done, with the command's last lines
   */
  static void fill(Launcher launcher, Path data, long orders, int seed, List<String> more)
      throws BenchFailure, InterruptedException {
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
    launcher.run(arguments, FILL_MAX);
  }
}
