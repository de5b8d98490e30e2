package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.BenchFailure;
import io.tidegate.harness.bench.SystemUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A process that says {@code ready} and its address, and is killed or stopped. */
final class Child {
  private static final Duration STOP_MAX = Duration.ofSeconds(30);

  private final Process process;
  private final Path log;
  private volatile String address = "";

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts it; it is not ready yet. */
  static Child start(ProcessBuilder builder, Path log) throws ChaosFailure {
    try {
      Process process =
          builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
      return new Child(process, log);
    } catch (IOException e) {
      throw new ChaosFailure(builder.command().getFirst() + " does not start", e);
    }
  }

  /** Returns when it has said that it is ready; where it does not, it is killed. */
  Child awaitReady(Duration max) throws ChaosFailure, InterruptedException {
    try {
      address = SystemUnderTest.awaitReady(process, log, max).split(" ")[1];
      return this;
    } catch (BenchFailure e) {
      kill();
      throw new ChaosFailure(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      kill();
      throw e;
    }
  }

  /** The address that it said when it was ready. */
  String address() {
    return address;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL; returns at once. */
  void kill() {
    process.destroyForcibly();
  }

  /** Returns when it has ended. */
  void awaitEnd() throws InterruptedException {
    process.waitFor();
  }

  /**
   * Ends it as a service manager would, and by force, with its children, when it takes too long.
   * Returns when it is gone.
   */
  void stop() {
    SystemUnderTest.stop(process, STOP_MAX);
  }
}
