package io.tidegate.harness.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The command line of the product, which benches and trials start the system with.
 *
 * @param built whether what is built is run, as it is, and not built first
 */
public record Launcher(Path script, boolean built) {
  private static final String STARTED_US = "tidegate.launcher";
  private static final Duration TOKENS_MAX = Duration.ofMinutes(10);
  private static final int TAIL_LINES = 15;

  /**
   * Whoever was started by the launcher runs what it has built: all parts of a bench are of one
   * build, whatever is edited meanwhile.
   */
  public Launcher(Path script) {
    this(script, System.getProperty(STARTED_US) != null);
  }

  /**
   * The launcher that the system property names, else the one found upwards from the current
   * folder.
   */
  public static Launcher find() throws BenchFailure {
    String named = System.getProperty(STARTED_US);
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

  /** Starts a system on this data folder; what it tells on the way goes to the log. */
  public Process serve(Path data, List<String> settings, Path log) throws BenchFailure {
    return serve(data, 0, settings, log);
  }

  /** The same, on this port; 0 takes a free one. */
  Process serve(Path data, int port, List<String> settings, Path log) throws BenchFailure {
    List<String> arguments =
        new ArrayList<>(
            List.of("serve", "--data", data.toString(), "--port", Integer.toString(port)));
    settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    return start(arguments, log);
  }

  /** Starts a command of the product that runs until it is ended. */
  Process start(List<String> arguments, Path log) throws BenchFailure {
    try {
      return command(arguments).redirectError(log.toFile()).start();
    } catch (IOException e) {
      throw new BenchFailure("the launcher does not start: " + e.getMessage(), e);
    }
  }

  /** Has tokens made for the users 1 to {@code users}, one a line. */
  void tokens(Path data, int users, Path out) throws BenchFailure, InterruptedException {
    run(
        List.of(
            "token", "--users", "1-" + users, "--out", out.toString(), "--data", data.toString()),
        TOKENS_MAX);
  }

  /**
   * What a command of the product came to.
   *
   * @param out what it printed
   * @param log the lines that it told on the way
   */
  public record Ended(int code, String out, List<String> log) {
    /** Fails unless the command did what it was told. */
    Ended done(String command) throws BenchFailure {
      if (code != 0) {
        throw new BenchFailure(command + " ended with " + code + ": " + tail());
      }
      return this;
    }

    /** The last lines that it told, for an error. */
    public String tail() {
      return last(log);
    }
  }

  /** Runs a command of the product to its end; fails unless it exits with 0. */
  public String run(List<String> arguments, Duration within)
      throws BenchFailure, InterruptedException {
    return end(arguments, within).done(arguments.getFirst()).out();
  }

  /**
   * Runs a command of the product to its end, whatever that is. Neither it nor what it printed
   * outlives who started it, be the bench broken off.
   */
  public Ended end(List<String> arguments, Duration within)
      throws BenchFailure, InterruptedException {
    String name = arguments.getFirst();
    try {
      Path folder = Files.createTempDirectory("tidegate-" + name + "-");
      Path out = folder.resolve("out");
      Path log = folder.resolve("log");
      Swept swept = new Swept(folder);
      try {
        Process process = swept.start(() -> started(arguments, out, log));
        awaitEnd(process, name, within);
        return new Ended(process.exitValue(), Files.readString(out), lines(log));
      } finally {
        swept.done();
        Folders.sweep(folder);
      }
    } catch (IOException e) {
      throw new BenchFailure(name + " does not run: " + e.getMessage(), e);
    }
  }

  /** To files: who reads a pipe to its end waits for as long as the command likes. */
  private Process started(List<String> arguments, Path out, Path log) throws BenchFailure {
    try {
      return command(arguments).redirectOutput(out.toFile()).redirectError(log.toFile()).start();
    } catch (IOException e) {
      throw new BenchFailure("the launcher does not start: " + e.getMessage(), e);
    }
  }

  private static void awaitEnd(Process process, String name, Duration within)
      throws BenchFailure, InterruptedException {
    try {
      if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new BenchFailure(name + " took longer than " + within.toSeconds() + " s");
      }
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Takes a hook back. Returns whether it was in time: else the program ends already, and the hook
   * does what we would have done.
   */
  public static boolean unhook(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      return false;
    }
  }

  /** A command of the product, to be started. */
  public ProcessBuilder command(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    if (built) {
      builder.environment().put("TIDEGATE_NO_BUILD", "1");
    }
    return builder;
  }

  /** The commit that the launcher's folder stands at, when git knows. */
  public Optional<String> commit() {
    try {
      Path folder = script.toAbsolutePath().getParent();
      if (folder == null) {
        return Optional.empty();
      }
      Process git =
          new ProcessBuilder("git", "rev-parse", "HEAD")
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String commit =
          new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      return commit.matches("[0-9a-f]{40,64}") ? Optional.of(commit) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // No git, no commit.
    }
  }

  /** The commit of the program that is run, where it is known. */
  static Optional<String> commitOf() {
    try {
      return find().commit();
    } catch (BenchFailure e) {
      return Optional.empty(); // Without the launcher nobody knows.
    }
  }

  /** The last lines of a log, for an error. */
  static String tail(Path log) {
    return last(lines(log));
  }

  private static String last(List<String> lines) {
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  private static List<String> lines(Path log) {
    try {
      return List.copyOf(Files.readAllLines(log));
    } catch (IOException e) {
      return List.of("(no log)");
    }
  }
}
