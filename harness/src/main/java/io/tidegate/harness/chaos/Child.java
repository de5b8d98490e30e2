package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.SystemUnderTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that says {@code ready} and its address, and is killed or stopped. */
final class Child {
  private static final Duration STOP_MAX = Duration.ofSeconds(30);

  private final Process process;
  private final Path log;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts it; it is not ready yet. */
  static Child start(ProcessBuilder builder, Path log) throws ChaosFailure {
    try {
      Process process =
          builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
      Child child = new Child(process, log);
      // Reading a pipe would hold one of the few carriers of virtual threads for as long as it
      // runs.
      Thread.ofPlatform().daemon().name("child-output").start(child::read);
      return child;
    } catch (IOException e) {
      throw new ChaosFailure(builder.command().getFirst() + " does not start", e);
    }
  }

  /** Returns when it has said that it is ready; where it does not, it is killed. */
  Child awaitReady(Duration max) throws ChaosFailure, InterruptedException {
    try {
      ready.get(max.toMillis(), TimeUnit.MILLISECONDS);
      return this;
    } catch (ExecutionException e) {
      kill();
      throw new ChaosFailure("it ended before it was ready:\n" + Tidegate.tail(log), e);
    } catch (TimeoutException e) {
      kill();
      throw new ChaosFailure("it was not ready within " + max + ":\n" + Tidegate.tail(log), e);
    } catch (InterruptedException e) {
      kill();
      throw e;
    }
  }

  /** Reads on after the line that counts, so that the process never waits for its output. */
  private void read() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("ready ")) {
          ready.complete(line);
        }
      }
      ready.completeExceptionally(new IOException("its output ended"));
    } catch (IOException | UncheckedIOException e) {
      ready.completeExceptionally(e);
    }
  }

  /** The address that it said when it was ready. */
  String address() {
    return ready.join().split(" ")[1];
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
