package io.tidegate.platform.db;

import static io.tidegate.platform.db.JarDatabase.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.CommitProxy.Cut;
import io.tidegate.platform.db.Draw.Answer;
import io.tidegate.platform.db.JarDatabase.Result;
import io.tidegate.platform.testing.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection dies in COMMIT: what happened is answered once, what didn't happen runs again. */
class UnknownCommitTest {

  private static final int ROUNDS = 8;

  private final CommitProxy proxy = new CommitProxy(TestPostgres.address());
  private final JarDatabase jars =
      new JarDatabase(
          JarDatabase.settings(
              proxy.through(JarDatabase.fresh()),
              8,
              PATIENCE,
              Duration.ofSeconds(20),
              Duration.ofSeconds(20)));

  @AfterEach
  void close() {
    proxy.close();
    jars.close();
  }

  @Test
  void aCommitThatHappenedIsAnsweredAndNotRunAgain() {
    Lane<Draw, Answer> lane = jars.lane();
    for (int round = 1; round <= ROUNDS; round++) {
      cutOnce(Cut.AFTER);

      assertThat(lane.submit(Draw.of(round, 1, 3), PATIENCE)).isEqualTo(new Answer.Drawn(round));

      assertThat(jars.handler.loads).hasValue(round);
      assertThat(proxy.commits).hasValue(round);
      assertDrawnOnce(round);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE", "HALF"})
  void aCommitThatDidNotArriveIsRunAgain(Cut cut) {
    Lane<Draw, Answer> lane = jars.lane();
    for (int round = 1; round <= ROUNDS; round++) {
      cutOnce(cut);

      assertThat(lane.submit(Draw.of(round, 1, 3), PATIENCE)).isEqualTo(new Answer.Drawn(round));

      assertThat(jars.handler.loads).hasValue(2 * round);
      assertThat(proxy.commits).hasValue(2 * round);
      assertDrawnOnce(round);
    }
  }

  /** The old backend waits for a lock and would commit later: it is ended before it is asked. */
  @Test
  void aBackendThatIsStillAtItIsEnded() throws Exception {
    Lane<Draw, Answer> lane = jars.lane();
    try (Connection stranger = jars.stranger();
        Statement statement = stranger.createStatement();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int id = 1; id <= ROUNDS; id++) {
        int round = id;
        cutOnce(Cut.WHILE);
        statement.execute("select 1 from jar where id = 1 for update");
        Future<Answer> answer =
            threads.submit(() -> lane.submit(Draw.of(round, 1, 3).goingFirst(), PATIENCE));
        JarDatabase.until(() -> jars.handler.loads.get() == round); // again, now with load
        stranger.rollback();

        assertThat(answer.get()).isEqualTo(new Answer.Drawn(round));
        assertDrawnOnce(round);
      }
    }
  }

  @Test
  void manyCommandsWhileEveryThirdCommitIsCut() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<Cut, Integer> made = new EnumMap<>(Cut.class);
    ConcurrentLinkedQueue<Cut> each = new ConcurrentLinkedQueue<>(List.of(Cut.values()));
    proxy.cuts =
        () -> {
          synchronized (random) {
            Cut cut = Cut.NONE;
            if (random.nextInt(3) == 0) {
              Cut first = each.poll(); // each kind once, whatever the seed
              cut = first != null ? first : Cut.values()[random.nextInt(Cut.values().length)];
            }
            made.merge(cut, 1, Integer::sum);
            return cut;
          }
        };
    Lane<Draw, Answer> lane =
        jars.lane(new LaneSettings("draw", 2, 1_000, 8, 10_000, Duration.ofMillis(1), 8, 12, 0));

    List<Result<Answer>> results =
        JarDatabase.together(
            400,
            i -> {
              Draw draw = Draw.of(i + 1, 1 + i % 9, 1);
              return lane.submit(i % 2 == 0 ? draw : draw.goingFirst(), PATIENCE);
            });
    proxy.cuts = () -> Cut.NONE;

    for (int i = 0; i < results.size(); i++) {
      assertThat(results.get(i))
          .as("seed %s", seed)
          .isEqualTo(new Result<>(new Answer.Drawn(i + 1), null));
    }
    assertThat(jars.count("select count(*) from draw")).as("seed %s", seed).isEqualTo(400);
    assertThat(jars.count("select count(distinct id) from draw")).isEqualTo(400);
    assertThat(jars.misplacedMarbles()).isZero();
    assertThat(made).as("seed %s", seed).containsKeys(Cut.values());
  }

  @Test
  void aDatabaseThatStaysAwayLeavesItUnknownAndTheSameCommandSettlesIt() {
    try (JarDatabase impatient =
        new JarDatabase(
            JarDatabase.settings(
                jars.url, 8, Duration.ofSeconds(2), PATIENCE, Duration.ofSeconds(20)))) {
      leavesItUnknownAndTheSameCommandSettlesIt(impatient);
    }
  }

  private void leavesItUnknownAndTheSameCommandSettlesIt(JarDatabase impatient) {
    ConcurrentLinkedQueue<Cut> cut = new ConcurrentLinkedQueue<>(List.of(Cut.AFTER));
    proxy.cuts =
        () -> {
          proxy.silent = true; // takes connections and says nothing
          return cut.isEmpty() ? Cut.NONE : cut.remove();
        };
    Lane<Draw, Answer> lane = impatient.lane();

    assertThatThrownBy(() -> lane.submit(Draw.of(1, 1, 3), PATIENCE))
        .isInstanceOf(DatabaseFailure.CommitUnknown.class);
    assertThat(impatient.handler.loads).hasValue(1);

    proxy.cuts = () -> Cut.NONE;
    proxy.silent = false;
    assertThat(lane.submit(Draw.of(1, 1, 3), PATIENCE)).isEqualTo(new Answer.DrawnBefore(1));
    assertDrawnOnce(1);
  }

  private void cutOnce(Cut cut) {
    ConcurrentLinkedQueue<Cut> once = new ConcurrentLinkedQueue<>(List.of(cut));
    proxy.cuts =
        () -> {
          Cut next = once.poll();
          return next == null ? Cut.NONE : next;
        };
  }

  /** The answer agrees with the rows: so far each draw took three marbles, once. */
  private void assertDrawnOnce(int id) {
    assertThat(jars.count("select count(*) from draw where id = " + id)).isEqualTo(1);
    assertThat(jars.count("select count(*) from draw")).isEqualTo(id);
    assertThat(jars.count("select drawn from jar where id = 1")).isEqualTo(3L * id);
    assertThat(jars.misplacedMarbles()).isZero();
  }
}
