package io.tidegate.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One transaction: ranks, the order of writes, and values of every kind there and back. */
class TransactionTest {

  private enum Ranks implements Rank {
    LOW,
    MIDDLE,
    HIGH;

    @Override
    public int level() {
      return ordinal();
    }
  }

  private static final Sql ONE = Sql.of("select 1");

  private final JarDatabase jars = new JarDatabase(JarDatabase.fresh());

  @BeforeEach
  void table() {
    jars.execute(
        """
        create table thing (id bigint generated always as identity, big bigint, small int,
            tiny smallint, truth boolean, text text, bytes bytea, at timestamptz)
        """);
  }

  @AfterEach
  void close() {
    jars.close();
  }

  @Test
  void ranksOnlyRise() {
    jars.database.writeOnce(tx -> {
      tx.rank(Ranks.LOW);
      tx.lock(Ranks.MIDDLE, ONE, row -> row.getInt(1));
      tx.rank(Ranks.MIDDLE);
      assertThatThrownBy(() -> tx.rank(Ranks.LOW))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("LOW")
          .hasMessageContaining("MIDDLE");
      assertThatThrownBy(() -> tx.lock(Ranks.LOW, ONE, row -> row.getInt(1)))
          .isInstanceOf(IllegalStateException.class);
      tx.rank(Ranks.HIGH);
      tx.write(Sql.of("insert into thing (big) values (1)"));
      assertThatThrownBy(() -> tx.rank(Ranks.HIGH))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("after a write");
      return true;
    });
  }

  private static Question<List<Long>> sizes(long... jars) {
    Sql lock =
        Sql.of(
            "select j.marbles from unnest(?::bigint[]) as k(id) join jar j on j.id = k.id"
                + " order by j.id for update of j");
    return Question.of(lock, row -> row.getLong(1), List::copyOf, (Object) jars);
  }

  @Test
  void questionsOfATransactionLockByRank() {
    Questions down = new Questions();
    down.lock(Ranks.MIDDLE, sizes(1));
    down.lock(Ranks.LOW, sizes(2));
    assertThatThrownBy(() -> jars.database.ask(down)).isInstanceOf(IllegalArgumentException.class);
    jars.database.writeOnce(tx -> {
      assertThatThrownBy(() -> tx.ask(down)).isInstanceOf(IllegalStateException.class);
      return true;
    });
    for (int again = 0; again < 8; again++) { // prepared by the session after the fifth
      Questions up = new Questions();
      var low = up.lock(Ranks.LOW, sizes(1, 2));
      var high = up.lock(Ranks.HIGH, sizes(3));
      jars.database.writeOnce(tx -> {
        tx.ask(up);
        assertThat(low.get()).hasSize(2);
        assertThat(high.get()).hasSize(1);
        assertThatThrownBy(() -> tx.rank(Ranks.MIDDLE)).isInstanceOf(IllegalStateException.class);
        return true;
      });
    }
  }

  /** Each of them sees what was committed while it waited, and the time is that of the last. */
  @Test
  void questionsThatWaitForALockSeeWhatCameBeforeIt() throws Exception {
    CountDownLatch locked = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Instant> first =
          threads.submit(() ->
              jars.database.writeOnce(tx -> {
                Questions questions = new Questions();
                questions.lock(Ranks.LOW, sizes(1));
                tx.ask(questions);
                tx.write(Sql.of("update jar set marbles = 7, drawn = 0 where id in (1, 2)"));
                locked.countDown();
                JarDatabase.until(() ->
                    jars.count(
                            "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                + " and datname = current_database()")
                        == 1);
                return jars.database.now();
              }));
      locked.await();
      Instant now =
          jars.database.writeOnce(tx -> {
            Questions questions = new Questions();
            var one = questions.lock(Ranks.LOW, sizes(1));
            var two =
                questions.add(
                    Question.of(
                        Sql.of("select marbles from jar where id = 2"),
                        row -> row.getLong(1),
                        List::getFirst));
            tx.ask(questions);
            assertThat(one.get()).containsExactly(7L);
            assertThat(two.get()).isEqualTo(7);
            return tx.now();
          });
      assertThat(now).isAfterOrEqualTo(first.get());
    }
  }

