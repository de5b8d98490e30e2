package io.tidegate.examples.warehouse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program of a test, as a process of its own; it says {@code ready URL} when it is. */
final class Program implements AutoCloseable {

  /** Long enough for the launcher to build first. */
  private static final long START_SECONDS_MAX = 1_800;

  private static final long STOP_SECONDS_MAX = 60;

  private final Process process;
  private final String url;

  private Program(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  static Program start(List<String> command, Map<String, String> environment, Path log)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    CompletableFuture<String> ready = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("output").start(() -> read(process, ready));
    try {
      return new Program(process, ready.get(START_SECONDS_MAX, TimeUnit.SECONDS));
    } catch (Exception e) {
      process.destroyForcibly();
      throw new AssertionError(Files.readString(log), e);
    }
  }

  private static void read(Process process, CompletableFuture<String> ready) {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("ready ")) {
          ready.complete(line.split(" ", -1)[1]);
        }
      }
      ready.completeExceptionally(new IOException("it ended"));
    } catch (IOException | UncheckedIOException e) {
      ready.completeExceptionally(e);
    }
  }

  String url() {
    return url;
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
