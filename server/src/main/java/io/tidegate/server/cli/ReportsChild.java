package io.tidegate.server.cli;

import io.tidegate.server.config.Settings;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reports as a child process of low priority: started when somebody first asks for them, or a
 * while after the start, and again where it ends. It ends when we do: its standard input ends then.
 */
final class ReportsChild implements ReportsProcess, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReportsChild.class);
  private static final Duration BACKOFF_FIRST = Duration.ofSeconds(1);
  private static final Duration BACKOFF_MAX = Duration.ofMinutes(1);
  private static final Duration STOP_MAX = Duration.ofMillis(1_500);

  /** From the start of the program until events are put into the lake without being asked for. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  private static final String JVM_OPTIONS =
      "-Xms48m -Xmn24m -Xmx192m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError";

  /** What was given to us and is not for the child. */
  private static final Set<String> OURS =
      Set.of(
          "TIDEGATE_HTTP_HOST",
          "TIDEGATE_HTTP_PORT",
          "TIDEGATE_NODE_ROLE",
          "TIDEGATE_CONSOLE_PASSWORD",
          "TIDEGATE_SANDBOX_SECRET",
          "TIDEGATE_SIMULATORS_URL",
          "TIDEGATE_DEMO_SKUS");

  private static final Set<String> PROVIDERS =
      Set.of("TIDEGATE_PAYMENT_", "TIDEGATE_ALIPAY_", "TIDEGATE_WECHAT_", "TIDEGATE_STRIPE_");

  /**
   * What it is started with.
   *
   * @param folder its data directory
   * @param jdbcUrl with user and password
   */
  record Plan(Path launcher, Path folder, Settings settings, String jdbcUrl, String namesrv) {
    @Override
    public String toString() {
      return "Plan[" + folder + "]"; // the database's address has its password
    }
  }

  private final Plan plan;
  private final Consumer<String> progress;
  private final Thread supervisor;
  private final Object lock = new Object();
  private @Nullable Process process;
  private @Nullable URI url;
  private boolean wanted;
  private boolean closed;

  private ReportsChild(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
    this.supervisor = Thread.ofPlatform().daemon().name("reports").unstarted(this::run);
  }

  /** It runs a while later, or once somebody asks for it. */
  static ReportsChild start(Plan plan, Consumer<String> progress) {
    ReportsChild child = new ReportsChild(plan, progress);
    child.supervisor.start();
    return child;
  }

  @Override
  public Optional<URI> url(Duration wait) {
    long until = System.nanoTime() + wait.toNanos();
    synchronized (lock) {
      wanted = true;
      lock.notifyAll();
      while (url == null && !closed && System.nanoTime() < until) {
        if (!pause(Duration.ofNanos(Math.max(1_000_000, until - System.nanoTime())))) {
          break;
        }
      }
      return Optional.ofNullable(url);
    }
  }

  /** Waits until something changes; false where it was interrupted. Called with the lock held. */
  @SuppressWarnings("WaitNotInLoop") // its callers look again
  private boolean pause(Duration time) {
    try {
      lock.wait(Math.max(1, time.toMillis()));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void run() {
    awaitWanted();
    Duration backoff = BACKOFF_FIRST;
    while (!isClosed()) {
      boolean wasReady = live();
      synchronized (lock) {
        url = null;
        if (closed) {
          return;
        }
        backoff = wasReady ? BACKOFF_FIRST : longer(backoff);
        progress.accept("the reports ended; they are started again");
        if (!pause(backoff)) {
          return;
        }
      }
    }
  }

  private static Duration longer(Duration backoff) {
    Duration doubled = backoff.multipliedBy(2);
    return doubled.compareTo(BACKOFF_MAX) < 0 ? doubled : BACKOFF_MAX;
  }

  private void awaitWanted() {
    long until = System.nanoTime() + QUIET.toNanos();
    synchronized (lock) {
      while (!wanted && !closed && System.nanoTime() < until) {
        if (!pause(Duration.ofNanos(until - System.nanoTime()))) {
          return;
        }
      }
    }
  }

  private boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  /** One life of the child. Returns whether it was ready. */
  private boolean live() {
    boolean wasReady = false;
    try {
      Process child = launch();
      if (child == null) {
        return false;
      }
      try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("ready ") && !wasReady) {
            wasReady = true;
            ready(URI.create(line.split(" ", 3)[1]));
          }
        }
      }
      int status = child.waitFor();
      if (!isClosed()) {
        log.warn("the reports ended with status {}; see {}/console.log", status, plan.folder());
      }
    } catch (IOException e) {
      log.warn("the reports could not be run: {}", e.getMessage());
    } catch (InterruptedException e) {
      return wasReady; // closed
    }
    return wasReady;
  }

  private void ready(URI at) {
    synchronized (lock) {
      url = at;
      lock.notifyAll();
    }
    progress.accept("reports run at " + at);
  }

  private @Nullable Process launch() throws IOException {
    Path temporary = cleared(PrivateFile.folder(plan.folder().resolve("tmp")));
    synchronized (lock) {
      if (closed) {
        return null;
      }
      ProcessBuilder builder = new ProcessBuilder(command());
      builder.directory(plan.folder().toFile());
      builder.redirectError(new File(plan.folder().toFile(), "console.log"));
      environment(builder.environment(), temporary);
      Process child = builder.start();
      process = child;
      return child;
    }
  }

  private List<String> command() {
    return Children.ofLowestPriority(
        List.of(
            plan.launcher().toString(),
            "serve",
            "--role",
            "reports",
            "--port",
            "0",
            "--data",
            plan.folder().toString(),
            "--exit-with-parent"));
  }

  /** Secrets travel here: nobody else can read a process's environment. */
  private void environment(Map<String, String> environment, Path temporary) {
    Settings settings = plan.settings();
    environment.keySet().removeIf(ReportsChild::isOurs);
    settings
        .given()
        .forEach((name, value) -> {
          if (!isOurs(name)) {
            environment.put(name, value.text());
          }
        });
    environment.put("TIDEGATE_DEMO", Boolean.toString(settings.demo().on()));
    environment.put("TIDEGATE_DB_URL", plan.jdbcUrl());
    environment.put("TIDEGATE_ROCKETMQ_NAMESRV", plan.namesrv());
    environment.put("TIDEGATE_LAKE_DIR", settings.lake().folder().toString());
    // DuckDB unpacks its library there at each start.
    environment.put("TIDEGATE_JAVA_OPTS", JVM_OPTIONS + " -Djava.io.tmpdir=" + temporary);
    environment.put("TIDEGATE_NO_BUILD", "1");
  }

  /** It takes no money, so no keys of those who do are its business. */
  private static boolean isOurs(String name) {
    return OURS.contains(name) || PROVIDERS.stream().anyMatch(name::startsWith);
  }

  /** What a life that was killed left behind. */
  private static Path cleared(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.deleteIfExists(file);
      }
    }
    return folder;
  }

  @Override
  public void close() {
    Process child;
    synchronized (lock) {
      closed = true;
      child = process;
      lock.notifyAll();
    }
    if (child != null) {
      stop(child);
    }
    supervisor.interrupt();
  }

  private static void stop(Process child) {
    try {
      child.getOutputStream().close(); // it ends when its input ends
    } catch (IOException e) {
      log.debug("the reports' input was closed already: {}", e.getMessage());
    }
    try {
      if (!child.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        child.destroyForcibly();
      }
    } catch (InterruptedException e) {
      child.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
