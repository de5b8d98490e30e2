package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.identity.DatabaseKeys;
import io.tidegate.platform.testing.TestLimits;
import io.tidegate.platform.testing.TestPostgres;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The keys of a demo are made once, and hold up nothing while they are made. */
class DemoKeysTest {

  private static final Duration LONG = TestLimits.PATIENCE;
  private static final Sql KEEP =
      Sql.of("select pg_advisory_xact_lock(hashtext('identity.signing_key'))");

  private final Database database =
      new Database(DatabaseSettings.of(TestPostgres.migratedDatabase()), InstantSource.system());
  private final DatabaseKeys keys = new DatabaseKeys(database);

  @AfterEach
  void close() {
    database.close();
  }

  private static List<Thread> makers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("demo-keys"))
        .toList();
  }

  @Test
  void oneThreadOfTheSystemsMakesThemInTurnAndStopsNobody() {
    DemoKeys made =
        database.writeOnce(tx -> {
          tx.query(KEEP, _ -> true); // whoever makes some can't put them down
          DemoKeys begun = new DemoKeys(keys, List.of("one", "two"), List.of("three"));
          await().atMost(LONG).until(() -> !makers().isEmpty());
          assertThat(makers()).hasSize(1).allMatch(Thread::isDaemon);
          return begun;
        });
    DemoKeys.Pair one = made.of("one");
    DemoKeys.Pair two = made.of("two");
    assertThat(List.of(one.ours(), one.theirs(), two.ours(), two.theirs())).doesNotHaveDuplicates();

    DemoKeys again = new DemoKeys(keys, List.of("one", "two"), List.of("three"));
    assertThat(again.of("one")).isEqualTo(one);
    assertThat(again.of("two")).isEqualTo(two);
    assertThat(again.forSimulators()).isEqualTo(made.forSimulators()).contains("three:-:-:");
  }
}
