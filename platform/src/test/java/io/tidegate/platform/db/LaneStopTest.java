package io.tidegate.platform.db;

import static io.tidegate.platform.db.JarDatabase.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.Draw.Answer;
import io.tidegate.platform.db.JarDatabase.Result;
import io.tidegate.platform.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A program that stops while its database is away doesn't wait for it: every caller is refused. All
 * limits that a running program keeps are much longer than this test's patience.
 */
class LaneStopTest {

  private static final int CALLERS = 20;
  private static final Duration LONG = PATIENCE.multipliedBy(10);

  private final CommitProxy proxy = new CommitProxy(TestPostgres.address());
  private final JarDatabase jars =
      new JarDatabase(
          new DatabaseSettings(
              proxy.through(JarDatabase.fresh()),
              8,
              4,
              LONG,
              Integer.MAX_VALUE,
              Duration.ofMillis(5),
              LONG,
              LONG,
              LONG));
  private final Lane<Draw, Answer> lane =
      jars.lane(
          new LaneSettings("draw", 1, 100, 4, 10_000, Duration.ZERO, 1, Integer.MAX_VALUE, 0));

  @AfterEach
  void close() {
    jars.close();
    proxy.close();
  }

  @Test
  void whatWaitsIsRefusedWhenTheProgramStops() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<Result<Answer>>> callers = callersWhoWaitForTheDatabase(threads);

      jars.database.stopRetrying();

      assertRefused(callers);
      assertThatThrownBy(() -> lane.submit(Draw.of(99, 1, 1), LONG))
          .isInstanceOf(LaneRefusal.Closed.class);
    }
  }

  @Test
  void orWhenTheLaneIsClosed() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<Result<Answer>>> callers = callersWhoWaitForTheDatabase(threads);

      lane.close();

      assertRefused(callers);
    }
  }

  @Test
  void anUnknownCommitIsLeftUnknown() throws Exception {
    proxy.cuts =
        () -> {
          proxy.close();
          return CommitProxy.Cut.BEFORE;
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> caller = threads.submit(() -> lane.submit(Draw.of(1, 1, 1), LONG));
      JarDatabase.until(() -> proxy.commits.get() == 1);

      jars.database.stopRetrying();

      JarDatabase.until(caller::isDone);
      assertThat(caller.exceptionNow()).isInstanceOf(DatabaseFailure.CommitUnknown.class);
    }
  }

  @Test
  void aDatabaseThatIsThereDoesWhatWaits() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> gate = jars.shutGate(lane, threads);
      Future<List<Result<Answer>>> callers = threads.submit(this::callTogether);
      JarDatabase.until(() -> lane.waiting() == CALLERS);

      jars.database.stopRetrying();
      jars.handler.gate.release();

      assertThat(callers.get()).allSatisfy(result -> assertThat(result.failure()).isNull());
      gate.get();
    }
  }

  /** Some in a batch that is tried again and again, the others in the queue. */
  private Future<List<Result<Answer>>> callersWhoWaitForTheDatabase(ExecutorService threads)
      throws Exception {
    Future<?> gate = jars.shutGate(lane, threads);
    Future<List<Result<Answer>>> callers = threads.submit(this::callTogether);
    JarDatabase.until(() -> lane.waiting() == CALLERS);
    jars.handler.loaded =
        tx -> {
          proxy.close();
          tx.query(Sql.of("select 1"), _ -> 1);
        };
    jars.handler.gate.release();
    gate.get();
    JarDatabase.until(() -> jars.counted("tidegate.lane.retried") > 0);
    assertThat(lane.waiting()).isPositive();
    assertThat(callers.isDone()).isFalse();
    return callers;
  }

  private List<Result<Answer>> callTogether() {
    return JarDatabase.together(CALLERS, i -> lane.submit(Draw.of(i + 1, 1, 1), LONG));
  }

  private static void assertRefused(Future<List<Result<Answer>>> callers) throws Exception {
    JarDatabase.until(callers::isDone);
    assertThat(callers.get())
        .allSatisfy(result ->
            assertThat(result.failure())
                .isInstanceOfAny(LaneRefusal.Closed.class, DatabaseFailure.Transient.class));
  }
}
