package io.tidegate.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.engine.EmbeddedBroker;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestLimits;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the log through a real broker into effects: all of them, once, whatever breaks between. */
final class ConsumerTest {

  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final Duration LONG = TestLimits.PATIENCE;

  /** How often a transaction that is not the only one of its batch is tried. */
  private static final int PARK_TRIES = 8;

  private static final Sql EFFECT =
      Sql.of(
          """
          insert into effect (key, version)
          select key, max(version) from unnest(?::bigint[], ?::int[]) as e(key, version)
          group by key order by key
          on conflict (key) do update set version = greatest(effect.version, excluded.version)
          """);

  /** Keeps the highest version of each key: a natural key, so order and repetition don't matter. */
  private static final class Keeper implements EventHandler {
    final String name;
    final String type;
    final AtomicLong calls = new AtomicLong();
    final Set<Long> poison = ConcurrentHashMap.newKeySet();

    Keeper(String name, String type) {
      this.name = name;
      this.type = type;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Set<String> types() {
      return Set.of(type);
    }

    @Override
    public void handle(Tx tx, List<LoggedEvent> events) {
      calls.addAndGet(events.size());
      for (LoggedEvent event : events) {
        if (poison.contains(event.key())) {
          throw new IllegalArgumentException("can't do this one");
        }
      }
      tx.write(
          EFFECT,
          events.stream().mapToLong(LoggedEvent::key).toArray(),
          events.stream().mapToInt(LoggedEvent::version).toArray());
    }
  }

  private final MessagingDatabase db = new MessagingDatabase();

  /** Its own, since the tests share the broker. */
  private final String type = "thing.done" + TESTS.incrementAndGet() + ".v1";

  private final Keeper keeper = new Keeper("keeper" + TESTS.get(), type);

  @TempDir Path directory;

  @BeforeEach
  void table() {
    db.execute("create table effect (key bigint primary key, version int not null)");
  }

  @AfterEach
  void close() {
    db.close();
  }

  private Messaging start(String namesrv, String node, EventHandler... handlers) {
    return Messaging.start(
        db.database, namesrv, node, "/test", MessagingDatabase.settings(), List.of(handlers));
  }

  private Messaging start(String node, EventHandler... handlers) {
    return start(TestBroker.shared().namesrv(), node, handlers);
  }

  private long effects(int version) {
    return db.count("select count(*) from effect where version = ?", version);
  }

  private long receipts() {
    return db.count(
        "select coalesce(sum(n), 0)::bigint from (select bit_count(bit_or(bits)) n"
            + " from messaging.receipt where consumer = ? group by range) r",
        keeper.name);
  }

  private static long[] keys(int count) {
    return LongStream.range(0, count).toArray();
  }

  @Test
  void eventsThatComeTwiceAndOutOfOrderEndInTheSameState() {
    db.append(type, 1, keys(300));
    String beginning =
        db.database
            .read(Sql.of("select snapshot::text from messaging.relay"), row -> row.getString(1))
            .getFirst();
    try (Messaging messaging = start("node", keeper)) {
      db.append(type, 2, keys(300));
      messaging.wake();
      await().atMost(LONG).until(() -> effects(2) == 300 && receipts() == 600);
      await().atMost(LONG).until(() -> messaging.handled(keeper.name) >= 600);
    }
    long before = keeper.calls.get();
    db.execute("update messaging.relay set snapshot = ?::text::pg_snapshot", beginning);
    try (Messaging _ = start("node", keeper)) {
      await().atMost(LONG).until(() -> keeper.calls.get() >= before + 600);
    }
    assertThat(effects(2)).isEqualTo(300);
    assertThat(receipts()).isEqualTo(600);
  }

