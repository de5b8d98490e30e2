package io.tidegate.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Rows are locked by key, whatever became of a session's first transaction.
 *
 * <p>The jars lie in the table from the last to the first. Of two transactions that want all of
 * them, one changes them without load, the other locks them first; both are held up in the middle,
 * so that they meet whenever their orders differ.
 */
class LockOrderTest {

  private static final int ROUNDS = 12;
  private static final long[] JARS = LongStream.rangeClosed(1, JarDatabase.JARS).toArray();
  private static final String DEADLOCK = "40P01";
  private static final Sql NOTHING = Sql.of("select 1");
  private static final Sql PLAN_SETTINGS =
      Sql.of(
          """
          select name || '=' || setting from pg_settings
          where name in ('enable_seqscan', 'enable_hashjoin', 'enable_mergejoin',
            'enable_bitmapscan', 'plan_cache_mode', 'lock_timeout', 'statement_timeout')
          order by name
          """);

  private final String url = JarDatabase.fresh();
  private final JarDatabase one = new JarDatabase(url);
  private final JarDatabase other = new JarDatabase(url);

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  @Test
  void aSessionWhoseFirstTransactionIsRolledBackKeepsItsSettings() {
    List<String> fresh = settings();
    assertThat(fresh)
        .contains("enable_hashjoin=off", "enable_seqscan=off", "plan_cache_mode=force_generic_plan")
        .contains("lock_timeout=5000");
    assertThat(settings()).as("after a transaction that was rolled back").isEqualTo(fresh);
  }

  /** Reads only, so the transaction is rolled back. */
  private List<String> settings() {
    return one.database.writeOnce(tx -> tx.query(PLAN_SETTINGS, row -> row.getString(1)));
  }

  @Test
  void twoNodesNeverWaitForEachOther() throws Exception {
    layFromLastToFirst();
    one.database.writeOnce(tx -> tx.query(NOTHING, row -> row.getInt(1)));
    other.database.writeOnce(tx -> tx.query(NOTHING, row -> row.getInt(1)));
    long[] ones = LongStream.generate(() -> 1).limit(JARS.length).toArray();
    for (int round = 0; round < ROUNDS; round++) {
      meet(
          () ->
              one.database.writeOnce(tx -> {
                tx.writeExpecting(JARS.length, DrawHandler.TAKE, JARS, ones);
                return true;
              }),
          () ->
              other.database.writeOnce(tx -> {
                tx.lock(DrawHandler.Ranks.JAR, DrawHandler.LOCK, row -> 1, (Object) JARS);
                return true;
              }));
    }
    close();
    assertThat(JarDatabase.deadlocks(url)).isZero();
  }

  /** What the settings are for: a session without them reads the jars as they lie. */
  @Test
  void sessionsWithoutTheSettingsDo() throws Exception {
    layFromLastToFirst();
    try (Connection changing = plain();
        Connection locking = plain()) {
      assertThat(deadlocked(() -> meet(() -> change(changing), () -> lock(locking)))).isTrue();
    }
  }

  /** The planner holds a table that nobody has looked at for larger than it is, and scans it. */
  private void layFromLastToFirst() {
    one.execute(
        """
        alter table jar set (autovacuum_enabled = off);
        delete from jar;
        insert into jar (id, marbles) select g, %d from generate_series(%d, 1, -1) g;
        """
            .formatted(JarDatabase.MARBLES, JarDatabase.JARS));
  }

  /** Runs both while a stranger holds a row in the middle; then lets them go on. */
  private void meet(Callable<?> changing, Callable<?> locking)
      throws SQLException, InterruptedException, ExecutionException {
    try (Connection stranger = one.stranger();
        Statement statement = stranger.createStatement();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      statement.execute("select 1 from jar where id = %d for update".formatted(JARS.length / 2));
      Future<?> change = threads.submit(changing);
      JarDatabase.until(() -> waiting() == 1);
      Future<?> lock = threads.submit(locking);
      JarDatabase.until(() -> waiting() == 2);
      stranger.rollback();
      change.get();
      lock.get();
    }
  }

  private long waiting() {
    return one.count(
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
        """);
  }

  private Connection plain() throws SQLException {
    Connection connection = DriverManager.getConnection(url);
    try (Statement statement = connection.createStatement()) {
      statement.execute("set enable_nestloop = off; set enable_mergejoin = off");
    }
    connection.setAutoCommit(false);
    return connection;
  }

  private static boolean change(Connection connection) throws SQLException {
    Long[] ones = new Long[JARS.length];
    Arrays.fill(ones, 1L);
    try (PreparedStatement statement = connection.prepareStatement(DrawHandler.TAKE.text())) {
      statement.setArray(1, connection.createArrayOf("int8", boxed()));
      statement.setArray(2, connection.createArrayOf("int8", ones));
      statement.execute();
      connection.commit();
      return true;
    }
  }

  private static boolean lock(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DrawHandler.LOCK.text())) {
      statement.setArray(1, connection.createArrayOf("int8", boxed()));
      statement.execute();
      connection.commit();
      return true;
    }
  }

  private static Object[] boxed() {
    return LongStream.of(JARS).boxed().toArray();
  }

  private interface Meeting {
    void run() throws SQLException, InterruptedException, ExecutionException;
  }

  private static boolean deadlocked(Meeting meeting) throws Exception {
    try {
      meeting.run();
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof SQLException cause && DEADLOCK.equals(cause.getSQLState());
    }
  }
}
