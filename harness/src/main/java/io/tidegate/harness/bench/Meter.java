package io.tidegate.harness.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Reads every counter before a load and after it. */
final class Meter implements AutoCloseable {
  /** What a load left to do must be done within this. */
  static final Duration DRAIN_MAX = Duration.ofSeconds(30);

  private static final Duration DRAIN_POLL = Duration.ofMillis(50);

  /**
   * An idle backend of PostgreSQL tells its statistics after ten seconds at most, and nobody can
   * ask it to.
   */
  private static final Duration STATISTICS_SETTLE = Duration.ofMillis(10_500);

  private static final String ALLOCATED = "tidegate_jvm_allocated_bytes_total ";
  private static final String SENT = "tidegate_relay_sent_total ";

  private final SystemUnderTest system;
  private final DatabaseFigures database;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What counted as undone before: filled states keep no receipts. */
  private final long undoneBefore;

  /** Other nodes' processes, with the CPU that they had taken when they were added. */
  private final Map<Long, Long> nodes = new LinkedHashMap<>();

  /** What nodes that were removed had taken. */
  private long gone;

  Meter(SystemUnderTest system) throws BenchFailure {
    this.system = system;
    this.database = DatabaseFigures.connect(system.database());
    this.undoneBefore = database.undone().orElse(0L);
  }

  /** One more node, whose CPU from now on is the server's too. */
  void add(SystemUnderTest node) {
    node.pid().ifPresent(pid -> Processes.own(pid).ifPresent(micros -> nodes.put(pid, micros)));
  }

  /** Before that node stops: what it has taken stays counted. */
  void remove(SystemUnderTest node) {
    node.pid()
        .ifPresent(pid -> {
          Long earlier = nodes.remove(pid);
          if (earlier != null) {
            gone += Processes.own(pid).orElse(earlier) - earlier;
          }
        });
  }

  DatabaseFigures database() {
    return database;
  }

  /** A load that has begun. */
  final class Begun {
    private final DatabaseFigures.Statistics settled;
    private final Counted.At before;

    private Begun() throws InterruptedException {
      Thread.sleep(STATISTICS_SETTLE);
      settled = database.statistics();
      before = at();
    }

    /** The last event's position when it began. */
    long position() {
      return before.database().lastPosition().orElse(0L);
    }

    /** Waits until what the load caused is done, and reads all again. */
    Counted end() throws InterruptedException {
      Optional<Long> lag = database.relayLagMillis();
      Optional<Duration> drained = drain();
      Counted.At after = at();
      Thread.sleep(STATISTICS_SETTLE);
      return new Counted(
          before,
          after,
          settled,
          database.statistics(),
          before.database().lastPosition().flatMap(database::eventsAfter),
          lag,
          drained,
          Durability.of(database));
    }
  }

  /** Reads all counters; the load may begin. */
  Begun begin() throws InterruptedException {
    return new Begun();
  }

  private Counted.At at() throws InterruptedException {
    Map<String, Long> told = told();
    return new Counted.At(
        database.counters(),
        cpuMicros(),
        Optional.ofNullable(told.get(ALLOCATED)),
        Optional.ofNullable(told.get(SENT)));
  }

  /** CPU microseconds so far, by part of the system. */
  Map<String, Long> cpuMicros() {
    Map<String, Long> cpu = Processes.cpuMicros(system.pid(), database.backend());
    cpu.computeIfPresent("server", (_, micros) -> micros + gone);
    nodes.forEach((pid, earlier) -> {
      long more = Processes.own(pid).orElse(earlier) - earlier;
      cpu.computeIfPresent("server", (_, micros) -> micros + more);
    });
    return cpu;
  }

  /**
   * Waits until the relay has passed every event and each consumer has done its paid orders. Empty
   * when that never is, or when there is none to ask.
   */
  Optional<Duration> drain() throws InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < DRAIN_MAX.toNanos()) {
      long look = System.nanoTime();
      Optional<Long> lag = database.relayLagMillis();
      if (lag.isEmpty()) {
        return Optional.empty();
      }
      if (lag.get() == 0 && database.undone().orElse(0L) <= undoneBefore) {
        return Optional.of(Duration.ofNanos(System.nanoTime() - start));
      }
      // A look at a large log is dear: it must not be what the system waits for.
      long looked = System.nanoTime() - look;
      TimeUnit.NANOSECONDS.sleep(Math.max(DRAIN_POLL.toNanos(), 4 * looked));
    }
    return Optional.empty();
  }

  /** What the server tells in its metrics: bytes that its JVM allocated, messages that it sent. */
  private Map<String, Long> told() throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(system.api() + "/metrics"))
            .timeout(Duration.ofSeconds(10))
            .build();
    Map<String, Long> told = new LinkedHashMap<>();
    try {
      client
          .send(request, HttpResponse.BodyHandlers.ofString()) // Read whole: else it never ends.
          .body()
          .lines()
          .forEach(line -> {
            for (String figure : List.of(ALLOCATED, SENT)) {
              if (line.startsWith(figure)) {
                told.put(figure, (long) Double.parseDouble(line.substring(figure.length())));
              }
            }
          });
      return told;
    } catch (IOException e) {
      return Map.of(); // A figure that cannot be had is absent.
    }
  }

  @Override
  public void close() throws BenchFailure {
    client.close();
    database.close();
  }
}
