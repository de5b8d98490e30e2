package io.tidegate.platform.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message broker of our own: RocketMQ's name server and broker in a child JVM, on loopback,
 * durable in its directory. A child that dies is started again on the same ports.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final Duration BACKOFF_FIRST = Duration.ofMillis(200);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(10);
  private static final Duration STOP_MAX = Duration.ofSeconds(4);

  private final Path directory;
  private final BrokerSettings settings;
  private final BrokerPorts ports;
  private final Consumer<String> progress;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final Thread supervisor;
  private final Object lock = new Object();
  private @Nullable Process process;
  private volatile boolean up;
  private volatile boolean closed;

  private EmbeddedBroker(Path directory, BrokerSettings settings, Consumer<String> progress) {
    this.directory = directory.toAbsolutePath().normalize();
    this.settings = settings;
    this.progress = progress;
    this.ports = BrokerPorts.of(this.directory);
    this.supervisor = Thread.ofPlatform().daemon().name("broker-supervisor").unstarted(this::run);
  }

  /**
   * Starts the broker and returns at once; clients may be made with {@link #namesrv} before it is
   * up.
   *
   * @param progress gets a line for each step, and for each unexpected end
   * @throws EngineException when the directory can't be used
   */
  public static EmbeddedBroker start(
      Path directory, BrokerSettings settings, Consumer<String> progress) {
    EmbeddedBroker broker = new EmbeddedBroker(directory, settings, progress);
    broker.supervisor.start();
    return broker;
  }

  /** The name server's address, the same in every life of the directory. */
  public String namesrv() {
    return "127.0.0.1:" + ports.namesrv();
  }

  /** Done when messages could be sent for the first time; failed when closed before. */
  public CompletableFuture<Void> whenReady() {
    return ready.copy();
  }

  /** Whether messages can be sent now, as far as the child has told. */
  public boolean isUp() {
    return up;
  }

  /** The child's process id, or -1 while there is none. */
  public long pid() {
    synchronized (lock) {
      Process running = process;
      return running != null && running.isAlive() ? running.pid() : -1;
    }
  }

  private void run() {
    Duration backoff = BACKOFF_FIRST;
    while (!closed) {
      boolean wasUp = live();
      if (closed) {
        return;
      }
      backoff = wasUp ? BACKOFF_FIRST : min(backoff.multipliedBy(2), BACKOFF_MAX);
      progress.accept("the message broker ended; it is started again");
      try {
        Thread.sleep(backoff);
      } catch (InterruptedException _) {
        return; // closed
      }
    }
  }

  /** One life of the child. Returns whether it was ready. */
  private boolean live() {
    boolean wasUp = false;
    try {
      BrokerProcess.endOrphan(directory);
      Process child = launch();
      if (child == null) {
        return false;
      }
      try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.equals("ready")) {
            wasUp = true;
            up = true;
            ready.complete(null);
            progress.accept("the message broker is ready at " + namesrv());
          } else {
            up = false; // stopping, stopped
          }
        }
      }
      up = false;
      int status = child.waitFor();
      if (!closed) {
        log.warn("the message broker ended with status {}; see {}/log", status, directory);
      }
    } catch (IOException | EngineException e) {
      log.warn("the message broker could not be run: {}", e.getMessage());
    } catch (InterruptedException _) {
      up = false; // closed
    }
    return wasUp;
  }

  private @Nullable Process launch() throws IOException {
    synchronized (lock) {
      if (closed) {
        return null;
      }
      Process child = BrokerProcess.launch(directory, ports, settings);
      process = child;
      return child;
    }
  }

  /** Stops the broker; what was acknowledged is in its store. */
  @Override
  public void close() {
    Process child;
    synchronized (lock) {
      closed = true;
      child = process;
    }
    ready.completeExceptionally(new EngineException("the message broker was closed"));
    if (child != null) {
      stop(child);
    }
    supervisor.interrupt();
  }

  private static void stop(Process child) {
    try {
      child.getOutputStream().close(); // it ends when its input ends
    } catch (IOException e) {
      log.debug("the broker's input was closed already: {}", e.getMessage());
    }
    try {
      if (!child.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("the message broker did not stop in {}; it is killed", STOP_MAX);
        child.destroyForcibly();
      }
    } catch (InterruptedException _) {
      child.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
