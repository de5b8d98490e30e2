package io.tidegate.harness.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line of the product, which the benches start the system with. */
record Launcher(Path script) {
  private static final long TOKENS_SECONDS_MAX = 600;

  /**
   * The launcher that the system property names, else the one found upwards from the current
   * folder.
   */
  static Launcher find() throws BenchFailure {
    String named = System.getProperty("tidegate.launcher");
    if (named != null) {
      return new Launcher(Path.of(named));
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path script = folder.resolve("tidegate");
      if (Files.isRegularFile(script) && Files.isExecutable(script)) {
        return new Launcher(script);
      }
    }
    throw new BenchFailure("the launcher ./tidegate was not found; -Dtidegate.launcher names it");
  }

  Process serve(Path data, List<String> settings, Path log) throws BenchFailure {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(script.toString(), "serve", "--data", data.toString(), "--port", "0"));
    settings.forEach(setting -> command.addAll(List.of("--set", setting)));
    try {
      return new ProcessBuilder(command).redirectError(log.toFile()).start();
    } catch (IOException e) {
      throw new BenchFailure("the launcher does not start: " + e.getMessage(), e);
    }
  }

  /** Has tokens made for the users 1 to {@code users}, one a line. */
  void tokens(Path data, int users, Path out) throws BenchFailure, InterruptedException {
    List<String> command =
        List.of(
            script.toString(),
            "token",
            "--users",
            "1-" + users,
            "--out",
            out.toString(),
            "--data",
            data.toString());
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.to(new File(out + ".log")))
              .start();
      if (!process.waitFor(TOKENS_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new BenchFailure("making tokens took longer than " + TOKENS_SECONDS_MAX + " s");
      }
      if (process.exitValue() != 0) {
        throw new BenchFailure("tokens cannot be made: " + tail(Path.of(out + ".log")));
      }
    } catch (IOException e) {
      throw new BenchFailure("tokens cannot be made: " + e.getMessage(), e);
    }
  }

  /** The commit that the launcher's folder stands at, when git knows. */
  java.util.Optional<String> commit() {
    try {
      Path folder = script.toAbsolutePath().getParent();
      if (folder == null) {
        return java.util.Optional.empty();
      }
      Process git =
          new ProcessBuilder("git", "rev-parse", "HEAD")
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String commit =
          new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
              .trim();
      return commit.matches("[0-9a-f]{40,64}")
          ? java.util.Optional.of(commit)
          : java.util.Optional.empty();
    } catch (IOException e) {
      return java.util.Optional.empty(); // No git, no commit.
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
