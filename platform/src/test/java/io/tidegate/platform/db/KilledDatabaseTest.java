package io.tidegate.platform.db;

import static io.tidegate.platform.db.JarDatabase.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Draw.Answer;
import io.tidegate.platform.engine.EmbeddedPostgres;
import io.tidegate.platform.engine.PostgresSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of PostgreSQL under load, so that most kills meet a COMMIT: what was acknowledged is
 * there once, and nothing is there that nobody asked for. (It doesn't test fsync: the page cache
 * lives.)
 */
@Tag("own-engine")
class KilledDatabaseTest {

  private static final int CALLERS = 48;
  private static final int KILLS = 4;
  private static final int DRAWN_BETWEEN_KILLS = 250;
  private static final int KILLS_IN_COMMIT_MAX = 40;
  private static final int KILLS_OF_A_SIDE_MIN = 3;
  private static final Sql SESSION = Sql.of("select pg_backend_pid()");
  private static final int WARM_UPS = 100;

  private final AtomicLong ids = new AtomicLong();
  private final Set<Long> asked = ConcurrentHashMap.newKeySet();
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<Long> unknown = ConcurrentHashMap.newKeySet();
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile boolean enough;

  @Test
  void everyAcknowledgedCommandIsThereOnce(@TempDir Path folder) {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.start(folder.resolve("postgres"), PostgresSettings.tests(), _ -> {})) {
      JarDatabase.prepare(server.jdbcUrl());
      JarDatabase.execute(server.jdbcUrl(), "update jar set marbles = 1000000");
      try (JarDatabase jars =
          new JarDatabase(
              JarDatabase.settings(
                  server.jdbcUrl(),
                  8,
                  Duration.ofSeconds(20),
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(20)))) {
        Lane<Draw, Answer> lane =
            jars.lane(new LaneSettings("draw", 2, 1_000, 16, 10_000, Duration.ZERO, 1, 12, 0));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
          for (int i = 0; i < CALLERS; i++) {
            threads.execute(() -> draw(lane));
          }
          try {
            killAgainAndAgain(server, jars);
          } finally {
            enough = true; // else the callers are waited for for ever
          }
        }
        assertRight(jars);
      }
    }
  }

  private void killAgainAndAgain(EmbeddedPostgres server, JarDatabase jars) {
    for (int kill = 0; kill < KILLS; kill++) {
      awaitDraws();
      assertThat(inFlight.get()).as("commands in flight at the kill").isPositive();
      if (kill % 2 == 1) {
        kill(server.pid()); // starts again by its guard
      } else {
        // PostgreSQL ends all sessions, recovers and goes on. A session may end by itself
        // meanwhile.
        await().atMost(PATIENCE).ignoreExceptions().until(() -> isKilled(laneBackend(jars)));
      }
    }
    awaitDraws();
  }

  private void awaitDraws() {
    int before = acknowledged.size();
    JarDatabase.until(() -> acknowledged.size() > before + DRAWN_BETWEEN_KILLS);
  }

  /**
   * A caller alone, and a kill while its COMMIT is on its way or its answer is: the moment moves
   * towards the border between what happened and what did not, so that both sides are met. The
   * answer is kept back until the kill, else a fast server's would nearly always come before it.
   */
  @Test
  void aKillInTheMidstOfACommit(@TempDir Path folder) {
    int[] kills = new int[2];
    try (EmbeddedPostgres server =
            EmbeddedPostgres.start(folder.resolve("postgres"), PostgresSettings.tests(), _ -> {});
        CommitProxy proxy =
            new CommitProxy(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))) {
      JarDatabase.prepare(server.jdbcUrl());
      JarDatabase.execute(server.jdbcUrl(), "update jar set marbles = 1000000");
      try (JarDatabase jars =
          new JarDatabase(
              JarDatabase.settings(
                  proxy.through(server.jdbcUrl()),
                  Integer.MAX_VALUE,
                  PATIENCE,
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(20)))) {
        Lane<Draw, Answer> lane =
            jars.lane(
                new LaneSettings("draw", 1, 10, 1, 10_000, Duration.ZERO, 1, Integer.MAX_VALUE, 0));
        AtomicLong session = new AtomicLong();
        jars.handler.loaded =
            tx -> session.set(tx.query(SESSION, row -> row.getLong(1)).getFirst());
        long waitNanos = usualCommitNanos(proxy, lane);
        for (int round = 1; round <= KILLS_IN_COMMIT_MAX && !isEnough(kills); round++) {
          LongSupplier pid = round % 3 == 0 ? server::pid : session::get;
          int loads = jars.handler.loads.get();
          killOnce(proxy, pid, waitNanos);

          assertThat(lane.submit(Draw.of(round, 1, 1), PATIENCE.multipliedBy(2)))
              .isEqualTo(new Answer.Drawn(round));

          boolean happened = jars.handler.loads.get() == loads + 1;
          kills[happened ? 1 : 0]++;
          waitNanos = happened ? waitNanos * 4 / 5 : waitNanos * 6 / 5;
          assertThat(rows(server, "id = " + round)).as("round %s", round).isEqualTo(1);
          assertThat(rows(server, "id > 0")).as("round %s", round).isEqualTo(round);
        }
      }
    }
    assertThat(isEnough(kills))
        .as("kills in COMMIT, of which %s rolled back, %s happened", kills[0], kills[1])
        .isTrue();
  }

  /** As they are once the database answers again: a session may outlive its postmaster. */
  private static long rows(EmbeddedPostgres server, String condition) {
    String sql = "select count(*) from draw where " + condition;
    return await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> JarDatabase.countAlone(server.jdbcUrl(), sql), _ -> true);
  }

  private static boolean isEnough(int[] kills) {
    return kills[0] >= KILLS_OF_A_SIDE_MIN && kills[1] >= KILLS_OF_A_SIDE_MIN;
  }

  private static long usualCommitNanos(CommitProxy proxy, Lane<Draw, Answer> lane) {
    // The proxy's thread may note the last one after its answer has come.
    Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    proxy.sent =
        unanswered -> {
          long start = System.nanoTime();
          while (unanswered.getAsBoolean()) {
            Thread.onSpinWait();
          }
          nanos.add(System.nanoTime() - start);
        };
    for (int id = -WARM_UPS; id < 0; id++) {
      assertThat(lane.submit(Draw.of(id, 2, 1), PATIENCE)).isEqualTo(new Answer.Drawn(id));
    }
    List<Long> sorted = nanos.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static void killOnce(CommitProxy proxy, LongSupplier pid, long waitNanos) {
    AtomicBoolean killed = new AtomicBoolean();
    proxy.keeping = true;
    proxy.sent =
        _ -> {
          if (killed.compareAndSet(false, true)) {
            long end = System.nanoTime() + waitNanos;
            while (System.nanoTime() < end) {
              Thread.onSpinWait();
            }
            kill(pid.getAsLong());
            proxy.keeping = false;
          }
        };
  }

  private void draw(Lane<Draw, Answer> lane) {
    while (!enough) {
      long id = ids.incrementAndGet();
      asked.add(id);
      Draw draw = Draw.of(id, 1 + id % JarDatabase.JARS, 1);
      inFlight.incrementAndGet();
      try {
        lane.submit(id % 2 == 0 ? draw : draw.goingFirst(), PATIENCE);
        acknowledged.add(id);
      } catch (DatabaseFailure.CommitUnknown _) {
        unknown.add(id);
      } catch (DatabaseFailure | LaneRefusal _) {
        // Told that it did not happen.
      } finally {
        inFlight.decrementAndGet();
      }
    }
  }

  private void assertRight(JarDatabase jars) {
    List<Long> rows = jars.database.read(Sql.of("select id from draw"), row -> row.getLong(1));
    assertThat(rows).doesNotHaveDuplicates();
    Set<Long> there = new HashSet<>(rows);
    assertThat(there).containsAll(acknowledged);
    Set<Long> told = new HashSet<>(acknowledged);
    told.addAll(unknown);
    assertThat(told).containsAll(there);
    assertThat(acknowledged.size()).isGreaterThan(KILLS * DRAWN_BETWEEN_KILLS);
    assertThat(
            jars.count(
                "select count(*) from jar j where drawn <>"
                    + " (select coalesce(sum(d.marbles), 0) from draw d where d.jar = j.id)"))
        .isZero();
  }

  private static long laneBackend(JarDatabase jars) {
    return jars.count(
        """
        select pid from pg_stat_activity
        where datname = current_database() and application_name = 'tidegate-write'
        order by state = 'active' desc, backend_start limit 1
        """);
  }

  private static void kill(long pid) {
    assertThat(isKilled(pid)).isTrue();
  }

  private static boolean isKilled(long pid) {
    return ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }
}
