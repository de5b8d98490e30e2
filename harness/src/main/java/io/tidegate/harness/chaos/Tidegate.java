package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.BenchFailure;
import io.tidegate.harness.bench.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The product's command line, as trials use it. What is built is run: a build would take longer
 * than a restart may.
 */
record Tidegate(Launcher launcher) {
  private static final Duration TOKENS_MAX = Duration.ofMinutes(10);

  /** After a long run it has every row of millions of orders to read. */
  private static final Duration AUDIT_MAX = Duration.ofMinutes(30);

  Tidegate(Path script) {
    this(new Launcher(script, true));
  }

  /** The launcher that started this program, else the one found upwards from the current folder. */
  static Tidegate find() throws ChaosFailure {
    try {
      return new Tidegate(Launcher.find().script());
    } catch (BenchFailure e) {
      throw new ChaosFailure(String.valueOf(e.getMessage()), e);
    }
  }

  /** A command of it, to be started. */
  ProcessBuilder command(List<String> arguments) {
    return launcher.command(arguments);
  }

  /** The tokens of the customers 1 to {@code users}. */
  List<String> customers(Path data, int users, Path out) throws ChaosFailure, InterruptedException {
    run(
        List.of(
            "token", "--users", "1-" + users, "--out", out.toString(), "--data", data.toString()),
        List.of(0),
        TOKENS_MAX);
    try {
      return Files.readAllLines(out).stream().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new ChaosFailure("the tokens cannot be read: " + e.getMessage(), e);
    }
  }

  /** A token of the staff. */
  String staff(Path data) throws ChaosFailure, InterruptedException {
    return staff(data, "ann");
  }

  /** A token of one of the staff, who may do everything. */
  String staff(Path data, String name) throws ChaosFailure, InterruptedException {
    return run(
            List.of("token", "--staff", "admin", "--name", name, "--data", data.toString()),
            List.of(0),
            TOKENS_MAX)
        .strip();
  }

  /** What the auditor says now. */
  JsonNode audit(Path data, boolean full) throws ChaosFailure, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("audit", "--json", "--data", data.toString()));
    if (full) {
      arguments.add("--full");
    }
    String out = run(arguments, List.of(0, 3), AUDIT_MAX);
    try {
      return JsonMapper.shared().readTree(out);
    } catch (JacksonException e) {
      throw new ChaosFailure("the audit printed no JSON: " + out, e);
    }
  }

  /**
   * Runs a command to its end and returns what it printed.
   *
   * @param fine exit codes that are no failure
   * @param max it is ended then
   */
  String run(List<String> arguments, List<Integer> fine, Duration max)
      throws ChaosFailure, InterruptedException {
    try {
      Launcher.Ended ended = launcher.end(arguments, max);
      if (!fine.contains(ended.code())) {
        throw new ChaosFailure(arguments.getFirst() + " failed: " + ended.tail());
      }
      return ended.out();
    } catch (BenchFailure e) {
      throw new ChaosFailure(String.valueOf(e.getMessage()), e);
    }
  }
}
