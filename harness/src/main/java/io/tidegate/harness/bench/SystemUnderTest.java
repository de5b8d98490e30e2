package io.tidegate.harness.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The system that is measured: one started for this bench in a temporary folder, or one that runs
 * already.
 */
final class SystemUnderTest implements AutoCloseable {
  /** Long enough for the launcher to build the program first. */
  private static final long START_SECONDS_MAX = 1_800;

  private static final long STOP_SECONDS_MAX = 30;

  private final URI api;
  private final String database;
  private final Optional<String> version;
  private final OptionalLong pid;
  private final Path tokens;
  private final @Nullable Process process;
  private final @Nullable Path folder;
  private @Nullable Thread hook;

  private SystemUnderTest(
      URI api,
      String database,
      Optional<String> version,
      OptionalLong pid,
      Path tokens,
      @Nullable Process process,
      @Nullable Path folder) {
    this.api = api;
    this.database = database;
    this.version = version;
    this.pid = pid;
    this.tokens = tokens;
    this.process = process;
    this.folder = folder;
  }

  /** Starts a system of its own; {@link #close} stops it and deletes its folder. */
  static SystemUnderTest start(Launcher launcher, List<String> settings, int users)
      throws BenchFailure, IOException, InterruptedException {
    Path folder = Files.createTempDirectory("tidegate-bench-");
    Path data = Files.createDirectory(folder.resolve("data"));
    Path log = folder.resolve("serve.log");
    Process process = launcher.serve(data, settings, log);
    Thread hook = new Thread(() -> stop(process));
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      awaitReady(process, log);
      JsonNode endpoints = endpoints(data);
      Path tokens = folder.resolve("tokens");
      launcher.tokens(data, users, tokens);
      SystemUnderTest system =
          new SystemUnderTest(
              URI.create(text(endpoints, "api")),
              text(endpoints, "database"),
              Optional.ofNullable(endpoints.path("version").stringValue(null)),
              OptionalLong.of(process.pid()),
              tokens,
              process,
              folder);
      system.hook = hook;
      return system;
    } catch (BenchFailure | RuntimeException | InterruptedException e) {
      stop(process);
      Runtime.getRuntime().removeShutdownHook(hook);
      delete(folder);
      throw e;
    }
  }

  /** Takes a running system. What is not told is read from the data folder's endpoints. */
  static SystemUnderTest running(
      URI api, @Nullable Path data, @Nullable String database, @Nullable Path tokens, int users)
      throws BenchFailure, IOException, InterruptedException {
    JsonNode endpoints = data == null ? JsonMapper.shared().createObjectNode() : endpoints(data);
    Path folder = null;
    Path known = tokens;
    if (known == null) {
      if (data == null) {
        throw new BenchFailure("a running system needs --tokens FILE or --data DIR");
      }
      folder = Files.createTempDirectory("tidegate-bench-");
      known = folder.resolve("tokens");
      Launcher.find().tokens(data, users, known);
    }
    String url = database == null ? endpoints.path("database").stringValue(null) : database;
    if (url == null) {
      throw new BenchFailure("a running system needs --database URL or --data DIR");
    }
    JsonNode pid = endpoints.path("pid");
    return new SystemUnderTest(
        api,
        url,
        Optional.ofNullable(endpoints.path("version").stringValue(null)),
        pid.isIntegralNumber() ? OptionalLong.of(pid.longValue()) : OptionalLong.empty(),
        known,
        null,
        folder);
  }

  URI api() {
    return api;
  }

  String database() {
    return database;
  }

  Optional<String> version() {
    return version;
  }

  OptionalLong pid() {
    return pid;
  }

  List<String> tokens() throws BenchFailure {
    try {
      List<String> all =
          Files.readAllLines(tokens).stream().map(String::trim).filter(l -> !l.isEmpty()).toList();
      if (all.isEmpty()) {
        throw new BenchFailure("the file of tokens is empty");
      }
      return all;
    } catch (IOException e) {
      throw new BenchFailure("the tokens cannot be read: " + e.getMessage(), e);
    }
  }

  private static void awaitReady(Process process, Path log)
      throws BenchFailure, InterruptedException {
    CompletableFuture<String> ready = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> readOutput(process, ready));
    try {
      ready.get(START_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new BenchFailure("the system did not start:\n" + Launcher.tail(log), e);
    } catch (TimeoutException e) {
      throw new BenchFailure("the system was not ready within " + START_SECONDS_MAX + " s", e);
    }
  }

  /** Reads on after the line that counts, so that the system never waits for its output. */
  private static void readOutput(Process process, CompletableFuture<String> ready) {
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

  private static JsonNode endpoints(Path data) throws BenchFailure {
    Path file = data.resolve("run").resolve("endpoints.json");
    try {
      return JsonMapper.shared().readTree(Files.readString(file));
    } catch (IOException | JacksonException e) {
      throw new BenchFailure(file + " cannot be read", e);
    }
  }

  private static String text(JsonNode endpoints, String name) throws BenchFailure {
    String value = endpoints.path(name).stringValue(null);
    if (value == null) {
      throw new BenchFailure("endpoints.json lacks " + name);
    }
    return value;
  }

  /** Ends the system as a service manager would. Returns whether it ended by itself in time. */
  private static boolean stop(Process process) {
    process.destroy();
    try {
      if (process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return false;
  }

  @Override
  public void close() throws BenchFailure, IOException {
    boolean stopped = process == null || stop(process);
    if (hook != null) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
    if (folder != null) {
      delete(folder);
    }
    if (!stopped) {
      throw new BenchFailure("the system did not stop within " + STOP_SECONDS_MAX + " s");
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // A process that just ended took it away.
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
