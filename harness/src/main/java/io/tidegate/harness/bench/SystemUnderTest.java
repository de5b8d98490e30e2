package io.tidegate.harness.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The system that is measured: one started for this bench in a temporary folder, or one that runs
 * already.
 */
public final class SystemUnderTest implements AutoCloseable {
  /** Long enough for the launcher to build the program first. */
  private static final Duration START_MAX = Duration.ofMinutes(30);

  static final Duration STOP_MAX = Duration.ofSeconds(30);

  /** Whoever is ended by force is gone at once, unless the disk or nobody's parent holds it. */
  private static final Duration FORCED_MAX = Duration.ofSeconds(5);

  private final Endpoints endpoints;
  private final Path tokens;
  private final @Nullable Process process;
  private final @Nullable Path folder;
  private final @Nullable Path data;
  private @Nullable Swept swept;

  private SystemUnderTest(
      Endpoints endpoints,
      Path tokens,
      @Nullable Process process,
      @Nullable Path folder,
      @Nullable Path data) {
    this.endpoints = endpoints;
    this.tokens = tokens;
    this.process = process;
    this.folder = folder;
    this.data = data;
  }

  /**
   * Starts a system of its own; {@link #close} stops it and deletes its folder.
   *
   * @param settings as {@code --set} takes them
   * @param users who get tokens
   */
  public static SystemUnderTest start(Launcher launcher, List<String> settings, int users)
      throws BenchFailure, IOException, InterruptedException {
    Path folder = Files.createTempDirectory("tidegate-bench-");
    Path tokens = folder.resolve("tokens");
    return started(launcher, settings, folder, tokens, users);
  }

  /**
   * Starts one more node on this system's database, broker and simulators; close it before this
   * system.
   */
  public SystemUnderTest startNode(Launcher launcher, List<String> settings)
      throws BenchFailure, IOException, InterruptedException {
    List<String> there = new ArrayList<>(List.of("db.url=" + endpoints.database()));
    endpoints.rocketmq().ifPresent(address -> there.add("rocketmq.namesrv=" + address));
    endpoints.simulators().ifPresent(address -> there.add("simulators.url=" + address));
    // Where they were given, the first node has them from there.
    List<String> all = Settings.with(settings, there);
    return started(launcher, all, Files.createTempDirectory("tidegate-bench-"), tokens, 0);
  }

  private static SystemUnderTest started(
      Launcher launcher, List<String> settings, Path folder, Path tokens, int users)
      throws BenchFailure, IOException, InterruptedException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path log = folder.resolve("serve.log");
    Swept swept = new Swept(folder);
    @Nullable Process process = null;
    try {
      process = swept.start(() -> launcher.serve(data, settings, log));
      awaitReady(process, log);
      Endpoints endpoints = Endpoints.of(data);
      if (users > 0) {
        launcher.tokens(data, users, tokens);
      }
      SystemUnderTest system = new SystemUnderTest(endpoints, tokens, process, folder, data);
      system.swept = swept;
      return system;
    } catch (BenchFailure | RuntimeException | InterruptedException e) {
      if (process != null) {
        stop(process);
      }
      swept.done();
      Folders.sweep(folder);
      throw e;
    }
  }

  /** Takes a running system. What is not told is read from the data folder's endpoints. */
  static SystemUnderTest running(
      URI api, @Nullable Path data, @Nullable String database, @Nullable Path tokens, int users)
      throws BenchFailure, IOException, InterruptedException {
    Endpoints endpoints = Endpoints.of(api, data, database);
    if (tokens != null) {
      return new SystemUnderTest(endpoints, tokens, null, null, data);
    }
    if (data == null) {
      throw new BenchFailure("a running system needs --tokens FILE or --data DIR");
    }
    return withTokens(Launcher.find(), endpoints, data, users);
  }

  /** The same with tokens that are made for it, in a folder that goes with the bench. */
  static SystemUnderTest withTokens(Launcher launcher, Endpoints endpoints, Path data, int users)
      throws BenchFailure, IOException, InterruptedException {
    Path folder = Files.createTempDirectory("tidegate-bench-");
    Path made = folder.resolve("tokens");
    Swept swept = new Swept(folder);
    try {
      launcher.tokens(data, users, made);
    } catch (BenchFailure | RuntimeException | InterruptedException e) {
      swept.done();
      Folders.sweep(folder);
      throw e;
    }
    SystemUnderTest system = new SystemUnderTest(endpoints, made, null, folder, data);
    system.swept = swept;
    return system;
  }

  public Endpoints endpoints() {
    return endpoints;
  }

  public URI api() {
    return endpoints.api();
  }

  /** The simulators' address. */
  public URI simulators() throws BenchFailure {
    return endpoints
        .simulators()
        .orElseThrow(() -> new BenchFailure("the system has no simulators; --data DIR tells"));
  }

  /** The database's JDBC URL. */
  public String database() {
    return endpoints.database();
  }

  public Optional<String> version() {
    return endpoints.version();
  }

  public OptionalLong pid() {
    return endpoints.pid();
  }

  /** The data folder, where it is known. */
  public Optional<Path> data() {
    return Optional.ofNullable(data);
  }

  /** Customers' tokens. */
  public List<String> tokens() throws BenchFailure {
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

  /** Waits for the line with which a process of ours says that it is ready, and returns it. */
  static String awaitReady(Process process, Path log) throws BenchFailure, InterruptedException {
    return awaitReady(process, log, START_MAX);
  }

  /** The same within another time. */
  public static String awaitReady(Process process, Path log, Duration max)
      throws BenchFailure, InterruptedException {
    CompletableFuture<String> ready = new CompletableFuture<>();
    // Not a virtual one: reading a pipe would hold its carrier for as long as the system runs.
    Thread.ofPlatform().daemon().name("system-output").start(() -> readOutput(process, ready));
    try {
      return ready.get(max.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new BenchFailure("the system did not start:\n" + Launcher.tail(log), e);
    } catch (TimeoutException e) {
      throw new BenchFailure(
          "the system was not ready within " + max.toSeconds() + " s:\n" + Launcher.tail(log), e);
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

  /** Ends a system as a service manager would. Returns whether it ended by itself in time. */
  static boolean stop(Process process) {
    return stop(process, STOP_MAX);
  }

  /** The same with another limit, after which it is ended by force, with its children. */
  public static boolean stop(Process process, Duration max) {
    Set<ProcessHandle> all = new HashSet<>(process.descendants().toList());
    process.destroy();
    boolean stopped = false;
    try {
      stopped = process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.addAll(process.descendants().toList());
    all.add(process.toHandle());
    if (!stopped) {
      all.forEach(ProcessHandle::destroyForcibly); // Nobody else would end its children now.
    }
    awaitEnd(all);
    return stopped;
  }

  /** They write until they are gone, and their folder can't be swept before. */
  private static void awaitEnd(Set<ProcessHandle> processes) {
    CompletableFuture.allOf(
            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, FORCED_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  @Override
  public void close() {
    boolean stopped = process == null || stop(process);
    if (swept != null) {
      swept.done();
    }
    if (folder != null) {
      Folders.sweep(folder);
    }
    if (!stopped) {
      // What was measured is worth more than a clean end.
      System.err.println("bench: the system did not stop within " + STOP_MAX.toSeconds() + " s");
    }
  }
}
