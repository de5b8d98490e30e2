package io.tidegate.platform.db;

import static io.tidegate.platform.db.JarDatabase.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.Draw.Answer;
import io.tidegate.platform.db.JarDatabase.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lane that loads: answers, order, refusals, culprits, limits, and its end. */
class LaneTest {

  private final JarDatabase jars = new JarDatabase(JarDatabase.fresh());

  @AfterEach
  void close() {
    jars.close();
  }

  @Test
  void everyCallerGetsItsOwnAnswer() {
    Lane<Draw, Answer> lane = jars.lane(LaneSettings.of("draw"));

    List<Result<Answer>> results =
        JarDatabase.together(512, i -> lane.submit(Draw.of(i + 1, 1 + i % 7, 1), PATIENCE));

    for (int i = 0; i < results.size(); i++) {
      assertThat(results.get(i).answer()).isEqualTo(new Answer.Drawn(i + 1));
    }
    assertThat(jars.count("select count(distinct id) from draw")).isEqualTo(512);
    assertThat(jars.misplacedMarbles()).isZero();
    assertThat(jars.handler.committed).anyMatch(batch -> batch.size() > 1);
    assertThat(jars.handler.committed.size()).isLessThan(512);
  }

  @Test
  void arrivalOrderDecides() {
    Lane<Draw, Answer> lane = jars.lane();

    List<Result<Answer>> results =
        jars.inOneBatch(
            lane,
            List.of(
                Draw.of(5, 1, 300),
                Draw.of(4, 1, 300),
                Draw.of(3, 1, 300),
                Draw.of(2, 1, 300),
                Draw.of(1, 1, 100)));

    assertThat(results)
        .extracting(Result::answer)
        .containsExactly(
            new Answer.Drawn(5),
            new Answer.Drawn(4),
            new Answer.Drawn(3),
            new Answer.TooFew(1),
            new Answer.Drawn(1));
    JarDatabase.until(() -> jars.handler.committed.contains(List.of(5L, 4L, 3L, 2L, 1L)));
    assertThat(jars.count("select marbles from jar where id = 1")).isZero();
  }

  @Test
  void refusalsLeaveNoTrace() {
    Lane<Draw, Answer> lane = jars.lane();
    Draw tooMany = Draw.of(1, 1, JarDatabase.MARBLES + 1);

    assertThat(lane.submit(tooMany, PATIENCE)).isEqualTo(new Answer.TooFew(1));
    assertThat(jars.count("select count(*) from db.commit_mark")).isZero();
    assertThat(jars.count("select count(*) from db.idempotency")).isZero();

    List<Result<Answer>> mixed = jars.inOneBatch(lane, List.of(tooMany, Draw.of(2, 1, 1)));
    assertThat(mixed)
        .extracting(Result::answer)
        .containsExactly(new Answer.TooFew(1), new Answer.Drawn(2));
    assertThat(jars.count("select count(*) from draw where id = 1")).isZero();

    Draw fewer = Draw.of(1, 1, 1);
    assertThat(lane.submit(fewer, PATIENCE)).isEqualTo(new Answer.Drawn(1));
    assertThat(lane.submit(fewer, PATIENCE)).isEqualTo(new Answer.DrawnBefore(1));
    assertThat(jars.misplacedMarbles()).isZero();
  }

  @Test
  void aDecisionThatThrowsFailsItsOwnCommand() {
    Lane<Draw, Answer> lane = jars.lane();
    jars.handler.deciding =
        draw -> {
          if (draw.id() == 3) {
            throw new IllegalArgumentException("three");
          }
          if (draw.id() == 5) {
            throw new AssertionError("five");
          }
        };

    List<Result<Answer>> results = jars.inOneBatch(lane, draws(1, 6));

    assertDrawnBut(results, 3, 5);
    assertThat(results.get(2).failure()).hasRootCauseMessage("three");
    assertThat(results.get(4).failure()).hasRootCauseMessage("five");
    assertThat(lane.submit(Draw.of(7, 1, 1), PATIENCE)).isEqualTo(new Answer.Drawn(7));
  }

