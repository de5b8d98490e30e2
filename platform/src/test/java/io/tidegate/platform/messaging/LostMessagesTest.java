package io.tidegate.platform.messaging;

import static java.util.stream.Collectors.partitioningBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.engine.EmbeddedBroker;
import io.tidegate.platform.messaging.Messaging.Seams;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the broker has acknowledged and lost is found by the delivery audit and fed, once. */
final class LostMessagesTest {

  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final Duration LONG = TestLimits.PATIENCE;

  private final MessagingDatabase db = new MessagingDatabase();

  /** Its own, since the tests share the broker. */
  private final String type = "thing.lost" + TESTS.incrementAndGet() + ".v1";

  private final Tally tally = new Tally("loser" + TESTS.get(), type);

  @TempDir Path directory;

  @BeforeEach
  void tables() {
    Tally.createTables(db);
  }

  @AfterEach
  void close() {
    db.close();
  }

  private Messaging start(String namesrv, List<EventHandler> handlers, Seams seams) {
    return Messaging.start(
        db.database, namesrv, "node", "/test", MessagingDatabase.settings(), handlers, seams);
  }

  private static long[] keys(int count) {
    return LongStream.range(0, count).toArray();
  }

  private EmbeddedBroker broker() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(directory, TestBroker.settings(), _ -> {});
    broker.whenReady().get(TestBroker.START_MAX.toSeconds(), TimeUnit.SECONDS);
    return broker;
  }

  /** A disk is lost: what lay in the broker, and every offset that consumers have of it. */
  @Test
  @Tag("own-engine")
  void aBrokerThatComesBackWithAnEmptyStore() throws Exception {
    int done = 300;
    int lost = 200;
    try (EmbeddedBroker broker = broker()) {
      try (Messaging messaging = start(broker.namesrv(), List.of(tally), Seams.NONE)) {
        db.append(type, 1, keys(done));
        messaging.wake();
        await().atMost(LONG).until(() -> tally.isExactly(db, done));
      }
      try (Messaging messaging = start(broker.namesrv(), List.of(), Seams.NONE)) {
        db.append(type, 2, keys(lost)); // nobody consumes them
        messaging.wake();
        await().atMost(LONG).until(() -> messaging.backlog().relayEvents() == 0);
      }
    }
    assertThat(tally.effects(db)).isEqualTo(done);
    delete(directory.resolve("store"));

    try (EmbeddedBroker broker = broker();
        Messaging messaging = start(broker.namesrv(), List.of(tally), Seams.NONE)) {
      await().atMost(LONG).until(() -> tally.isExactly(db, done + lost));
      assertThat(tally.fed(db)).as("fed from the log").isEqualTo(lost);

      db.append(type, 3, keys(done)); // through queues that begin anew
      messaging.wake();
      await().atMost(LONG).until(() -> tally.isExactly(db, 2L * done + lost));
      DeliveryAudit audit = messaging.deliveryAudit();
      await().atMost(LONG).until(() -> audit.coverage().getFirst().looked() == 2L * done + lost);
      assertThat(audit.coverage().getFirst().missing()).isZero();
    }
  }

  /** A broker, or a relay, that says "sent" of messages that nobody will ever see. */
  @Test
  void aShareOfTheSendsIsClaimedAndNotDone() {
    int events = 1_500;
    long seed = System.nanoTime();
    Set<Long> skipped = ConcurrentHashMap.newKeySet();
    Seams seams =
        new Seams(
            publisher ->
                page -> {
                  Map<Boolean, List<LoggedEvent>> parts =
                      page.stream().collect(partitioningBy(e -> isSkipped(e.position(), seed)));
                  publisher.publish(parts.get(false));
                  parts.get(true).forEach(event -> skipped.add(event.position()));
                },
            Steps.UNWATCHED);
    try (Messaging messaging = start(TestBroker.shared().namesrv(), List.of(tally), seams)) {
      for (int part = 0; part < 10; part++) {
        db.append(type, part, keys(events / 10));
        messaging.wake();
      }
      await().atMost(LONG).until(() -> tally.isExactly(db, events));
      assertThat(skipped.size()).as("seed %s", seed).isBetween(events / 20, events / 5);
      assertThat(tally.fed(db)).as("seed %s: no more were fed", seed).isEqualTo(skipped.size());
    }
  }

  /** One of ten, and the same ones when a page is sent again. */
  private static boolean isSkipped(long position, long seed) {
    return new Random(seed ^ position * 0x9E3779B97F4A7C15L).nextInt(10) == 0;
  }

  /** Orders go on without a broker: the log is the spool. */
  @Test
  @Tag("own-engine")
  void aBrokerThatIsAwayWhileEventsAreWritten() throws Exception {
    int parts = 30;
    try (Messaging messaging = startAndStopTheBroker()) {
      for (int part = 1; part <= parts; part++) {
        db.append(type, part, keys(100));
        messaging.wake();
      }
      assertThat(messaging.backlog().relayEvents()).isEqualTo(100L * parts);
      assertThat(tally.effects(db)).isEqualTo(100);

      try (EmbeddedBroker _ = broker()) {
        await().atMost(LONG).until(() -> tally.isExactly(db, 100L * (parts + 1)));
        await()
            .atMost(LONG)
            .untilAsserted(() ->
                assertThat(messaging.backlog())
                    .isEqualTo(
                        new Backlog(
                            0, 0.0, List.of(new Backlog.OfConsumer(tally.name(), 0, 0, 0)))));
      }
    }
  }

  private Messaging startAndStopTheBroker() throws Exception {
    try (EmbeddedBroker broker = broker()) {
      Messaging messaging = start(broker.namesrv(), List.of(tally), Seams.NONE);
      db.append(type, 0, keys(100));
      messaging.wake();
      await().atMost(LONG).until(() -> tally.isExactly(db, 100));
      return messaging;
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
