package io.tidegate.platform.db;

import static io.tidegate.platform.db.JarDatabase.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Draw.Answer;
import io.tidegate.platform.db.JarDatabase.Result;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What passes by itself is tried again with the whole batch, a bounded number of times. (A full
 * disk, 53100, can't be made here; it is of the same kind.)
 */
class LaneTransientTest {

  private static final int ATTEMPTS_MAX = 4;

  private final JarDatabase jars =
      new JarDatabase(
          JarDatabase.settings(
              JarDatabase.fresh(),
              ATTEMPTS_MAX,
              Duration.ofSeconds(20),
              Duration.ofMillis(2_500),
              Duration.ofSeconds(10)));

  @AfterEach
  void close() {
    jars.close();
  }

  @Test
  void aSessionThatIsEnded() {
    atFirstLoad(tx -> {
      int pid = tx.query(Sql.of("select pg_backend_pid()"), row -> row.getInt(1)).getFirst();
      jars.execute("select pg_terminate_backend(" + pid + ", 5000)");
    });
    assertWholeBatchAgain(run());
  }

  @Test
  void aStatementThatTakesTooLong() {
    atFirstLoad(tx -> {
      tx.query(Sql.of("select set_config('statement_timeout', '50ms', false)"), _ -> 1);
      tx.query(Sql.of("select pg_sleep(20)"), _ -> 1);
    });
    assertWholeBatchAgain(run());
  }

  @Test
  void aLockThatIsNotHadInTime() throws Exception {
    try (Connection stranger = jars.stranger();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      lock(stranger, 3);
      Future<List<Result<Answer>>> results = threads.submit(this::run);
      JarDatabase.until(() -> jars.counted("tidegate.lane.retried") > 0);
      stranger.rollback();
      assertWholeBatchAgain(results.get());
    }
  }

  /**
   * The lane sees the deadlock first: it must have given way, and then draw. It looks once in its
   * wait, when the stranger must have come to it; and it waits longer than that for its lock.
   */
  @Test
  void aDeadlockWithAStranger() throws Exception {
    jars.execute("alter database " + database() + " set deadlock_timeout = '4s'");
    try (JarDatabase looks =
            new JarDatabase(
                JarDatabase.settings(jars.url, ATTEMPTS_MAX, PATIENCE, PATIENCE, PATIENCE));
        Connection stranger = jars.stranger();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      execute(stranger, "set deadlock_timeout = '5min'");
      lock(stranger, 4);
      Future<List<Result<Answer>>> results = threads.submit(() -> runAt(looks));
      JarDatabase.until(() -> waiting() == 1);
      lock(stranger, 2); // which the lane has, while it waits for 4
      stranger.rollback();
      assertWholeBatchAgain(results.get(), looks);
    }
    jars.close();
    assertThat(JarDatabase.deadlocks(jars.url)).isEqualTo(1);
  }

  private String database() {
    return jars.database
        .read(Sql.of("select current_database()"), row -> row.getString(1))
        .getFirst();
  }

  @Test
  void notForEver() {
    jars.handler.loaded =
        tx -> {
          tx.query(Sql.of("select set_config('statement_timeout', '20ms', false)"), _ -> 1);
          tx.query(Sql.of("select pg_sleep(20)"), _ -> 1);
        };
    Lane<Draw, Answer> lane =
        jars.lane(new LaneSettings("draw", 1, 100, 100, 10_000, Duration.ZERO, 1, ATTEMPTS_MAX, 0));

    Result<Answer> result =
        JarDatabase.together(1, _ -> lane.submit(Draw.of(1, 1, 1), PATIENCE)).getFirst();

    assertThat(result.failure()).isInstanceOf(DatabaseFailure.Transient.class);
    assertThat(jars.handler.loads).hasValue(ATTEMPTS_MAX);
    assertThat(jars.count("select count(*) from draw")).isZero();
  }

  @Test
  void notWhileTheProgramStops() {
    jars.handler.loaded =
        _ -> {
          jars.database.stopRetrying();
          throw new DatabaseFailure.Transient("it may pass", null);
        };
    Lane<Draw, Answer> lane = jars.lane();

    Result<Answer> result =
        JarDatabase.together(1, _ -> lane.submit(Draw.of(1, 1, 1), PATIENCE)).getFirst();

    assertThat(result.failure()).isInstanceOf(DatabaseFailure.Transient.class);
    assertThat(jars.handler.loads).hasValue(1);
  }

  private void atFirstLoad(Consumer<Tx> trouble) {
    jars.handler.loaded =
        tx -> {
          if (jars.handler.loads.get() == 2) { // the first is the gate's
            trouble.accept(tx);
          }
        };
  }

  private List<Result<Answer>> run() {
    return runAt(jars);
  }

  private static List<Result<Answer>> runAt(JarDatabase jars) {
    List<Draw> draws = IntStream.rangeClosed(1, 5).mapToObj(id -> Draw.of(id, id, 1)).toList();
    return jars.inOneBatch(jars.lane(), draws);
  }

  private void assertWholeBatchAgain(List<Result<Answer>> results) {
    assertWholeBatchAgain(results, jars);
  }

  private static void assertWholeBatchAgain(List<Result<Answer>> results, JarDatabase jars) {
    assertThat(results)
        .extracting(Result::answer)
        .containsExactly(
            new Answer.Drawn(1),
            new Answer.Drawn(2),
            new Answer.Drawn(3),
            new Answer.Drawn(4),
            new Answer.Drawn(5));
    assertThat(jars.counted("tidegate.lane.retried")).isPositive();
    assertThat(jars.counted("tidegate.lane.split")).isZero();
    // Callers are answered first, then the handler hears of it.
    JarDatabase.until(() -> jars.handler.committed.contains(List.of(1L, 2L, 3L, 4L, 5L)));
    assertThat(jars.misplacedMarbles()).isZero();
  }

  private long waiting() {
    return jars.count(
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
        """);
  }

  private static void lock(Connection connection, long jar) throws SQLException {
    execute(connection, "select 1 from jar where id = " + jar + " for update");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