  @Test
  void aDataErrorIsSplitUntilTheCulpritStandsAlone() {
    Lane<Draw, Answer> lane = jars.lane();
    List<Draw> draws = new ArrayList<>(draws(1, 33));
    draws.set(12, draws.get(12).withNote("x".repeat(101))); // 22001: longer than its column
    draws.set(25, draws.get(25).withNote("zero \u0000 byte")); // 22021: no text of PostgreSQL

    List<Result<Answer>> results = jars.inOneBatch(lane, draws);

    assertDrawnBut(results, 13, 26);
    assertThat(results.get(12).failure()).isInstanceOf(DatabaseFailure.BadData.class);
    assertThat(results.get(25).failure()).isInstanceOf(DatabaseFailure.BadData.class);
    assertThat(jars.counted("tidegate.lane.split")).isPositive();
    assertThat(jars.misplacedMarbles()).isZero();
  }

  @Test
  void aConflictThatLoadingDoesNotSettleIsSplitToo() {
    jars.execute("alter table draw add check (note <> 'never')");
    Lane<Draw, Answer> lane = jars.lane();
    List<Draw> draws = new ArrayList<>(draws(1, 32));
    draws.set(20, draws.get(20).withNote("never"));

    List<Result<Answer>> results = jars.inOneBatch(lane, draws);

    assertDrawnBut(results, 21);
    assertThat(results.get(20).failure()).isInstanceOf(DatabaseFailure.Conflict.class);
    int gate = 1;
    int levelsOfHalves = 5;
    assertThat(jars.handler.loads.get())
        .as("3 tries at each level and one of each other half, 8 where it is alone")
        .isLessThanOrEqualTo(gate + levelsOfHalves * (3 + 1) + 8);
  }

