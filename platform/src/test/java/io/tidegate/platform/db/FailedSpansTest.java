package io.tidegate.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.db.Draw.Answer;
import io.tidegate.platform.testing.TestCollector;
import io.tidegate.platform.testing.TestCollector.Told;
import io.tidegate.platform.trace.Entered;
import io.tidegate.platform.trace.Span;
import io.tidegate.platform.trace.TraceSettings;
import io.tidegate.platform.trace.Tracer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What fails in the database is told as failed, and what never ran ends, too. */
class FailedSpansTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Sql BROKEN = Sql.of("select 1 / (? - 1)");
  private static final Sql NOTHING =
      Sql.of("insert into draw (id, jar, marbles, note) values (1, 1, null, '')");

  private TestCollector collector;
  private Tracer tracer;
  private Database database;
  private Span caller;

  @BeforeEach
  void open() throws Exception {
    collector = new TestCollector();
    tracer =
        Tracer.to(
            new TraceSettings(collector.url(), 1, LONG, "test", "one"), new SimpleMeterRegistry());
    database =
        new Database(
            JarDatabase.settings(JarDatabase.fresh()).withConnections(2, 1),
            InstantSource.system(),
            tracer);
    caller = tracer.begin("caller");
  }

  @AfterEach
  void close() {
    database.close();
    tracer.close();
    collector.close();
  }

  private Told told(String name) {
    return await()
        .atMost(LONG)
        .until(
            () -> collector.told().stream().filter(span -> span.name().equals(name)).toList(),
            some -> !some.isEmpty())
        .getFirst();
  }

  @Test
  void aStatement() {
    try (Entered _ = caller.enter()) {
      assertThatThrownBy(() -> database.writeOnce(tx -> tx.query(BROKEN, row -> row.getLong(1), 1)))
          .isInstanceOf(DatabaseFailure.BadData.class);
    }
    assertThat(told("query").failed()).isTrue();
    assertThat(told("query").attributes()).containsEntry("error.type", "BadData");
    assertThat(told("transaction").failed()).isTrue();
  }

  @Test
  void aRead() {
    try (Entered _ = caller.enter()) {
      assertThat(database.read(BROKEN, row -> row.getLong(1), 2)).containsExactly(1L);
      assertThatThrownBy(() -> database.read(BROKEN, row -> row.getLong(1), 1))
          .isInstanceOf(DatabaseFailure.BadData.class);
    }
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(collector.told())
                .filteredOn(span -> span.name().equals("query"))
                .extracting(Told::failed)
                .containsExactly(false, true));
  }

  @Test
  void aCommit() {
    try (Entered _ = caller.enter()) {
      assertThatThrownBy(() ->
              database.writeOnce(tx -> {
                tx.write(NOTHING);
                return true;
              }))
          .isInstanceOf(DatabaseFailure.BadData.class);
    }
    assertThat(told("commit").failed()).isTrue();
    assertThat(told("commit").attributes()).containsEntry("error.type", "BadData");
  }

  @Test
  void aCommandThatComesAsItsLaneCloses() {
    List<Lane<Draw, Answer>> itself = new ArrayList<>();
    Lane<Draw, Answer> lane =
        new Lane<>(
            LaneSettings.of("draw").withWorkers(1),
            database,
            new DrawHandler(),
            draw -> {
              itself.forEach(Lane::close); // between its two looks
              return draw.note().length();
            },
            new LaneMetrics(new SimpleMeterRegistry(), "draw"));
    itself.add(lane);
    try (Entered _ = caller.enter()) {
      assertThatThrownBy(() -> lane.submit(Draw.of(1, 1, 1), LONG))
          .isInstanceOf(LaneRefusal.Closed.class);
    }
    assertThat(told("lane draw").failed()).isTrue();
    assertThat(told("lane draw").attributes()).containsEntry("error.type", "Closed");
    assertThat(told("wait in lane draw").parent()).isEqualTo(told("lane draw").id());
  }
}