  /** As whoever made them before his work is done again, after it was in another's way. */
  @Test
  void theSameQuestionsCanBeAskedAgain() {
    Questions questions = new Questions();
    var one = questions.lock(Ranks.LOW, sizes(1));
    while (questions.answers().size() < Questions.MAX) { // with the time they are one more
      questions.add(Question.of(ONE, row -> row.getInt(1), List::getFirst));
    }
    for (long marbles = 7; marbles < 9; marbles++) {
      jars.execute("update jar set marbles = " + marbles + ", drawn = 0 where id = 1");
      jars.database.writeOnce(tx -> {
        tx.ask(questions);
        return tx.now();
      });
      assertThat(one.get()).containsExactly(marbles);
      assertThat(questions.answers()).as("are those that were given").hasSize(Questions.MAX);
    }
  }

  /** What is asked after it may have waited: its time would be too early. */
  @Test
  void aTimeThatWasReadBeforeALockIsNotTaken() {
    jars.database.writeOnce(tx -> {
      tx.ask(new Questions());
      Instant before =
          tx.query(Sql.of("select clock_timestamp() from pg_sleep(0.02)"), row -> row.getInstant(1))
              .getFirst();
      assertThat(tx.now()).isAfterOrEqualTo(before);
      return true;
    });
  }

  @Test
  void whoRestsKeepsNoOldVersionsOfRows() {
    jars.database.writeOnce(tx -> {
      int session = tx.query(Sql.of("select pg_backend_pid()"), row -> row.getInt(1)).getFirst();
      assertThat(holdsBack(session)).isTrue();
      tx.rest();
      assertThat(holdsBack(session)).isFalse();
      assertThat(tx.query(ONE, row -> row.getInt(1))).containsExactly(1);
      return true;
    });
  }

  /** Whether a session's transaction keeps the database from removing what was replaced. */
  private boolean holdsBack(int session) {
    Sql held =
        Sql.of(
            "select backend_xid is not null or backend_xmin is not null"
                + " from pg_stat_activity where pid = ? and state = 'idle in transaction'");
    return jars.database.read(held, row -> row.getBoolean(1), session).getFirst();
  }

  @Test
  void writesWaitForCommitAndKeepTheirOrder() {
    jars.database.writeOnce(tx -> {
      tx.write(Sql.of("insert into thing (big) values (?)"), 1);
      tx.write(Sql.of("update thing set big = big * 10 + ?"), 2L);
      tx.writeExpecting(1, Sql.of("update thing set big = big * 10 + ? returning 1"), 3L);
      tx.write(Sql.of("insert into thing (big) values (?)"), 4L);
      assertThat(tx.query(Sql.of("select count(*) from thing"), row -> row.getLong(1)))
          .containsExactly(0L);
      return true;
    });
    assertThat(
            jars.database.read(Sql.of("select big from thing order by id"), row -> row.getLong(1)))
        .containsExactly(123L, 4L);
  }

  @Test
  void oneWriteThatFailsTakesAllWithIt() {
    assertThatThrownBy(() ->
            jars.database.writeOnce(tx -> {
              tx.write(Sql.of("insert into thing (big) values (1)"));
              tx.writeExpecting(2, Sql.of("update thing set big = 2 returning 1"));
              tx.write(Sql.of("insert into thing (big) values (3)"));
              return true;
            }))
        .isInstanceOf(DatabaseFailure.Conflict.class);
    assertThatThrownBy(() ->
            jars.database.writeOnce(tx -> {
              tx.write(Sql.of("insert into thing (big) values (1)"));
              throw new IllegalArgumentException("decided otherwise");
            }))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(jars.count("select count(*) from thing")).isZero();
    assertThat(jars.count("select count(*) from db.commit_mark")).isZero();
  }