  @Test
  void aFullQueueRefusesAtOnce() throws Exception {
    Lane<Draw, Answer> lane = jars.lane(LaneSettings.of("draw").withWorkers(1).withQueueMax(2));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> gate = jars.shutGate(lane, threads);
      Future<Answer> first = threads.submit(() -> lane.submit(Draw.of(1, 1, 1), PATIENCE));
      Future<Answer> second = threads.submit(() -> lane.submit(Draw.of(2, 1, 1), PATIENCE));
      JarDatabase.until(() -> lane.waiting() == 2);

      assertThatThrownBy(() -> lane.submit(Draw.of(3, 1, 1), PATIENCE))
          .isInstanceOfSatisfying(
              LaneRefusal.Full.class, full -> assertThat(full.retryAfter()).isPositive());

      assertThat(gate.isDone()).as("it was refused while the lane stood still").isFalse();
      jars.handler.gate.release();
      assertThat(first.get()).isEqualTo(new Answer.Drawn(1));
      assertThat(second.get()).isEqualTo(new Answer.Drawn(2));
    }
    assertThat(jars.count("select count(*) from draw where id = 3")).isZero();
    assertThat(jars.counted("tidegate.lane.full")).isEqualTo(1);
  }

  @Test
  void whatExpiresInTheQueueIsNotRun() throws Exception {
    Lane<Draw, Answer> lane = jars.lane();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> gate = jars.shutGate(lane, threads);
      Future<Answer> late = threads.submit(() -> lane.submit(Draw.of(1, 1, 1), Duration.ZERO));
      Future<Answer> inTime = threads.submit(() -> lane.submit(Draw.of(2, 1, 1), PATIENCE));
      JarDatabase.until(() -> lane.waiting() == 2);
      jars.handler.gate.release();

      assertThat(inTime.get()).isEqualTo(new Answer.Drawn(2));
      gate.get();
      assertThatThrownBy(late::get).hasCauseInstanceOf(LaneRefusal.Expired.class);
    }
    assertThat(jars.handler.decisions).hasValue(2);
    assertThat(jars.count("select count(*) from draw where id = 1")).isZero();
    assertThat(jars.counted("tidegate.lane.expired")).isEqualTo(1);
  }

  /** A lane far behind its time must not spend its pace on commands that nobody waits for. */
  @Test
  void whatExpiredTakesNothingOfThePace() throws Exception {
    Lane<Draw, Answer> lane = jars.lane(LaneSettings.of("draw").withWorkers(1).withPerSecondMax(5));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> gate = jars.shutGate(lane, threads);
      int expired = 200; // 40 s of this lane
      List<Future<Answer>> late = new ArrayList<>();
      for (int i = 1; i <= expired; i++) {
        Draw draw = Draw.of(i, 1, 1);
        late.add(threads.submit(() -> lane.submit(draw, Duration.ZERO)));
      }
      JarDatabase.until(() -> lane.waiting() == expired);
      Future<Answer> inTime =
          threads.submit(() -> lane.submit(Draw.of(900, 1, 1), Duration.ofSeconds(20)));
      JarDatabase.until(() -> lane.waiting() == expired + 1);
      jars.handler.gate.release();

      assertThat(inTime.get()).isEqualTo(new Answer.Drawn(900));
      gate.get();
      assertThat(late)
          .allSatisfy(answer ->
              assertThatThrownBy(answer::get).hasCauseInstanceOf(LaneRefusal.Expired.class));
    }
    assertThat(jars.counted("tidegate.lane.expired")).isEqualTo(200);
  }

  @Test
  void noMoreASecondThanItsPace() {
    int perSecond = 50;
    int commands = 60;
    Lane<Draw, Answer> lane = jars.lane(LaneSettings.of("draw").withPerSecondMax(perSecond));
    long begin = System.nanoTime();

    List<Result<Answer>> results =
        JarDatabase.together(commands, i -> lane.submit(Draw.of(i + 1, 1, 1), PATIENCE));

    double seconds = (System.nanoTime() - begin) * 1e-9;
    assertDrawnBut(results);
    // A tenth of a second may be saved up, and each of two workers may see the same last of it.
    assertThat(seconds).isGreaterThan((commands - 4.0 * perSecond / 10) / perSecond);
  }

  @Test
  void aBatchKeepsItsLimits() {
    LaneSettings limits =
        new LaneSettings("draw", 1, 4_096, 10, 100, Duration.ofMillis(20), 64, 8, 0);
    Lane<Draw, Answer> lane = jars.lane(limits);

    assertDrawnBut(jars.inOneBatch(lane, draws(1, 35)));
    assertThat(jars.handler.committed).allMatch(batch -> batch.size() <= 10);
    assertThat(jars.handler.committed).hasSizeLessThan(10);

    jars.handler.committed.clear();
    List<Draw> long50 =
        draws(101, 110).stream().map(draw -> draw.withNote("x".repeat(50))).toList();
    assertDrawnBut(jars.inOneBatch(lane, long50));
    assertThat(jars.handler.committed).allMatch(batch -> batch.size() <= 2);
  }

  @Test
  void aHandlerThatFailsOutsideItsDecisionsLeavesTheLaneAlive() {
    Lane<Draw, Answer> lane = jars.lane();
    jars.handler.asked =
        _ -> {
          throw new IllegalStateException("asked");
        };
    assertThatThrownBy(() -> lane.submit(Draw.of(1, 1, 1), PATIENCE)).hasMessage("asked");

    jars.handler.asked = _ -> {};
    jars.handler.saving =
        _ -> {
          throw new AssertionError("saving");
        };
    assertThatThrownBy(() -> lane.submit(Draw.of(2, 1, 1), PATIENCE)).hasRootCauseMessage("saving");

    jars.handler.saving = _ -> {};
    jars.handler.told =
        () -> {
          throw new IllegalStateException("told");
        };
    assertThat(lane.submit(Draw.of(3, 1, 1), PATIENCE)).isEqualTo(new Answer.Drawn(3));
    assertThat(lane.submit(Draw.of(4, 1, 1), PATIENCE)).isEqualTo(new Answer.Drawn(4));
    assertThat(jars.count("select sum(id) from draw")).isEqualTo(7);
  }

  @Test
  void itsMetricsTellTheStepsOfABatchApart() {
    Lane<Draw, Answer> lane = jars.lane();
    jars.handler.loaded = tx -> tx.query(Sql.of("select pg_sleep(0.5)"), _ -> 1);
    jars.handler.saving = tx -> tx.write(Sql.of("select pg_sleep(1)"));

    assertThat(lane.submit(Draw.of(1, 1, 1), PATIENCE)).isEqualTo(new Answer.Drawn(1));

    JarDatabase.until(() -> jars.millis("commit") > 0);
    assertThat(jars.millis("load")).isGreaterThanOrEqualTo(500);
    assertThat(jars.millis("save")).as("statements are made, not run").isLessThan(1_000);
    assertThat(jars.millis("commit")).as("and run with the commit").isGreaterThanOrEqualTo(1_000);
    assertThat(jars.millis("decide")).isLessThan(500);
    assertThat(jars.registry.get("tidegate.lane.batch.commands").summary().totalAmount())
        .isEqualTo(1);
  }

  @Test
  void closeRunsWhatWaits() throws Exception {
    Lane<Draw, Answer> lane = jars.lane();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> gate = jars.shutGate(lane, threads);
      List<Future<Answer>> waiting = new ArrayList<>();
      for (Draw draw : draws(1, 20)) {
        waiting.add(threads.submit(() -> lane.submit(draw, PATIENCE)));
      }
      JarDatabase.until(() -> lane.waiting() == 20);
      Future<?> closing = threads.submit(lane::close);
      jars.handler.gate.release();
      closing.get();
      gate.get();

      for (int i = 0; i < 20; i++) {
        assertThat(waiting.get(i).get()).isEqualTo(new Answer.Drawn(i + 1));
      }
    }
    assertThatThrownBy(() -> lane.submit(Draw.of(21, 1, 1), PATIENCE))
        .isInstanceOf(LaneRefusal.Closed.class);
  }

  @Test
  void everyCallerIsAnsweredWhileTheLaneCloses() throws Exception {
    for (int round = 0; round < 10; round++) {
      Lane<Draw, Answer> lane = jars.lane(LaneSettings.of("draw"));
      AtomicInteger drawn = new AtomicInteger();
      long ids = 1_000L * round + 1;
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<List<Result<Answer>>> callers =
            threads.submit(() -> JarDatabase.together(32, i -> untilClosed(lane, ids + i, drawn)));
        JarDatabase.until(() -> drawn.get() > 0);
        lane.close();

        assertThat(callers.get())
            .allSatisfy(
                result -> assertThat(result.failure()).isInstanceOf(LaneRefusal.Closed.class));
      }
    }
  }

  private static Answer untilClosed(Lane<Draw, Answer> lane, long id, AtomicInteger drawn) {
    while (true) {
      lane.submit(new Draw(id, Draw.keyOf(id), new java.util.TreeMap<>(), "", false), PATIENCE);
      drawn.incrementAndGet();
    }
  }

  private static List<Draw> draws(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(id -> Draw.of(id, 1 + id % 5, 1)).toList();
  }

  /** All drew, each with its own answer, but those at these places (from 1), which failed. */
  private static void assertDrawnBut(List<Result<Answer>> results, Integer... places) {
    for (int i = 0; i < results.size(); i++) {
      if (List.of(places).contains(i + 1)) {
        assertThat(results.get(i).failure()).isNotNull();
      } else {
        assertThat(results.get(i).failure()).isNull();
        assertThat(results.get(i).answer()).isInstanceOf(Answer.Drawn.class);
      }
    }
  }
}
