package io.tidegate.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.messaging.Replay.State;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A replay tells what it was asked for, wherever it is broken off, and changes nothing of ours. */
@SuppressWarnings("deprecation") // of the pull consumer; see RocketClients
final class ReplayTest {

  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final Duration LONG = TestLimits.PATIENCE;

  private final MessagingDatabase db = new MessagingDatabase();
  private final int test = TESTS.incrementAndGet();
  private final String type = "thing.replayed" + test + ".v1";
  private final String group = "team-" + ProcessHandle.current().pid() + "-" + test;
  private final ReplayDesk desk = new ReplayDesk(db.database, Set.of());

  @AfterEach
  void close() {
    db.close();
  }

  private Messaging start(Steps steps, EventHandler... handlers) {
    return Messaging.start(
        db.database,
        TestBroker.shared().namesrv(),
        "node-1",
        "/test",
        MessagingDatabase.settings(),
        List.of(handlers),
        new Messaging.Seams(UnaryOperator.identity(), steps));
  }

  private long begin(String consumer, EventTypes types, int perSecond) {
    return db.database.writeOnce(tx ->
        desk.begin(tx, new ReplayDesk.Wish(consumer, types, null, null, null, perSecond), "eve"));
  }

  /** The feed stood still: a large difference became several horizons, all made just now. */
  @Test
  void upToATimeThatManyHorizonsWereMadeAfterItTellsAllBeforeIt() {
    Instant past = Instant.now().minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MILLIS);
    long old = 2L * HorizonStore.EVENTS_MAX + 500;
    db.append(past, type, LongStream.range(0, old).toArray());
    db.append(past.plusSeconds(60), type, LongStream.range(old, old + 100).toArray());
    try (Messaging messaging = start(Steps.UNWATCHED)) {
      assertThat(messaging).isNotNull();
      shown(old + 100);
      assertThat(db.count("select count(*) from messaging.horizon")).isGreaterThan(2);
      long id =
          db.database.writeOnce(tx ->
              desk.begin(
                  tx,
                  new ReplayDesk.Wish(
                      group, EventTypes.ALL, null, null, past.plusSeconds(60), 20_000),
                  "eve"));
      await().atMost(LONG).until(() -> replay(id).state() == State.DONE);
      assertThat(replay(id).told()).isEqualTo(old);
    }
  }

  private Replay replay(long id) {
    return desk.get(id).orElseThrow();
  }

  private void shown(long events) {
    await()
        .atMost(LONG)
        .until(() -> db.count("select coalesce(sum(events), 0) from messaging.horizon") == events);
  }

  @Test
  void oneOfOurConsumersIsFedAgainAndNothingChanges() {
    Tally.createTables(db);
    Tally tally = new Tally("tally" + test, type);
    db.append(type, 1, LongStream.range(0, 3_000).toArray());
    try (Messaging messaging = start(Steps.UNWATCHED, tally)) {
      assertThat(messaging).isNotNull();
      await().atMost(LONG).until(() -> db.count("select n from tally") == 3_000);
      shown(3_000);
      long before = tally.calls.get();
      long id = begin(tally.name(), EventTypes.ALL, 20_000);
      await().atMost(LONG).until(() -> replay(id).state() == State.DONE);

      assertThat(replay(id).own()).isTrue();
      assertThat(replay(id).told()).isEqualTo(3_000);
      assertThat(replay(id).read()).isEqualTo(replay(id).total()).isEqualTo(3_000);
      // More where the broker has delivered some of them twice: that may be.
      assertThat(tally.calls.get() - before)
          .as("each was handled again")
          .isGreaterThanOrEqualTo(3_000);
      assertThat(db.count("select n from tally")).as("and changed nothing").isEqualTo(3_000);
    }
  }

  @Test
  void anotherTeamsGroupHearsItInATopicOfItsOwnWhateverIsKilled() throws Exception {
    List<Long> keys = LongStream.range(0, 1_200).boxed().toList();
    db.append(type, 1, keys.stream().mapToLong(Long::longValue).toArray());
    db.append("thing.other.v1", 1, 1, 2, 3);
    AtomicInteger pages = new AtomicInteger();
    Steps dies =
        moment -> {
          if (moment == Steps.Moment.SENT
              && Thread.currentThread().getName().equals("replays")
              && pages.incrementAndGet() == 2) {
            throw new DatabaseFailure.Transient("the process ends here", null);
          }
        };
    long id;
    try (Messaging messaging = start(dies)) {
      assertThat(messaging).isNotNull();
      shown(1_203);
      id = begin(group, EventTypes.of(List.of(type)).orElseThrow(), 2_000);
      await().atMost(LONG).until(() -> pages.get() >= 2);
    }
    try (Messaging messaging = start(Steps.UNWATCHED)) {
      assertThat(messaging).isNotNull();
      await().atMost(LONG).until(() -> replay(id).state() == State.DONE);
    }
    List<MessageExt> messages = messages(TestBroker.PREFIX + "replay-" + group);
    assertThat(messages)
        .as("a page that was told and not noted comes again, with the same ids")
        .hasSizeGreaterThan(1_200);
    assertThat(messages.stream().map(m -> m.getUserProperty("ce_id")).distinct()).hasSize(1_200);
    assertThat(messages)
        .allSatisfy(message -> {
          assertThat(message.getUserProperty("ce_replay")).isEqualTo(Long.toString(id));
          assertThat(message.getUserProperty("ce_type")).isEqualTo(type);
          assertThat(message.getKeys()).isEqualTo(message.getUserProperty("ce_subject"));
        });
    assertThat(replay(id).told()).isEqualTo(1_200);
    assertThat(replay(id).read()).isEqualTo(1_203);
  }

  private static List<MessageExt> messages(String topic) throws Exception {
    DefaultMQPullConsumer client =
        new RocketClients(TestBroker.shared().namesrv())
            .consumer("reader-of-" + topic, Set.of(topic));
    client.start();
    try {
      List<MessageExt> messages = new ArrayList<>();
      for (MessageQueue queue : client.fetchSubscribeMessageQueues(topic)) {
        long offset = client.minOffset(queue);
        while (offset < client.maxOffset(queue)) {
          PullResult result = client.pull(queue, "*", offset, 32);
          messages.addAll(result.getMsgFoundList());
          offset = result.getNextBeginOffset();
        }
      }
      return messages;
    } finally {
      RocketClients.shutdown(client::shutdown);
    }
  }

  @Test
  void itIsPausedResumedAndCancelled() {
    Tally.createTables(db);
    Tally tally = new Tally("tally" + test, type);
    db.append(type, 1, LongStream.range(0, 500).toArray());
    try (Messaging messaging = start(Steps.UNWATCHED, tally)) {
      assertThat(messaging).isNotNull();
      shown(500);
      await().atMost(LONG).until(() -> desk.own().contains(tally.name()));
      long id = begin(tally.name(), EventTypes.ALL, 40);
      assertThatThrownBy(() -> begin(tally.name(), EventTypes.ALL, 40))
          .isInstanceOf(DatabaseFailure.Conflict.class);
      await().atMost(LONG).until(() -> replay(id).told() > 0);
      turn(tx -> desk.pause(tx, id));
      assertThat(replay(id).state()).isEqualTo(State.PAUSED);
      assertThatThrownBy(() -> turn(tx -> desk.pause(tx, id)))
          .isInstanceOf(DatabaseFailure.Conflict.class);
      long told = replay(id).told();
      assertThat(told).as("forty a second").isLessThan(500);

      turn(tx -> desk.resume(tx, id));
      await().atMost(LONG).until(() -> replay(id).told() > told);
      turn(tx -> desk.cancel(tx, id));
      assertThat(replay(id).state()).isEqualTo(State.CANCELLED);
      long again = begin(tally.name(), EventTypes.ALL, 20_000);
      await().atMost(LONG).until(() -> replay(again).state() == State.DONE);
      assertThat(desk.list(Long.MAX_VALUE, 10)).extracting(Replay::id).containsExactly(again, id);
    }
  }

  private void turn(java.util.function.Consumer<io.tidegate.platform.db.Tx> change) {
    db.database.writeOnce(tx -> {
      change.accept(tx);
      return true;
    });
  }
}
