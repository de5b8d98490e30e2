package io.tidegate.platform.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A running PostgreSQL as its data directory and the operating system know it: not necessarily a
 * child of ours.
 *
 * @param handle the process
 * @param data the data directory that it works in
 */
record Postmaster(ProcessHandle handle, Path data) {
  private static final Duration POLL = Duration.ofMillis(5);
  private static final Duration STOP_IMMEDIATE_MAX =
      Duration.ofSeconds(6); // PostgreSQL kills its own children after 5 s
  private static final Duration KILL_MAX = Duration.ofSeconds(5);
  private static final int STATUS_LINE = 7;

  /**
   * The PostgreSQL that works in this data directory now, whoever started it. Believes the process
   * list rather than the pid file, which outlives its process.
   */
  static Optional<Postmaster> in(Path data) {
    return pidIn(data)
        .flatMap(ProcessHandle::of)
        .map(handle -> new Postmaster(handle, data))
        .filter(Postmaster::runs);
  }

  /** Whether this very process has written that it takes connections. */
  static boolean ready(Path data, long pid) {
    List<String> lines = lines(data);
    return lines.size() > STATUS_LINE
        && lines.getFirst().strip().equals(Long.toString(pid))
        && lines.get(STATUS_LINE).strip().equals("ready");
  }

  /**
   * Removes a pid file whose number now belongs to an unrelated process, which PostgreSQL would
   * take for its twin. Safe while we hold the directory's lock: sessions that outlive their
   * postmaster are still found by their shared memory. A number that nobody has is left to
   * PostgreSQL itself.
   */
  static void forgetStranger(Path data) {
    if (in(data).isEmpty() && pidIn(data).flatMap(ProcessHandle::of).isPresent()) {
      try {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
      } catch (IOException e) {
        throw new EngineException(
            "A stale " + data.resolve("postmaster.pid") + " can't be removed: " + Trees.reason(e),
            e);
      }
    }
  }

  /** Stops it: fast (sessions end, pages are written), then at once, then by force. */
  void stop(Duration fastMax) {
    signal("INT");
    if (ended(fastMax)) {
      return;
    }
    signal("QUIT");
    if (ended(STOP_IMMEDIATE_MAX)) {
      return;
    }
    signal("KILL"); // also ends one that somebody has suspended
    if (!ended(KILL_MAX)) {
      throw new EngineException(
          "PostgreSQL (process " + handle.pid() + ") in " + data + " can't be stopped");
    }
  }

  private boolean ended(Duration max) {
    long deadline = System.nanoTime() + max.toNanos();
    while (runs()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      pause();
    }
    return true;
  }

  /** A zombie has no command line any more, so it counts as ended. */
  private boolean runs() {
    if (!handle.isAlive()) {
      return false;
    }
    String command = handle.info().commandLine().orElse("");
    return command.contains("postgres") && (command.contains(data.toString()) || worksIn(data));
  }

  private boolean worksIn(Path folder) {
    try {
      return Files.isSameFile(Path.of("/proc", Long.toString(handle.pid()), "cwd"), folder);
    } catch (IOException e) {
      return false; // no /proc, or not ours to look at
    }
  }

  private void signal(String name) {
    try {
      int status =
          new ProcessBuilder("sh", "-c", "kill -" + name + " " + handle.pid())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (status != 0 && runs()) {
        throw new EngineException(
            "PostgreSQL (process "
                + handle.pid()
                + ") in "
                + data
                + " belongs to another user and can't be stopped");
      }
    } catch (IOException e) {
      throw new EngineException(
          "PostgreSQL (process " + handle.pid() + ") can't be told to stop", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("Interrupted while stopping PostgreSQL", e);
    }
  }

  /** One round of waiting for the pid file or the process list; neither tells when it changes. */
  static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("Interrupted while waiting for PostgreSQL", e);
    }
  }

  private static Optional<Long> pidIn(Path data) {
    List<String> lines = lines(data);
    try {
      return lines.isEmpty()
          ? Optional.empty()
          : Optional.of(Long.parseLong(lines.getFirst().strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static List<String> lines(Path data) {
    try {
      return Files.readAllLines(data.resolve("postmaster.pid"));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new EngineException(
          data.resolve("postmaster.pid") + " can't be read: " + Trees.reason(e), e);
    }
  }
}
