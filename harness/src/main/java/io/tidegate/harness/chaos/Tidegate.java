package io.tidegate.harness.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
  private static final Duration COMMAND_MAX = Duration.ofMinutes(10);

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
        List.of(0));
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
            List.of(0))
        .strip();
  }

  /** What the auditor says now. */
  JsonNode audit(Path data, boolean full) throws ChaosFailure, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("audit", "--json", "--data", data.toString()));
    if (full) {
      arguments.add("--full");
    }
    String out = run(arguments, List.of(0, 3));
    try {
      return JsonMapper.shared().readTree(out);
    } catch (JacksonException e) {
      throw new ChaosFailure("the audit printed no JSON: " + out, e);
    }
  }

  private String run(List<String> arguments, List<Integer> fine)
      throws ChaosFailure, InterruptedException {
    try {
      Path errors = Files.createTempFile("tidegate-chaos-", ".err");
      try {
        Process process = command(arguments).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(COMMAND_MAX.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new ChaosFailure(arguments.getFirst() + " took longer than " + COMMAND_MAX);
        }
        if (!fine.contains(process.exitValue())) {
          throw new ChaosFailure(arguments.getFirst() + " failed: " + tail(errors));
        }
        return out;
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new ChaosFailure(arguments.getFirst() + " does not start: " + e.getMessage(), e);
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
