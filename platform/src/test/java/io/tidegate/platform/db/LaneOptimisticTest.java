package io.tidegate.platform.db;

import static io.tidegate.platform.db.JarDatabase.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Draw.Answer;
import io.tidegate.platform.db.JarDatabase.Result;
import io.tidegate.platform.testing.TestPostgres;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches without load: one round trip, and what happens to those that the database refuses. */
class LaneOptimisticTest {

  private final CommitProxy proxy = new CommitProxy(TestPostgres.address());
  private final JarDatabase jars =
      new JarDatabase(
          JarDatabase.settings(proxy.through(JarDatabase.fresh())).withConnections(1, 2));
  private final Lane<Draw, Answer> lane = jars.lane();

  @AfterEach
  void close() {
    jars.close();
    proxy.close();
  }

  @Test
  void aBatchIsOneRoundTripAndOneCommit() {
    lane.submit(Draw.of(1, 1, 1).goingFirst(), PATIENCE); // now a session is there
    proxy.roundTrips.clear();
    lane.submit(Draw.of(2, 1, 1).goingFirst(), PATIENCE);
    List<List<String>> trips =
        proxy.roundTrips.stream().filter(trip -> !isOfANewSession(trip)).toList();
    assertThat(trips).hasSize(1);
    assertThat(trips.getFirst()).hasSize(6).startsWith("BEGIN").endsWith("commit");

    int commits = proxy.commits.get();
    List<Draw> draws =
        IntStream.rangeClosed(3, 40).mapToObj(i -> Draw.of(i, i % 5 + 1, 1).goingFirst()).toList();
    assertThat(jars.inOneBatch(lane, draws))
        .extracting(Result::answer)
        .hasOnlyElementsOfType(Answer.Drawn.class)
        .hasSize(38);
    int gate = 1;
    assertThat(proxy.commits.get() - commits).isEqualTo(1 + gate);
    assertThat(jars.handler.loads).hasValue(gate);
    assertThat(jars.misplacedMarbles()).isZero();
  }

  /** Keys with their claim, locks, time, and the writes with COMMIT. */
  @Test
  void aBatchThatLoadsHasOneRoundTripForEachReadAndOneForAllWrites() {
    lane.submit(Draw.of(1, 1, 1), PATIENCE);
    proxy.roundTrips.clear();
    lane.submit(Draw.of(2, 1, 1), PATIENCE);
    assertThat(proxy.roundTrips).filteredOn(trip -> !isOfANewSession(trip)).hasSize(4);
  }

  /** The pools may open a session meanwhile. */
  private static boolean isOfANewSession(List<String> trip) {
    return trip.stream()
        .allMatch(sql -> sql.isEmpty() || sql.startsWith("set ") || sql.startsWith("SHOW "));
  }

  @Test
  void aCheckThrowsTheBatchBackAndLoadingAnswersRight() {
    List<Result<Answer>> results =
        jars.inOneBatch(
            lane, Stream.of(1, 2, 3, 4).map(i -> Draw.of(i, 1, 300).goingFirst()).toList());

    assertThat(results)
        .extracting(Result::answer)
        .containsExactly(
            new Answer.Drawn(1), new Answer.Drawn(2), new Answer.Drawn(3), new Answer.TooFew(1));
    assertThat(jars.handler.thrownBack).containsExactly(List.of(1L, 2L, 3L, 4L));
    assertThat(jars.counted("tidegate.lane.thrown.back")).isEqualTo(1);
    assertThat(jars.misplacedMarbles()).isZero();
    assertThat(jars.count("select count(*) from db.idempotency where reference > 0")).isEqualTo(3);
  }

  @Test
  void aKeyThatIsThereThrowsTheBatchBackAndIsAnsweredFromIt() {
    lane.submit(Draw.of(1, 1, 5), PATIENCE);

    List<Result<Answer>> results =
        jars.inOneBatch(
            lane,
            List.of(
                Draw.of(2, 1, 5).goingFirst(),
                Draw.of(3, 1, 5).withKey(1).goingFirst(),
                Draw.of(4, 1, 5).withKey(2).goingFirst()));

    assertThat(results)
        .extracting(Result::answer)
        .containsExactly(new Answer.Drawn(2), new Answer.DrawnBefore(1), new Answer.DrawnBefore(2));
    assertThat(jars.handler.thrownBack).hasSize(1);
    assertThat(jars.count("select sum(drawn) from jar")).isEqualTo(10);
    assertThat(jars.misplacedMarbles()).isZero();
  }

  @Test
  void anotherNumberOfRowsThanExpectedThrowsTheBatchBack() {
    long noJar = JarDatabase.JARS + 1;

    List<Result<Answer>> results =
        jars.inOneBatch(
            lane,
            List.of(
                Draw.of(1, 1, 5).goingFirst(),
                Draw.of(2, 2, 5).alsoFrom(noJar, 1).goingFirst(),
                Draw.of(3, 3, 5).goingFirst()));

    assertThat(results)
        .extracting(Result::answer)
        .containsExactly(new Answer.Drawn(1), new Answer.TooFew(noJar), new Answer.Drawn(3));
    assertThat(jars.handler.thrownBack).hasSize(1);
    assertThat(jars.count("select count(*) from draw where id = 2")).isZero();
    assertThat(jars.misplacedMarbles()).isZero();
  }

  @Test
  void onlyThoseThatMayGoFirst() {
    jars.inOneBatch(
        lane,
        List.of(Draw.of(1, 1, 1).goingFirst(), Draw.of(2, 1, 1), Draw.of(3, 1, 1).goingFirst()));

    // A caller may wake before the lane has told its handler of the commit.
    await()
        .untilAsserted(
            () -> assertThat(jars.handler.committed).contains(List.of(1L, 3L), List.of(2L)));
  }
}
