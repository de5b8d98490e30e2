package io.tidegate.harness.bench;

import java.time.Duration;
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

  private final DatabaseFigures database;
  private final NodeCounters nodes;

  /** What was undone before: a system that runs may have some that waits, and that is no load's. */
  private final Optional<Long> undoneBefore;

  Meter(SystemUnderTest system) throws BenchFailure {
    this.database = DatabaseFigures.connect(system.database());
    this.nodes = new NodeCounters(system);
    this.undoneBefore = database.undone();
  }

  /** One more node, which counts as a part of the system from now on. */
  void add(SystemUnderTest node) throws InterruptedException {
    nodes.add(node);
  }

  /** Before that node stops: what it has taken stays counted. */
  void remove(SystemUnderTest node) throws InterruptedException {
    nodes.remove(node);
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
    Map<String, Long> told = nodes.told();
    return new Counted.At(
        database.counters(),
        cpuMicros(),
        Optional.ofNullable(told.get(NodeCounters.ALLOCATED)),
        Optional.ofNullable(told.get(NodeCounters.SENT)),
        Optional.ofNullable(told.get(NodeCounters.ROWS_KEPT)),
        Optional.ofNullable(told.get(NodeCounters.ROWS_READ)));
  }

  /** CPU microseconds so far, by part of the system. */
  Map<String, Long> cpuMicros() {
    return nodes.cpuMicros(database.backend());
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
      if (lag.isEmpty() || undoneBefore.isEmpty()) {
        return Optional.empty();
      }
      if (lag.get() == 0 && isDone(undoneBefore.get())) {
        return Optional.of(Duration.ofNanos(System.nanoTime() - start));
      }
      // A look at a large log is dear: it must not be what the system waits for.
      long looked = System.nanoTime() - look;
      TimeUnit.NANOSECONDS.sleep(Math.max(DRAIN_POLL.toNanos(), 4 * looked));
    }
    return Optional.empty();
  }

  /** What the database does not tell is not done. */
  private boolean isDone(long before) {
    return database.undone().filter(undone -> undone <= before).isPresent();
  }

  @Override
  public void close() {
    nodes.close();
    database.close();
  }
}
