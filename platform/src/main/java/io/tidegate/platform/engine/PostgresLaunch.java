package io.tidegate.platform.engine;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** How one start of the postmaster went. */
sealed interface PostgresLaunch {
  /** It takes connections. */
  record Ready(Process process) implements PostgresLaunch {}

  /** It ended, or was ended, before that. */
  record Failed(Cause cause, String line) implements PostgresLaunch {}

  /** Why a start failed, as far as it matters to what we do next. */
  enum Cause {
    /** Somebody else listens on the port. */
    PORT_TAKEN,
    /** Sessions of a killed postmaster haven't noticed yet that it is gone. */
    SESSIONS_LEFT,
    /** Whoever asked doesn't want it any more. */
    UNWANTED,
    OTHER
  }

  /** Recovery after a crash may read a lot of log; it is waited for while it says that it works. */
  Duration START_MAX = Duration.ofMinutes(10);

  Duration TELL_EVERY = Duration.ofSeconds(5);
  int TROUBLE_CHARACTERS_MAX = 400;

  /**
   * Starts a postmaster on a data directory that nobody uses, and waits until it takes connections.
   */
  static PostgresLaunch start(
      PostgresDirectory directory,
      PostgresBinaries binaries,
      EngineUser user,
      Consumer<String> progress,
      BooleanSupplier unwanted) {
    Process process = begin(directory, binaries, user);
    long begun = System.nanoTime();
    long told = begun;
    while (!Postmaster.ready(directory.data(), process.pid())) {
      if (!process.isAlive()) {
        String line = trouble(directory.startLog());
        return new Failed(cause(line), line);
      }
      long now = System.nanoTime();
      if (unwanted.getAsBoolean() || now - begun > START_MAX.toNanos()) {
        stop(process, directory, Duration.ZERO);
        return new Failed(
            unwanted.getAsBoolean() ? Cause.UNWANTED : Cause.OTHER,
            "it was not ready within " + START_MAX.toMinutes() + " min");
      }
      if (now - told > TELL_EVERY.toNanos()) {
        told = now;
        progress.accept(
            "PostgreSQL is recovering, " + Duration.ofNanos(now - begun).toSeconds() + " s so far");
      }
      Postmaster.pause();
    }
    return new Ready(process);
  }

  /** Stops a postmaster that we started. */
  static void stop(Process process, PostgresDirectory directory, Duration fastMax) {
    new Postmaster(process.toHandle(), directory.data()).stop(fastMax);
  }

  private static Process begin(
      PostgresDirectory directory, PostgresBinaries binaries, EngineUser user) {
    List<String> command =
        user.detached(List.of(binaries.postgres().toString(), "-D", directory.data().toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.root().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(directory.startLog().toFile());
    cleanEnvironment(builder);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new EngineException(
          "PostgreSQL can't be started from " + binaries.home() + ": " + Trees.reason(e), e);
    }
  }

  /**
   * PostgreSQL reads PGDATA, PGPORT and others from its environment; only what we write into its
   * configuration counts.
   */
  static void cleanEnvironment(ProcessBuilder builder) {
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(name ->
            name.startsWith("PG")
                || name.startsWith("LC_")
                || name.equals("LANG")
                || name.equals("LD_PRELOAD"));
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
  }

  /**
   * The line of a log that says what went wrong: the last FATAL, PANIC or ERROR, else the last
   * line.
   */
  static String trouble(Path log) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      String line =
          lines.reversed().stream()
              .filter(l -> l.contains("FATAL:") || l.contains("PANIC:") || l.contains("ERROR:"))
              .findFirst()
              .orElse(lines.isEmpty() ? "it said nothing" : lines.getLast());
      boolean port = lines.stream().anyMatch(l -> l.contains("could not bind"));
      String whole = port ? "could not bind its port. " + line : line;
      return whole.substring(0, Math.min(whole.length(), TROUBLE_CHARACTERS_MAX));
    } catch (IOException e) {
      return "its log " + log + " can't be read";
    }
  }

  private static Cause cause(String line) {
    if (line.contains("could not bind")) {
      return Cause.PORT_TAKEN;
    }
    if (line.contains("pre-existing shared memory block") || line.contains("lock file")) {
      return Cause.SESSIONS_LEFT;
    }
    return Cause.OTHER;
  }
}
