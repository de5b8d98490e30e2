package io.tidegate.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.engine.EmbeddedPostgres;
import io.tidegate.platform.engine.PostgresSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that was away, and is back: who waits for it goes on soon. */
class OutageTest {

  /** Two pools' own tries, whose pauses double up to 5 s, would need four minutes for these. */
  private static final int TRIES = 100;

  private static DatabaseSettings impatient(String url) {
    return new DatabaseSettings(
        url,
        2,
        2,
        Duration.ofMillis(300),
        2,
        Duration.ofMillis(5),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5));
  }

  /** However long it is away: the tries don't get rarer. */
  @Test
  void whoIsAwayIsTriedAgainAndAgainAtOneAndTheSamePace() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    // Closed the other way round: who is turned away is let go before anybody waits for the
    // threads.
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ServerSocket closedDoor = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Database database =
            new Database(
                impatient("jdbc:postgresql://127.0.0.1:" + closedDoor.getLocalPort() + "/x?user=x"),
                InstantSource.system())) {
      threads.execute(() -> turnAway(closedDoor, tries));
      threads.execute(() -> {
        while (!enough.get()) {
          database.isUp();
        }
      });
      try {
        await().atMost(Duration.ofMinutes(1)).until(() -> tries.get() >= TRIES);
      } finally {
        enough.set(true);
      }
    }
  }

  private static void turnAway(ServerSocket door, AtomicInteger tries) {
    try {
      while (true) {
        try (Socket _ = door.accept()) {
          tries.incrementAndGet();
        }
      }
    } catch (IOException _) {
      // The door is gone.
    }
  }

  @Test
  @Tag("own-engine")
  void readsAndWritesGoOnAfterARestart(@TempDir Path folder) {
    EmbeddedPostgres server = EmbeddedPostgres.start(folder, PostgresSettings.tests(), _ -> {});
    String url = server.jdbcUrl();
    JarDatabase.prepare(url);
    try (Database database = new Database(impatient(url), InstantSource.system())) {
      await().until(database::isUp); // its patience is short
      server.close();
      AtomicInteger missed = new AtomicInteger();
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> !database.isUp() && missed.incrementAndGet() == 10);
      try (EmbeddedPostgres again =
          EmbeddedPostgres.start(folder, PostgresSettings.tests(), _ -> {})) {
        assertThat(again.jdbcUrl()).isEqualTo(url);
        await().until(database::isUp);
        assertThat(database.<Boolean>write("t", tx -> tx.now().isAfter(Instant.EPOCH))).isTrue();
      }
    } finally {
      server.close();
    }
  }
}
