package io.tidegate.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.Messaging.Seams;
import io.tidegate.platform.messaging.Steps.Moment;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestLimits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A node stops dead between any two steps, and another one takes over: no event is lost, and every
 * effect happens once. Then the first one comes to itself, past all its leases, and goes on as if
 * nothing had been: it changes nothing that is not its own any more.
 */
final class FaultPointsTest {

  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final Duration LONG = TestLimits.PATIENCE;
  private static final int EVENTS = 250;

  /** Events of one page: the backlog takes three. */
  private static final int PAGE = 100;

  /** All threads of a node stand still from a moment on, until they are let go. */
  private static final class Standstill implements Steps {
    private final Moment where;
    private final AtomicInteger comings;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    /**
     * Stands still somewhere.
     *
     * @param time at the first time that somebody comes there, or at a later one
     */
    Standstill(Moment where, int time) {
      this.where = where;
      this.comings = new AtomicInteger(time);
    }

    @Override
    public void at(Moment moment) {
      if (moment == where && comings.decrementAndGet() == 0) {
        reached.countDown();
      }
      if (reached.getCount() == 0) {
        awaitUninterruptibly(letGo);
      }
    }

    /** A thread that is dead hears no interrupt. */
    private static void awaitUninterruptibly(CountDownLatch latch) {
      boolean interrupted = false;
      while (true) {
        try {
          latch.await();
          break;
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    boolean isReached() {
      return reached.getCount() == 0;
    }

    void letGo() {
      letGo.countDown();
    }
  }

  private final MessagingDatabase db = new MessagingDatabase();

  /** Its own, since the tests share the broker. */
  private final String type = "thing.stopped" + TESTS.incrementAndGet() + ".v1";

  private final Tally one = new Tally("tally" + TESTS.get(), type);
  private final Tally other = new Tally("tally" + TESTS.get(), type);

  @AfterEach
  void close() {
    db.close();
  }

  private Messaging start(String node, Tally tally, Steps steps) {
    return Messaging.start(
        db.database,
        TestBroker.shared().namesrv(),
        node,
        "/test",
        MessagingDatabase.settings().withRelayPageMax(PAGE),
        List.of(tally),
        new Seams(UnaryOperator.identity(), steps));
  }

  /** Whatever a thread meets that nobody thought of: it is tried again, and done once. */
  @ParameterizedTest
  @EnumSource(Moment.class)
  void anErrorThatNobodyThoughtOfEndsNoThread(Moment where) {
    Tally.createTables(db);
    AtomicBoolean thrown = new AtomicBoolean();
    Steps throwing =
        moment -> {
          if (moment == where && thrown.compareAndSet(false, true)) {
            throw new IllegalStateException("nobody thought of it");
          }
        };
    try (Messaging _ = start("one", one, throwing)) {
      db.append(type, 1, LongStream.range(0, EVENTS).toArray());
      await().atMost(LONG).until(() -> one.effects(db) == EVENTS);
      assertThat(thrown).isTrue();
    }
  }

  /**
   * The relay: after it sent and before it noted so, in the midst of a backlog too; after it noted
   * so. A consumer: with a batch that it pulled and did not begin, with effects written and not
   * committed, with effects committed that its memory does not know, and behind a batch. A node:
   * before it takes its first queues, and before it renews what it has.
   */
  @ParameterizedTest
  @CsvSource({
    "SENT, 1",
    "SENT, 2",
    "MARKED, 1",
    "MARKED, 2",
    "PULLED, 1",
    "WRITTEN, 1",
    "COMMITTED, 1",
    "NOTED, 1",
    "RENEWING, 1",
    "RENEWING, 2"
  })
  void aNodeStopsDeadAndAnotherTakesOver(Moment where, int time) {
    Tally.createTables(db);
    db.append(type, 1, LongStream.range(0, EVENTS).toArray());
    Standstill standstill = new Standstill(where, time);
    try (Messaging _ = start("one", one, standstill)) {
      try {
        await().atMost(LONG).until(standstill::isReached);
        isThere(where, time);
        try (Messaging second = start("two", other, Steps.UNWATCHED)) {
          await().atMost(LONG).until(() -> one.isExactly(db, EVENTS));
          standstill.letGo();
          db.append(type, 2, LongStream.range(0, EVENTS).toArray());
          second.wake();
          await().atMost(LONG).until(() -> one.isExactly(db, 2 * EVENTS));
          await().atMost(LONG).until(() -> second.backlog().relayEvents() == 0);
          if (where == Moment.SENT || where == Moment.MARKED) {
            assertThat(relaying()).as("the first one relays no more").isEqualTo("two");
          }
        }
      } finally {
        standstill.letGo();
      }
    }
    assertThat(one.effects(db)).isEqualTo(2 * EVENTS);
    assertThat(one.fed(db)).as("nothing was lost that the audit had to find").isZero();
  }

  /** What has happened up to there, and what has not. */
  private void isThere(Moment where, int time) {
    switch (where) {
      case SENT, MARKED -> // of the backlog; its beginning is marked before its first page
          assertThat(marked()).as("events that the cursor has").isEqualTo(PAGE * (time - 1L));
      case PULLED -> {
        assertThat(one.calls.get()).as("events that were begun").isZero();
        assertThat(one.effects(db)).isZero();
      }
      case WRITTEN -> assertThat(one.effects(db)).as("not committed").isZero();
      case COMMITTED -> { // a commit of offsets alone has no effects
        assertThat(one.effects(db) > 0).isEqualTo(one.calls.get() > 0);
        assertThat(one.commits.get()).as("its memory does not know").isZero();
      }
      case NOTED -> {
        assertThat(one.effects(db)).isPositive();
        assertThat(one.commits.get()).isPositive();
      }
      case RENEWING -> {
        if (time == 1) {
          assertThat(db.count("select count(*) from messaging.queue where owner <> ''")).isZero();
          assertThat(one.effects(db)).isZero();
        }
      }
    }
  }

  private long marked() {
    return db.count(
        "select count(*) from messaging.log where position <= (select position from messaging.relay)");
  }

  private String relaying() {
    return db.database
        .read(Sql.of("select holder from db.lease where name = 'relay'"), row -> row.getString(1))
        .getFirst();
  }

  /** The other node takes the queues while a batch of the first one waits for its commit. */
  @Test
  void aBatchWhoseQueuesWentToAnotherNodeKeepsNothing() {
    Tally.createTables(db);
    Standstill standstill = new Standstill(Moment.WRITTEN, 1);
    try (Messaging _ = start("one", one, standstill)) {
      try {
        db.append(type, 1, LongStream.range(0, EVENTS).toArray());
        await().atMost(LONG).until(standstill::isReached);
        assertThat(one.calls.get()).as("events in the batch").isPositive();
        assertThat(one.effects(db)).as("not committed").isZero();
        try (Messaging _ = start("two", other, Steps.UNWATCHED)) {
          await()
              .atMost(LONG)
              .until(
                  () -> db.count("select count(*) from messaging.queue where owner = 'two'") == 4);
          await().atMost(LONG).until(() -> other.isExactly(db, EVENTS));
          assertThat(other.calls.get())
              .as("all of them were done here")
              .isGreaterThanOrEqualTo(EVENTS);

          standstill.letGo();
          await()
              .atMost(LONG)
              .until(
                  () -> db.count("select count(*) from messaging.queue where owner = 'one'") == 2);
          assertThat(one.effects(db)).isEqualTo(EVENTS);
          assertThat(one.commits.get()).as("its batch was refused").isZero();
        }
      } finally {
        standstill.letGo();
      }
    }
    assertThat(one.isExactly(db, EVENTS)).isTrue();
  }
}
