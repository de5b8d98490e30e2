package io.tidegate.platform.messaging;

import static io.tidegate.platform.messaging.MessagingDatabase.append;
import static io.tidegate.platform.messaging.MessagingDatabase.takeId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The relay publishes every committed event, none that was not, in order for each key. */
final class RelayTest {

  /** A publisher that keeps what it is given, and refuses when told to. */
  private static final class Shelf implements EventPublisher {
    final List<LoggedEvent> events = Collections.synchronizedList(new ArrayList<>());
    volatile boolean refuses;

    @Override
    public void publish(List<LoggedEvent> more) {
      if (refuses) {
        throw new PublishException("refused", null);
      }
      events.addAll(more);
    }

    List<Integer> versions(long key) {
      synchronized (events) {
        return events.stream().filter(e -> e.key() == key).map(LoggedEvent::version).toList();
      }
    }
  }

  private final MessagingDatabase db = new MessagingDatabase();
  private final Shelf shelf = new Shelf();

  private Relay relay() {
    return relay(MessagingDatabase.settings());
  }

  private Relay relay(MessagingSettings settings) {
    return new Relay(db.database, shelf, "node-1", settings, Steps.UNWATCHED);
  }

  @AfterEach
  void close() {
    db.close();
  }

  private static void drain(Relay relay) {
    while (relay.step()) {
      // the next page
    }
  }

  @Test
  void twoEventsOfOneKeyKeepTheirOrderThoughAnOlderTransactionWritesTheSecond() throws Exception {
    Relay relay = relay();
    drain(relay);
    try (Connection t99 = db.transaction();
        Connection t100 = db.transaction();
        Connection t101 = db.transaction()) {
      long id99 = takeId(t99); // takes its id, and waits
      long id100 = takeId(t100);
      assertThat(takeId(t101)).isGreaterThan(id100).isGreaterThan(id99);
      append(t101, 7, 1);
      t101.commit();
      append(t99, 7, 2);
      t99.commit(); // while T100 still runs: below its horizon is e2 alone

      drain(relay);
      assertThat(shelf.versions(7)).as("both at once, in order").containsExactly(1, 2);

      append(t100, 8, 1);
      t100.commit();
      drain(relay);
      assertThat(shelf.versions(8)).as("a late commit is not skipped").containsExactly(1);
      assertThat(shelf.events).as("nothing twice").hasSize(3);
    }
  }

  @Test
  void aLongWriterHoldsNobodyUp() throws Exception {
    Relay relay = relay();
    try (Connection slow = db.transaction()) {
      long first = append(slow, 1, 1);
      db.append("thing.done.v1", 1, 2, 3, 4);
      drain(relay);
      assertThat(shelf.events).extracting(LoggedEvent::key).containsExactly(2L, 3L, 4L);
      slow.commit();
      drain(relay);
      assertThat(shelf.events.getLast().position()).isEqualTo(first);
    }
  }

  @Test
  void whatIsRolledBackIsNeverPublished() throws Exception {
    Relay relay = relay();
    try (Connection undecided = db.transaction()) {
      append(undecided, 1, 1);
      drain(relay);
      undecided.rollback();
    }
    drain(relay);
    assertThat(shelf.events).isEmpty();
  }

  @Test
  void aBacklogIsReadInPagesAndSurvivesARefusalInTheMiddle() {
    MessagingSettings small = small(10);
    Relay relay = relay(small);
    long[] keys = new long[95];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = i;
    }
    db.append("thing.done.v1", 1, keys);
    assertThat(relay.step()).isTrue();
    assertThat(relay.step()).isTrue();
    shelf.refuses = true;
    assertThatThrownBy(relay::step).isInstanceOf(PublishException.class);
    shelf.refuses = false;
    db.append("thing.done.v1", 2, keys); // not part of the pair that is being read

    drain(relay(small)); // another life goes on where the cursor stands

    assertThat(shelf.events).hasSize(190);
    for (long key : keys) {
      assertThat(shelf.versions(key)).containsExactly(1, 2);
    }
  }

  @Test
  void aRelayWithAnOlderEpochCannotMoveTheCursor() {
    Relay relay = relay();
    drain(relay);
    db.execute("update messaging.relay set epoch = 5");
    db.append("thing.done.v1", 1, 1);
    assertThatThrownBy(relay::step).isInstanceOf(DatabaseFailure.Conflict.class);
  }

  @Test
  void aRestoredLogIsPublishedAgainAndThenGoesOn() {
    db.append("thing.done.v1", 1, 1, 2, 3);
    drain(relay());
    assertThat(shelf.events).hasSize(3);
    db.execute("update messaging.relay set cluster = 1, snapshot = '9000000000:9000000000:'");
    db.execute("update messaging.log set xid = '9000000001'");

    drain(relay());
    assertThat(shelf.events).as("at least once, from the last position").hasSize(6);
    db.append("thing.done.v1", 2, 1);
    drain(relay());
    assertThat(shelf.versions(1)).containsExactly(1, 1, 2);
    drain(relay());
    assertThat(shelf.events).as("and no further time").hasSize(7);
  }

  @Test
  void noRandomMixtureOfWritersLosesOrReordersAnEvent() throws Exception {
    MessagingSettings small = small(17);
    int writers = 8;
    CountDownLatch done = new CountDownLatch(writers);
    Map<Long, List<Integer>> committed = new HashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int w = 0; w < writers; w++) {
      Random random = new Random(4_711 + w);
      long key = w;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  List<Integer> mine = write(random, key);
                  synchronized (committed) {
                    committed.put(key, mine);
                  }
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                } finally {
                  done.countDown();
                }
              }));
    }
    Relay relay = relay(small);
    while (done.getCount() > 0) {
      drain(relay);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    drain(relay);

    assertThat(committed).hasSize(writers);
    committed.forEach((key, versions) -> assertThat(shelf.versions(key)).isEqualTo(versions));
    assertThat(shelf.events).doesNotHaveDuplicates();
  }

  /** Writes one key's events, each transaction after the one before, with pauses and rollbacks. */
  private List<Integer> write(Random random, long key) throws Exception {
    List<Integer> committed = new ArrayList<>();
    int version = 0;
    for (int i = 0; i < 20; i++) {
      try (Connection connection = db.transaction()) {
        if (random.nextBoolean()) {
          takeId(connection);
          Thread.sleep(random.nextInt(5));
        }
        List<Integer> mine = new ArrayList<>();
        for (int n = random.nextInt(3); n >= 0; n--) {
          version++;
          append(connection, key, version);
          mine.add(version);
          Thread.sleep(random.nextInt(3));
        }
        if (random.nextInt(4) == 0) {
          connection.rollback();
        } else {
          connection.commit();
          committed.addAll(mine);
        }
      }
    }
    return committed;
  }

  private static MessagingSettings small(int page) {
    return MessagingDatabase.settings().withRelayPageMax(page);
  }
}
