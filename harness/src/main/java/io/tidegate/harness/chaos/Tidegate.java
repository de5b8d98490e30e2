package io.tidegate.harness.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The product's command line. */
record Tidegate(Path launcher) {
  private static final Duration TOKENS_MAX = Duration.ofMinutes(10);

  /** After a long run it has every row of millions of orders to read. */
  private static final Duration AUDIT_MAX = Duration.ofMinutes(30);

  /** The launcher that started this program, else the one found upwards from the current folder. */
  static Tidegate find() throws ChaosFailure {
    String named = System.getProperty("tidegate.launcher");
    if (named != null) {
      return new Tidegate(Path.of(named));
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path script = folder.resolve("tidegate");
      if (Files.isRegularFile(script) && Files.isExecutable(script)) {
        return new Tidegate(script);
      }
    }
    throw new ChaosFailure("the launcher ./tidegate was not found; -Dtidegate.launcher names it");
  }

  /** A command of it. What is built is run: a build would take longer than a restart may. */
  ProcessBuilder command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TIDEGATE_NO_BUILD", "1");
    return builder;
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
   * @param max it is killed then
   */
  String run(List<String> arguments, List<Integer> fine, Duration max)
      throws ChaosFailure, InterruptedException {
    String name = arguments.getFirst();
    try {
      Path out = Files.createTempFile("tidegate-" + name + "-", ".out");
      Path errors = Files.createTempFile("tidegate-" + name + "-", ".err");
      try {
        // To a file: who reads a pipe to its end waits for as long as the command likes.
        Process process =
            command(arguments).redirectOutput(out.toFile()).redirectError(errors.toFile()).start();
        awaitEnd(process, name, max, List.of(out, errors));
        if (!fine.contains(process.exitValue())) {
          throw new ChaosFailure(name + " failed: " + tail(errors));
        }
        return Files.readString(out);
      } finally {
        delete(List.of(out, errors));
      }
    } catch (IOException e) {
      throw new ChaosFailure(name + " does not run: " + e.getMessage(), e);
    }
  }

  /** A command never outlives who started it, also where a trial is broken off. */
  private static void awaitEnd(Process process, String name, Duration max, List<Path> files)
      throws ChaosFailure, InterruptedException {
    Thread hook =
        new Thread(() -> {
          process.destroyForcibly();
          delete(files);
        });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      process.getOutputStream().close();
      if (!process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ChaosFailure(name + " took longer than " + max);
      }
    } catch (IOException e) {
      throw new ChaosFailure(name + " does not run: " + e.getMessage(), e);
    } finally {
      process.destroyForcibly();
      unhook(hook);
    }
  }

  /** Takes a hook back. Returns whether it was in time: else the machine is going down. */
  static boolean unhook(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static void delete(List<Path> files) {
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // It is a temporary file: nothing depends on its being gone.
      }
    }
  }

  /** The last lines of a log, for an error. */
  static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    } catch (IOException e) {
      return "(no log)";
    }
  }
}