  @Test
  void aPoisonEventParksWhileOthersFlowAndIsReplayed() {
    keeper.poison.addAll(List.of(13L, 77L));
    try (Messaging messaging = start("node", keeper)) {
      db.append(type, 1, keys(200));
      messaging.wake();
      await().atMost(LONG).until(() -> effects(1) == 198 && receipts() == 198);
      await()
          .atMost(LONG)
          .until(() ->
              messaging.deadLetters().list(keeper.name, 0, 10).stream()
                      .filter(letter -> letter.state() == DeadLetter.State.DEAD)
                      .count()
                  == 2);
      DeadLetter letter = messaging.deadLetters().list(null, 0, 10).getFirst();
      assertThat(letter.tries()).isEqualTo(4);
      assertThat(letter.error()).isEqualTo("IllegalArgumentException: can't do this one");
      assertThat(db.database.ask(DeadLetters.whichOfKeys(List.of(keeper.name, "other"), 13, 14)))
          .isEqualTo(
              Map.of(
                  keeper.name, Map.of(13L, new DeadLetters.EffectState(DeadLetter.State.DEAD, 4))));

      keeper.poison.clear();
      DeadLetter other = messaging.deadLetters().list(null, letter.id(), 10).getFirst();
      assertThat(messaging.deadLetters().replay(letter.id())).isTrue();
      assertThat(messaging.deadLetters().discard(other.id(), "staff", "not wanted")).isTrue();
      assertThat(messaging.deadLetters().discard(other.id(), "staff", "again")).isFalse();
      await().atMost(LONG).until(() -> effects(1) == 199 && receipts() == 200);
      assertThat(messaging.deadLetters().list(null, 0, 10)).isEmpty();
    }
  }

  @Test
  void aBatchWhoseCulpritCannotBeParkedYetComesAgain() throws SQLException {
    keeper.poison.add(13L);
    try (Connection own = db.transaction();
        Statement statement = own.createStatement()) {
      statement.execute(
          """
          create sequence parkings;
          create function not_yet() returns trigger language plpgsql as $$
          begin
            perform nextval('parkings');
            raise exception 'not yet' using errcode = '40001';
          end $$;
          create trigger not_yet before insert on messaging.dead_letter
            for each row execute function not_yet()
          """);
      own.commit();
    }
    try (Messaging messaging = start("node", keeper)) {
      db.append(type, 1, keys(50));
      messaging.wake();
      // More than all tries of two times: what was pulled is neither lost nor stands in the way.
      await().until(() -> db.count("select last_value from parkings") > 2 * PARK_TRIES);
      db.execute("drop trigger not_yet on messaging.dead_letter");
      await().until(() -> effects(1) == 49 && receipts() == 49);
      await().until(() -> !messaging.deadLetters().list(keeper.name, 0, 10).isEmpty());
      db.append(type, 2, 1, 2, 3);
      messaging.wake();
      await().until(() -> effects(2) == 3);
    }
  }

  @Test
  void whatTheBrokerNeverDeliveredIsFedFromTheLog() {
    try (Messaging messaging = start("node", keeper)) {
      db.append(type, 1, keys(10));
      messaging.wake();
      await().atMost(LONG).until(() -> effects(1) == 10);
    }
    db.append(type, 2, keys(40)); // nobody relays; and now somebody says it was published
    db.execute("update messaging.relay set snapshot = pg_current_snapshot()");
    try (Messaging messaging = start("node", keeper)) {
      await().atMost(LONG).until(() -> effects(2) == 40 && receipts() == 50);
      await()
          .atMost(LONG)
          .until(() -> messaging.deliveryAudit().coverage().getFirst().looked() == 50);
      assertThat(messaging.deliveryAudit().coverage())
          .containsExactly(new Coverage(keeper.name, 50, 0, 0));
    }
  }

  @Test
  void aReceiptThatWasDeletedIsFoundAndItsEventFedAgain() {
    try (Messaging messaging = start("node", keeper)) {
      db.append(type, 1, keys(20));
      messaging.wake();
      DeliveryAudit audit = messaging.deliveryAudit();
      await().atMost(LONG).until(() -> audit.coverage().getFirst().looked() == 20);
      assertThat(audit.coverage().getFirst().missing()).isZero();

      db.execute("delete from messaging.receipt where consumer = ?", keeper.name);
      assertThat(audit.coverage().getFirst().missing()).isEqualTo(20);
      audit.rewind(keeper.name);
      await().atMost(LONG).until(() -> receipts() == 20);
      assertThat(effects(1)).isEqualTo(20);
    }
  }

