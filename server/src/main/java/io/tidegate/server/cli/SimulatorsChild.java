package io.tidegate.server.cli;

import io.tidegate.server.config.Secret;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulators as a child process: started again where they end, always at the same port, because
 * addresses of cashiers must stay valid. They end when we do: their standard input ends then.
 */
final class SimulatorsChild implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SimulatorsChild.class);
  private static final Duration BACKOFF_FIRST = Duration.ofMillis(200);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(10);
  private static final Duration STOP_MAX = Duration.ofMillis(1_500);

  /** Small at first: their book grows with what is paid, and half of the heap is for it. */
  private static final String JVM_OPTIONS = "-Xms48m -Xmn24m -Xmx512m -XX:+UseSerialGC";

  private final Path launcher;
  private final Path folder;
  private final int port;
  private final Supplier<Secrets> secrets;
  private final ZoneId zone;
  private final Consumer<String> progress;
  private final Thread supervisor;
  private final Object lock = new Object();
  private @Nullable Process process;
  private volatile boolean closed;

  /**
   * What providers sign and verify with.
   *
   * @param sandbox the sandbox's
   * @param keys of the others
   * @param api where they reach us
   */
  record Secrets(Secret sandbox, Secret keys, String api) {}

  private SimulatorsChild(
      Path launcher,
      Path folder,
      int port,
      Supplier<Secrets> secrets,
      ZoneId zone,
      Consumer<String> progress) {
    this.launcher = launcher;
    this.folder = folder;
    this.port = port;
    this.secrets = secrets;
    this.zone = zone;
    this.progress = progress;
    this.supervisor = Thread.ofPlatform().daemon().name("simulators").unstarted(this::run);
  }

  /**
   * Starts them and returns at once.
   *
   * @param secrets asked for on a thread of its own: keys may have to be made first
   * @param zone cuts the days of their statements
   * @param progress hears a line for each step, also later
   */
  static SimulatorsChild start(
      Path launcher,
      Path folder,
      int port,
      Supplier<Secrets> secrets,
      ZoneId zone,
      Consumer<String> progress) {
    PrivateFile.folder(folder);
    SimulatorsChild child = new SimulatorsChild(launcher, folder, port, secrets, zone, progress);
    child.supervisor.start();
    return child;
  }

  private void run() {
    Duration backoff = BACKOFF_FIRST;
    while (!closed) {
      boolean wasReady = live();
      if (closed) {
        return;
      }
      Duration doubled = backoff.multipliedBy(2);
      backoff =
          wasReady ? BACKOFF_FIRST : doubled.compareTo(BACKOFF_MAX) < 0 ? doubled : BACKOFF_MAX;
      progress.accept("the simulators ended; they are started again");
      try {
        Thread.sleep(backoff);
      } catch (InterruptedException e) {
        return; // closed
      }
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
            progress.accept("simulators run at " + line.substring("ready ".length()));
          }
        }
      }
      int status = child.waitFor();
      if (!closed) {
        log.warn("the simulators ended with status {}; see {}/console.log", status, folder);
      }
    } catch (IOException e) {
      log.warn("the simulators could not be run: {}", e.getMessage());
    } catch (InterruptedException e) {
      return wasReady; // closed
    }
    return wasReady;
  }

  private @Nullable Process launch() throws IOException {
    Secrets known = secrets.get();
    synchronized (lock) {
      if (closed) {
        return null;
      }
      List<String> command =
          List.of(
              launcher.toString(),
              "simulate",
              "--port",
              Integer.toString(port),
              "--data",
              folder.toString(),
              "--zone",
              zone.getId(),
              "--exit-with-parent");
      ProcessBuilder builder = new ProcessBuilder(Children.detached(command));
      builder.directory(folder.toFile());
      builder.redirectError(new File(folder.toFile(), "console.log"));
      Map<String, String> environment = builder.environment();
      environment.put("TIDEGATE_SANDBOX_SECRET", known.sandbox().text());
      environment.put("TIDEGATE_SIMULATOR_KEYS", known.keys().text());
      environment.put("TIDEGATE_SIMULATOR_CALLBACKS", known.api() + "/v1/callbacks");
      environment.put("TIDEGATE_JAVA_OPTS", JVM_OPTIONS);
      environment.put("TIDEGATE_NO_BUILD", "1");
      Process child = builder.start();
      process = child;
      return child;
    }
  }

  @Override
  public void close() {
    Process child;
    synchronized (lock) {
      closed = true;
      child = process;
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
      log.debug("the simulators' input was closed already: {}", e.getMessage());
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
