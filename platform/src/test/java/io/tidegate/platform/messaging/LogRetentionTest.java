package io.tidegate.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Sql;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A partition of the log goes when it is old, and everybody is done with it; not before. */
final class LogRetentionTest {

  /** Small partitions, of whole receipt ranges. */
  private static final long WIDTH = Receipts.RANGE;

  private static final Duration OLD = Duration.ofDays(100);
  private static final String EARLY = "thing.early.v1";

  private final MessagingDatabase db = new MessagingDatabase();

  @AfterEach
  void close() {
    db.close();
  }

  /** Three partitions with events of 1970 and a fourth that is written to; two consumers. */
  @BeforeEach
  void fill() {
    db.execute("drop table messaging.log_0, messaging.log_1, messaging.log_2, messaging.log_3");
    for (int n = 0; n < 5; n++) {
      db.execute(
          "create table messaging.log_%d partition of messaging.log for values from (%d) to (%d)"
              .formatted(n, n * WIDTH, (n + 1) * WIDTH));
    }
    for (int n = 0; n < 4; n++) {
      db.execute("alter table messaging.log alter column position restart with " + (n * WIDTH + 5));
      db.append(EARLY, 1, LongStream.range(0, 20).toArray());
      for (String consumer : List.of("one", "two")) {
        db.execute(
            "insert into messaging.receipt (consumer, slot, range, bits)"
                + " values (?, 1, ?, b'1'::bit(8192))",
            consumer,
            (long) n);
      }
    }
    settle("one", 3 * WIDTH + 5);
    settle("two", 3 * WIDTH + 5);
    show();
  }

  /** Has the feed show everything. */
  private void show() {
    try (Horizons horizons = new Horizons(db.database, "node-1", MessagingDatabase.settings())) {
      while (horizons.step()) {
        // the next part
      }
    }
  }

  private void settle(String consumer, long position) {
    db.execute(
        "insert into messaging.audited values (?, ?)"
            + " on conflict (consumer) do update set position = excluded.position",
        consumer,
        position);
  }

  private int retire() {
    return db.log.retire(OLD, WIDTH);
  }

  private List<Long> partitions() {
    return db.database.read(
        Sql.of("select distinct position / 8192 from messaging.log order by 1"),
        row -> row.getLong(1));
  }

  @Test
  void whatIsOldAndPassedGoesWithItsReceipts() {
    assertThat(retire()).isEqualTo(3);

    assertThat(partitions()).as("the one that is written to stays").containsExactly(3L);
    assertThat(db.count("select count(*) from messaging.receipt")).isEqualTo(2);
    assertThat(db.count("select count(*) from messaging.receipt where range = 3")).isEqualTo(2);
    assertThat(retire()).isZero();
    db.append(EARLY, 2, 1);
    assertThat(db.log.after(0, 100)).hasSize(21);
  }

  @Test
  void theSlowestConsumerDecides() {
    settle("two", 2 * WIDTH - 2); // one event short of the second partition's end
    assertThat(retire()).isEqualTo(1);
    settle("two", 2 * WIDTH - 1);
    assertThat(retire()).isEqualTo(1);
    assertThat(partitions()).containsExactly(2L, 3L);
  }

  @Test
  void aConsumerThatHasJustJoinedHoldsAll() {
    db.execute(
        "insert into messaging.queue (consumer, topic, broker, queue) values ('late', 't', 'b', 0)");
    assertThat(retire()).isZero();
    db.execute("delete from messaging.queue where consumer = 'late'");
    assertThat(retire()).isEqualTo(3);
  }

  @Test
  void withoutConsumersNothingGoes() {
    db.execute("delete from messaging.audited");
    assertThat(retire()).isZero();
  }

  @Test
  void aParkedEventHoldsItsPartitionUntilAPersonHasDecided() {
    db.execute(
        "insert into messaging.dead_letter"
            + " (consumer, position, type, key, state, tries, next_at, error)"
            + " values ('one', ?, 'thing.early.v1', 1, 'dead', 7, now(), 'why')",
        WIDTH + 6);
    assertThat(retire()).isEqualTo(1);
    db.execute("update messaging.dead_letter set state = 'discarded'");
    assertThat(retire()).isEqualTo(2);
  }

  @Test
  void whatTheFeedHasNotShownStays() throws Exception {
    try (Connection late = db.transaction();
        Statement statement = late.createStatement()) {
      statement.execute(
          "insert into messaging.log (position, type, key, version, time, traceparent, data)"
              + " overriding system value values (8000, 'thing.early.v1', 1, 1, '1970-01-01', '', '{}')");
      show(); // sees nothing of it
      late.commit();
    }
    assertThat(retire()).isZero();
    show();
    assertThat(retire()).isEqualTo(3);
  }

  @Test
  void whoIsBehindIsTold() {
    EventFeed feed = new EventFeed(db.database);
    try (feed) {
      FeedPlace behind = new FeedPlace(1, 3);
      assertThat(FeedTest.read(feed, behind, 100)).isInstanceOf(FeedPage.Read.class);
      FeedPlace end = feed.end();
      db.append(EARLY, 2, 1);
      show();
      assertThat(retire()).isEqualTo(3);

      assertThat(FeedTest.read(feed, behind, 100)).isInstanceOf(FeedPage.Gone.class);
      FeedPage.Read after =
          (FeedPage.Read) FeedTest.read(feed, end, EventTypes.ALL, 100, Duration.ofSeconds(20));
      assertThat(after.events()).hasSize(1);
      FeedPage.Read beginning = (FeedPage.Read) FeedTest.read(feed, FeedPlace.BEGINNING, 100);
      assertThat(beginning.events()).as("what is left from its first horizon on").hasSize(1);
    }
  }

  @Test
  void whatIsNotOldEnoughStaysAndAllThatFollows() {
    db.execute(
        "update messaging.log set time = now() - interval '99 days' where position / 8192 = 1");
    assertThat(retire()).isEqualTo(1);
    assertThat(partitions()).containsExactly(1L, 2L, 3L);
  }

  /** Writers must not wait behind a drop that waits for a reader. */
  @Test
  void aReaderIsNotWaitedFor() throws Exception {
    try (Connection reader = db.transaction();
        Statement statement = reader.createStatement()) {
      statement.execute("select count(*) from messaging.log");
      assertThatThrownBy(this::retire).isInstanceOf(DatabaseFailure.Transient.class);
      reader.rollback();
    }
    assertThat(retire()).isEqualTo(3);
  }

  @Test
  void forEverUnlessAskedFor() {
    assertThat(MessagingSettings.of("tidegate-").logKept()).isZero();
  }
}
