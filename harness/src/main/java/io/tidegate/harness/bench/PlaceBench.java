package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.LoadGenerator;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.node.ObjectNode;

/** Places orders as fast as it can, or at a rate, and counts in the database what came of it. */
final class PlaceBench {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
  private static final Duration DRAIN_MAX = Duration.ofSeconds(30);
  private static final Duration DRAIN_POLL = Duration.ofMillis(50);

  /**
   * An idle backend of PostgreSQL tells its statistics after ten seconds at most, and nobody can
   * ask it to.
   */
  private static final Duration STATISTICS_SETTLE = Duration.ofMillis(10_500);

  private final SystemUnderTest system;
  private final Plan plan;
  private final Progress.Phases phases;

  /**
   * What to run.
   *
   * @param skus wanted; the system may have fewer
   * @param lines of each order
   */
  record Plan(
      int connections,
      Load.Pace pace,
      Duration length,
      Duration warmup,
      int skus,
      int lines,
      int users,
      Skew skew) {}

  /** What one measured load gave, beside what the database says. */
  record Measured(
      Plan plan,
      Instant startedAt,
      ObjectNode machine,
      int skus,
      int users,
      Tally tally,
      PlaceTraffic traffic,
      DatabaseFigures.Counters before,
      DatabaseFigures.Counters after,
      DatabaseFigures.Statistics statisticsBefore,
      DatabaseFigures.Statistics statisticsAfter,
      Map<String, Long> cpuBefore,
      Map<String, Long> cpuAfter,
      Optional<Long> events,
      Optional<Long> relayLagMillis,
      Optional<Duration> drained,
      Durability durability) {}

  /** Whether a commit reaches the disk before it is answered; absent settings could not be read. */
  record Durability(
      Optional<String> fsync,
      Optional<String> synchronousCommit,
      Optional<String> fullPageWrites,
      Optional<String> filesystem) {
    boolean holds() {
      return fsync.equals(Optional.of("on"))
          && synchronousCommit.filter(s -> !s.equals("off")).isPresent()
          && fullPageWrites.equals(Optional.of("on"));
    }
  }

  PlaceBench(SystemUnderTest system, Plan plan, Progress.Phases phases) {
    this.system = system;
    this.plan = plan;
    this.phases = phases;
  }

  Measured run() throws BenchFailure, IOException, InterruptedException {
    Instant startedAt = Instant.now();
    ObjectNode machine = Machine.json();
    List<String> skus = Catalogue.skus(system.api(), plan.skus());
    if (skus.size() < plan.lines()) {
      throw new BenchFailure("the system sells fewer SKUs than an order has lines");
    }
    List<String> all = system.tokens();
    List<String> tokens = all.subList(0, Math.min(all.size(), plan.users()));
    try (DatabaseFigures database = DatabaseFigures.connect(system.database())) {
      if (plan.warmup().isPositive()) {
        load("warm-up", plan.warmup(), traffic(tokens, skus));
        drain(database);
      }
      Thread.sleep(STATISTICS_SETTLE);
      DatabaseFigures.Statistics statisticsBefore = database.statistics();
      DatabaseFigures.Counters before = database.counters();
      Map<String, Long> cpuBefore = Processes.cpuMicros(system.pid(), database.backend());
      PlaceTraffic traffic = traffic(tokens, skus);
      Tally tally = load("measured", plan.length(), traffic);
      Optional<Long> lag = database.relayLagMillis();
      Optional<Duration> drained = drain(database);
      Map<String, Long> cpuAfter = Processes.cpuMicros(system.pid(), database.backend());
      DatabaseFigures.Counters after = database.counters();
      Thread.sleep(STATISTICS_SETTLE);
      DatabaseFigures.Statistics statisticsAfter = database.statistics();
      return new Measured(
          plan,
          startedAt,
          machine,
          skus.size(),
          tokens.size(),
          tally,
          traffic,
          before,
          after,
          statisticsBefore,
          statisticsAfter,
          cpuBefore,
          cpuAfter,
          before.lastPosition().flatMap(database::eventsAfter),
          lag,
          drained,
          durability(database));
    }
  }

  private PlaceTraffic traffic(List<String> tokens, List<String> skus) {
    byte[] run = new byte[8];
    ThreadLocalRandom.current().nextBytes(run);
    return new PlaceTraffic(
        system.api().getRawAuthority(),
        tokens,
        skus,
        plan.lines(),
        plan.skew(),
        HexFormat.of().formatHex(run),
        1);
  }

  private Tally load(String phase, Duration length, PlaceTraffic traffic) throws IOException {
    int port = system.api().getPort() < 0 ? 80 : system.api().getPort();
    Load load =
        new Load(
            new InetSocketAddress(system.api().getHost(), port),
            plan.connections(),
            plan.pace(),
            length,
            ANSWER_WITHIN);
    try (Progress progress = phases.begin(phase, length)) {
      return LoadGenerator.run(load, traffic, progress::answered);
    }
  }

  /**
   * Waits until the relay has passed every event. Empty when it never does, or when there is none
   * to ask.
   */
  private static Optional<Duration> drain(DatabaseFigures database) throws InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < DRAIN_MAX.toNanos()) {
      Optional<Long> lag = database.relayLagMillis();
      if (lag.isEmpty()) {
        return Optional.empty();
      }
      if (lag.get() == 0) {
        return Optional.of(Duration.ofNanos(System.nanoTime() - start));
      }
      Thread.sleep(DRAIN_POLL);
    }
    return Optional.empty();
  }

  private static Durability durability(DatabaseFigures database) {
    return new Durability(
        database.setting("fsync"),
        database.setting("synchronous_commit"),
        database.setting("full_page_writes"),
        database.setting("data_directory").flatMap(Machine::filesystem));
  }
}
