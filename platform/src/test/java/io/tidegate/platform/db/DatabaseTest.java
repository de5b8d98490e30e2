package io.tidegate.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.testing.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transactions outside lanes, reads, marks, and migrations. */
class DatabaseTest {

  private static final int ATTEMPTS_MAX = 5;

  private final JarDatabase jars =
      new JarDatabase(
          JarDatabase.settings(
              JarDatabase.fresh(),
              ATTEMPTS_MAX,
              Duration.ofSeconds(5),
              Duration.ofSeconds(5),
              Duration.ofSeconds(5)));

  @AfterEach
  void close() {
    jars.close();
  }

  @Test
  void whatMayPassIsTriedAgainABoundedNumberOfTimes() {
    AtomicInteger runs = new AtomicInteger();
    assertThatThrownBy(() ->
            jars.database.write(
                "t",
                tx -> {
                  runs.incrementAndGet();
                  tx.query(Sql.of("select pg_terminate_backend(pg_backend_pid())"), row -> 1);
                  return true;
                }))
        .isInstanceOf(DatabaseFailure.Transient.class);
    assertThat(runs).hasValue(ATTEMPTS_MAX);

    runs.set(0);
    assertThatThrownBy(() ->
            jars.database.write(
                "t",
                tx -> {
                  runs.incrementAndGet();
                  tx.writeExpecting(1, Sql.of("delete from draw returning 1"));
                  return true;
                }))
        .isInstanceOf(DatabaseFailure.Conflict.class);
    assertThat(runs).hasValue(ATTEMPTS_MAX);

    runs.set(0);
    int third =
        jars.database.write(
            "t",
            tx -> {
              if (runs.incrementAndGet() < 3) {
                throw new DatabaseFailure.Transient("twice", null);
              }
              return runs.get();
            });
    assertThat(third).isEqualTo(3);
  }

  @Test
  void aMistakeIsNotTriedAgain() {
    AtomicInteger runs = new AtomicInteger();
    assertThatThrownBy(() ->
            jars.database.write(
                "t",
                tx -> {
                  runs.incrementAndGet();
                  return tx.query(Sql.of("select 1 from nowhere"), row -> 1);
                }))
        .isInstanceOf(DatabaseFailure.Broken.class);
    assertThatThrownBy(() ->
            jars.database.write(
                "t",
                tx -> {
                  runs.incrementAndGet();
                  return tx.query(Sql.of("select 1 / ?"), row -> 1, 0);
                }))
        .isInstanceOf(DatabaseFailure.BadData.class);
    assertThat(runs).hasValue(2);
  }

  @Test
  void readingSessionsCannotWrite() {
    assertThatThrownBy(() ->
            jars.database.read(
                Sql.of("insert into draw (id, jar, marbles, note) values (1,1,1,'') returning id"),
                row -> 1))
        .isInstanceOf(DatabaseFailure.Broken.class)
        .hasMessageContaining("25006");
    assertThat(jars.count("select count(*) from draw")).isZero();
  }

  @Test
  void aReadWhoseSessionDiedIsReadOnAnother() {
    jars.count("select 1");
    jars.execute(
        """
        select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and application_name = 'tidegate-read'
        """);
    assertThat(jars.count("select 7")).isEqualTo(7);

    assertThatThrownBy(() -> jars.count("select pg_terminate_backend(pg_backend_pid())::int"))
        .as("not for ever")
        .isInstanceOf(DatabaseFailure.Transient.class);
  }

  @Test
  void aDatabaseThatIsNotThereIsTransient() {
    try (Database nowhere =
        new Database(
            new DatabaseSettings(
                "jdbc:postgresql://127.0.0.1:1/none?user=none",
                1,
                1,
                Duration.ofMillis(300),
                2,
                Duration.ofMillis(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1)),
            InstantSource.system())) {
      assertThat(nowhere.isUp()).isFalse();
      assertThatThrownBy(() -> nowhere.write("t", tx -> true))
          .isInstanceOf(DatabaseFailure.Transient.class);
    }
    assertThat(jars.database.isUp()).isTrue();
  }

  @Test
  void marksAreForgottenAfterAnHour() {
    jars.database.write(
        "t",
        tx -> {
          tx.write(Sql.of("select 1"));
          return true;
        });
    long hours = 3_600_000;
    long now = Instant.now().toEpochMilli();
    jars.execute(
        "insert into db.commit_mark values (%d), (%d)"
            .formatted(
                UnknownCommits.markAt(now - 2 * hours), UnknownCommits.markAt(now - hours / 2)));
    jars.database.forgetOldMarks();
    assertThat(
            jars.count(
                "select count(*) from db.commit_mark where id < ?",
                UnknownCommits.markAt(now - hours)))
        .isZero();
    assertThat(jars.count("select count(*) from db.commit_mark")).isEqualTo(3);
  }

  @Test
  void migrationsRunOnce() {
    String url = TestPostgres.freshDatabase();
    assertThat(Migrations.apply(url)).isPositive();
    assertThat(Migrations.apply(url)).isZero();
  }
}
