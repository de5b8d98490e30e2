package io.tidegate.platform.db;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A migrated database with jars 1 to {@value #JARS}, and everything that one node has of it. */
final class JarDatabase implements AutoCloseable {

  private static final AtomicLong GATES = new AtomicLong();
  private static final String OTHER_SESSIONS =
      """
      select count(*) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and backend_type = 'client backend'
      """;
  private static final String DEADLOCKS =
      "select deadlocks from pg_stat_database where datname = current_database()";
  static final int JARS = 50;
  static final int MARBLES = 1_000;
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final String url;
  final Database database;
  final DrawHandler handler = new DrawHandler();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<Lane<Draw, Draw.Answer>> lanes = new ArrayList<>();

  JarDatabase(String url) {
    this(settings(url));
  }

  JarDatabase(DatabaseSettings settings) {
    this.url = settings.url();
    this.database = new Database(settings, InstantSource.system());
  }

  static String fresh() {
    return TestPostgres.freshDatabase("jars", JarDatabase::prepare);
  }

  static void prepare(String url) {
    Migrations.apply(url);
    execute(
        url,
        """
        create table jar (id bigint primary key, marbles bigint not null, drawn bigint not null
            default 0, constraint jar_not_below_zero check (marbles >= 0));
        create table draw (position bigint generated always as identity primary key,
            id bigint not null, jar bigint not null, marbles int not null,
            note varchar(100) not null);
        insert into jar (id, marbles) select g, %d from generate_series(1, %d) g;
        """
            .formatted(MARBLES, JARS));
  }

  static DatabaseSettings settings(String url) {
    return DatabaseSettings.of(url).withConnections(8, 4);
  }

  /** The same limits, with other waits. */
  static DatabaseSettings settings(
      String url, int attemptsMax, Duration unknownMax, Duration lockMax, Duration statementMax) {
    return new DatabaseSettings(
        url,
        8,
        4,
        Duration.ofSeconds(5),
        attemptsMax,
        Duration.ofMillis(5),
        unknownMax,
        lockMax,
        statementMax);
  }

  /** A lane with one worker, in which what is there runs together. */
  Lane<Draw, Draw.Answer> lane() {
    return lane(LaneSettings.of("draw").withWorkers(1));
  }

  Lane<Draw, Draw.Answer> lane(LaneSettings settings) {
    Lane<Draw, Draw.Answer> lane =
        new Lane<>(
            settings,
            database,
            handler,
            draw -> draw.note().length(),
            new LaneMetrics(registry, settings.name()));
    lanes.add(lane);
    return lane;
  }

  /** 0 also where no lane is there yet to count. */
  double counted(String metric) {
    Counter counter = registry.find(metric).counter();
    return counter == null ? 0 : counter.count();
  }

  /** What a lane's batches have spent in a step. */
  double millis(String step) {
    return registry.get("tidegate.lane." + step).timer().totalTime(TimeUnit.MILLISECONDS);
  }

  long count(String sql, @Nullable Object... parameters) {
    return database.read(Sql.of(sql), row -> row.getLong(1), parameters).getFirst();
  }

  /** Every marble is in its jar or in a draw's row, and no jar owes any. */
  long misplacedMarbles() {
    return count(
        """
        select count(*) from jar j where marbles < 0 or marbles + drawn <> %d
          or drawn <> (select coalesce(sum(d.marbles), 0) from draw d where d.jar = j.id)
        """
            .formatted(MARBLES));
  }

  /** A number, by a connection of its own: one of the pool comes back late after an outage. */
  static long countAlone(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      return number(statement, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  /**
   * Deadlocks of a database so far. A session tells of them when it ends, so all others have to.
   */
  static long deadlocks(String url) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      until(() -> number(statement, OTHER_SESSIONS) == 0);
      return number(statement, DEADLOCKS);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }

  void execute(String sql) {
    execute(url, sql);
  }

  static void execute(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  /** A session in a transaction of its own, which the test ends. */
  Connection stranger() throws SQLException {
    Connection connection = DriverManager.getConnection(url);
    connection.setAutoCommit(false);
    return connection;
  }

  static void until(Callable<Boolean> condition) {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(condition);
  }

  /** Keeps a lane of one worker busy until all these commands wait, in this order. */
  List<Result<Draw.Answer>> inOneBatch(Lane<Draw, Draw.Answer> lane, List<Draw> draws) {
    List<Future<Result<Draw.Answer>>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> gate = shutGate(lane, threads);
      for (Draw draw : draws) {
        int waiting = lane.waiting();
        answers.add(threads.submit(() -> result(() -> lane.submit(draw, PATIENCE))));
        until(() -> lane.waiting() > waiting);
      }
      handler.gate.release();
      gate.get();
      List<Result<Draw.Answer>> results = new ArrayList<>();
      for (Future<Result<Draw.Answer>> answer : answers) {
        results.add(answer.get());
      }
      return results;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Occupies a lane's worker until the handler's gate opens. */
  Future<?> shutGate(Lane<Draw, Draw.Answer> lane, ExecutorService threads) {
    int before = handler.decisions.get();
    Draw gate =
        new Draw(
            DrawHandler.GATE, Draw.keyOf(-GATES.incrementAndGet()), new TreeMap<>(), "", false);
    Future<?> answer = threads.submit(() -> lane.submit(gate, PATIENCE));
    until(() -> handler.decisions.get() > before);
    return answer;
  }

  /** What became of a call: an answer, or what it threw. */
  record Result<R>(@Nullable R answer, @Nullable RuntimeException failure) {}

  /** Calls from as many virtual threads at once, and waits for all of them. */
  static <R> List<Result<R>> together(int callers, IntFunction<R> call) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Result<R>>> calls = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        int caller = i;
        calls.add(() -> result(() -> call.apply(caller)));
      }
      List<Result<R>> results = new ArrayList<>();
      for (Future<Result<R>> future : threads.invokeAll(calls)) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <R> Result<R> result(Callable<R> call) throws Exception {
    try {
      return new Result<>(call.call(), null);
    } catch (RuntimeException e) {
      return new Result<>(null, e);
    }
  }

  @Override
  public void close() {
    lanes.forEach(Lane::close);
    database.close();
  }
}