  @Test
  void twoNodesShareTheQueuesAndOneTakesOverFromTheOther() {
    try (Messaging one = start("one", keeper)) {
      await().atMost(LONG).until(() -> owned("one") == 4);
      try (Messaging _ = start("two", keeper)) {
        await().atMost(LONG).until(() -> owned("one") == 2 && owned("two") == 2);
        db.append(type, 1, keys(100));
        one.wake();
        await().atMost(LONG).until(() -> effects(1) == 100);
      }
      await().atMost(LONG).until(() -> owned("one") == 4);
      db.append(type, 2, keys(100));
      one.wake();
      await().atMost(LONG).until(() -> effects(2) == 100 && receipts() == 200);
    }
    // A node that vanished without a word keeps its queues until its leases have run out.
    db.execute(
        "update messaging.queue set owner = 'gone', epoch = epoch + 1,"
            + " until = clock_timestamp() + interval '1 second'");
    try (Messaging _ = start("one", keeper)) {
      await().atMost(LONG).until(() -> owned("one") == 4);
    }
  }

  private long owned(String node) {
    return db.count(
        "select count(*) from messaging.queue where consumer = ? and owner = ?", keeper.name, node);
  }

  @Test
  @Tag("own-engine")
  void whoJoinsLateHearsEverythingFromTheStartThoughTheBrokerHasNothingOfItAnyMore()
      throws Exception {
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(directory.resolve("old"), TestBroker.settings(), _ -> {});
        Messaging messaging = start(broker.namesrv(), "node", keeper)) {
      broker.whenReady().get(TestBroker.START_MAX.toSeconds(), TimeUnit.SECONDS);
      db.append(type, 1, keys(300));
      messaging.wake();
      await().atMost(LONG).until(() -> effects(1) == 300);
    }
    db.execute("delete from effect");

    Keeper late = new Keeper("late" + keeper.name, type);
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(directory.resolve("new"), TestBroker.settings(), _ -> {});
        Messaging messaging = start(broker.namesrv(), "node", keeper, late)) {
      broker.whenReady().get(TestBroker.START_MAX.toSeconds(), TimeUnit.SECONDS);
      await().atMost(LONG).until(() -> effects(1) == 300);
      db.append(type, 2, keys(10)); // and what comes from now on
      messaging.wake();
      await().atMost(LONG).until(() -> effects(2) == 10 && late.calls.get() >= 310);
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(messaging.deliveryAudit().coverage())
                  .contains(new Coverage(late.name, 310, 0, 0)));
    }
  }

  @Test
  @Tag("own-engine")
  void nothingIsLostWhenTheBrokerIsKilledUnderFlowOrStartsLate() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, TestBroker.settings(), _ -> {});
        Messaging messaging = start(broker.namesrv(), "node", keeper)) {
      db.append(type, 1, keys(500)); // before the broker is up
      broker.whenReady().get(TestBroker.START_MAX.toSeconds(), TimeUnit.SECONDS);
      await().atMost(LONG).until(() -> effects(1) == 500);

      for (int part = 0; part < 10; part++) {
        db.append(type, 2, LongStream.range(part * 100L, part * 100L + 100).toArray());
        messaging.wake();
        if (part == 4) {
          ProcessHandle.of(broker.pid()).orElseThrow().destroyForcibly();
        }
      }
      await().atMost(LONG).until(() -> effects(2) == 1_000 && receipts() == 1_500);
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(messaging.backlog())
                  .isEqualTo(
                      new Backlog(0, 0.0, List.of(new Backlog.OfConsumer(keeper.name, 0, 0, 0)))));
    }
  }
}