  @Test
  void arraysOfEveryKind() {
    Sql insert =
        Sql.of(
            """
            insert into thing (big, small, tiny, truth, text, bytes)
            select * from unnest(?::bigint[], ?::int4[], ?::int2[], ?::bool[], ?::text[], ?::bytea[])
            """);
    String longText = "柜\"{},\\NULL'\n".repeat(20_000);
    byte[] allBytes = new byte[256];
    for (int i = 0; i < 256; i++) {
      allBytes[i] = (byte) i;
    }
    jars.database.writeOnce(tx -> {
      tx.write(
          insert,
          new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 0},
          new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE, 0},
          new short[] {Short.MIN_VALUE, Short.MAX_VALUE, 0},
          new boolean[] {true, false, true},
          new String[] {"", null, longText},
          new byte[][] {{}, null, allBytes});
      tx.write(
          insert,
          new long[0],
          new int[0],
          new short[0],
          new boolean[0],
          new String[0],
          new byte[0][]);
      return true;
    });

    List<List<Object>> rows =
        jars.database.read(
            Sql.of("select big, small, tiny, truth, text, bytes from thing order by id"),
            row ->
                Arrays.asList(
                    row.getLong(1),
                    row.getInt(2),
                    (short) row.getInt(3),
                    row.getBoolean(4),
                    row.getStringOrNull(5),
                    row.getBytesOrNull(6)));
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0))
        .containsExactly(Long.MIN_VALUE, Integer.MIN_VALUE, Short.MIN_VALUE, true, "", new byte[0]);
    assertThat(rows.get(1))
        .containsExactly(Long.MAX_VALUE, Integer.MAX_VALUE, Short.MAX_VALUE, false, null, null);
    assertThat(rows.get(2)).containsExactly(0L, 0, (short) 0, true, longText, allBytes);
    assertThat(
            jars.database
                .read(
                    Sql.of("select array_agg(big order by id) from thing"), row -> row.getLongs(1))
                .getFirst())
        .containsExactly(Long.MIN_VALUE, Long.MAX_VALUE, 0);
  }

  @Test
  void scalarsAndNulls() {
    Instant at = Instant.parse("2026-02-28T23:59:59.123Z");
    Sql insert =
        Sql.of(
            "insert into thing (big, small, tiny, truth, text, bytes, at) values (?,?,?,?,?,?,?)");
    jars.database.writeOnce(tx -> {
      tx.write(insert, 1L, 2, (short) 3, true, "text", new byte[] {4}, at);
      tx.write(insert, null, null, null, null, null, null, null);
      return true;
    });
    assertThat(
            jars.database.read(
                Sql.of("select big, text, bytes, at from thing order by id"),
                row ->
                    Arrays.asList(
                        row.getLongOrNull(1),
                        row.getStringOrNull(2),
                        row.getBytesOrNull(3),
                        row.getInstantOrNull(4))))
        .satisfiesExactly(
            full -> assertThat(full).containsExactly(1L, "text", new byte[] {4}, at),
            empty -> assertThat(empty).containsOnlyNulls());
    assertThatThrownBy(() ->
            jars.database.read(
                Sql.of("select text from thing where text is null"), row -> row.getString(1)))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> jars.database.read(Sql.of("select ?"), row -> 1, 1.5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void timesInArraysAreExactToTheMicrosecond() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    long[] micros =
        LongStream.generate(() -> random.nextLong(4_102_444_800_000_000L)).limit(2_000).toArray();
    long wrong =
        jars.count(
            """
            select count(*) from unnest(?::bigint[]) as m(micros)
            where db.at(micros) <> timestamptz 'epoch' + micros * interval '1 microsecond'
            """,
            micros);
    assertThat(wrong).as("seed %s", seed).isZero();
  }

  @Test
  void textThatPostgresRefusesIsBadData() {
    Sql scalar = Sql.of("insert into thing (text) values (?)");
    Sql array = Sql.of("insert into thing (text) select * from unnest(?::text[])");
    for (Object[] parameter : new Object[][] {{"a\u0000b"}, {new String[] {"fine", "a\u0000b"}}}) {
      assertThatThrownBy(() ->
              jars.database.writeOnce(tx -> {
                tx.write(parameter[0] instanceof String ? scalar : array, parameter);
                return true;
              }))
          .isInstanceOf(DatabaseFailure.BadData.class);
    }
    assertThat(jars.count("select count(*) from thing")).isZero();
  }

  @Test
  void timeIsTheDatabasesWhereItLoadedAndStandsStillFromThen() throws Exception {
    Instant before = jars.database.now();
    jars.database.writeOnce(tx -> {
      tx.query(ONE, row -> row.getInt(1));
      Instant first = tx.now();
      tx.query(Sql.of("select pg_sleep(0.01)"), row -> 1);
      assertThat(tx.now()).isEqualTo(first).isAfterOrEqualTo(before);
      return true;
    });
    Instant odd = Instant.EPOCH.plus(7, ChronoUnit.DAYS);
    try (Database late =
        new Database(JarDatabase.settings(jars.url), java.time.InstantSource.fixed(odd))) {
      late.writeOnce(tx -> {
        assertThat(tx.now()).as("nothing was loaded").isEqualTo(odd);
        return true;
      });
      late.writeOnce(tx -> {
        tx.query(ONE, row -> row.getInt(1));
        assertThat(tx.now()).isAfterOrEqualTo(before);
        return true;
      });
    }
  }

  @Test
  void oneStatementOnly() {
    assertThatThrownBy(() -> Sql.of("select 1; select 2"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
