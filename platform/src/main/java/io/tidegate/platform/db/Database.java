package io.tidegate.platform.db;

import com.zaxxer.hikari.HikariDataSource;
import io.tidegate.platform.trace.Entered;
import io.tidegate.platform.trace.Kind;
import io.tidegate.platform.trace.Span;
import io.tidegate.platform.trace.Tracer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program's database: transactions that are tried again, and reads.
 *
 * <p>A transaction whose connection dies in COMMIT is not guessed at: its own mark says whether it
 * happened.
 */
public final class Database implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Database.class);

  /** Marks are looked for within seconds; an hour leaves room for a long outage. */
  private static final Duration MARK_KEPT = Duration.ofHours(1);

  private static final int READ_ATTEMPTS_MAX = 3;
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(1);

  /** How long a caller waits for a session while the program stops: the least that a pool takes. */
  private static final Duration STOPPING_SESSION_MAX = Duration.ofMillis(250);

  private static final Sql FORGET_MARKS = Sql.of("delete from db.commit_mark where id < ?");

  private final DatabaseSettings settings;
  private final InstantSource clock;
  private final Tracer tracer;
  private final HikariDataSource writing;
  private final HikariDataSource reading;
  private final UnknownCommits unknownCommits;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final List<Runnable> stopHooks = new CopyOnWriteArrayList<>();

  /** Whose transactions are not traced. */
  public Database(DatabaseSettings settings, InstantSource clock) {
    this(settings, clock, Tracer.OFF);
  }

  /**
   * Connects when it is first used.
   *
   * @param tracer of its transactions, and of the lanes and consumers that work on it
   */
  public Database(DatabaseSettings settings, InstantSource clock, Tracer tracer) {
    this.settings = settings;
    this.clock = clock;
    this.tracer = tracer;
    this.writing = Sessions.writing(settings);
    this.reading = Sessions.reading(settings);
    this.unknownCommits = new UnknownCommits(settings, stopping);
  }

  /** Traces what works on this database. */
  public Tracer tracer() {
    return tracer;
  }

  /**
   * Runs one transaction. Transient failures and conflicts are tried again, a bounded number of
   * times.
   *
   * @param name for logs and metrics
   * @throws DatabaseFailure when it did not commit, or (CommitUnknown) can't be told
   */
  public <R extends @Nullable Object> R write(String name, TxWork<R> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return attempt(name, work);
      } catch (DatabaseFailure.Transient | DatabaseFailure.Conflict e) {
        if (attempt >= settings.attemptsMax() || isStopping()) {
          throw e;
        }
        log.debug("{}: try {} failed, again: {}", name, attempt, e.getMessage());
        backOff(attempt);
      }
    }
  }

  /** Runs one transaction once. A Transient or Conflict leaves nothing behind. */
  public <R extends @Nullable Object> R writeOnce(TxWork<R> work) {
    return attempt("once", work);
  }

  private <R extends @Nullable Object> R attempt(String name, TxWork<R> work) {
    Span span = tracer.child(Kind.INTERNAL, "transaction");
    try (Entered _ = span.with("tidegate.transaction", name).enter()) {
      return run(span, work);
    } catch (RuntimeException e) {
      span.failed(e.getClass().getSimpleName());
      throw e;
    } finally {
      span.end();
    }
  }

  private <R extends @Nullable Object> R run(Span span, TxWork<R> work) {
    Connection connection = borrow(writing);
    boolean healthy = false;
    try {
      Transaction tx = new Transaction(connection, clock, span);
      R result = work.run(tx);
      if (tx.hasWrites()) {
        commit(connection, tx);
      } else {
        connection.rollback();
      }
      healthy = true;
      return result;
    } catch (SQLException e) {
      throw SqlStates.failure(e);
    } finally {
      giveBack(connection, healthy);
    }
  }

  /**
   * Reads with one statement, on a session that can't write. A session that died while it lay in
   * the pool, as all do when the database starts again, is replaced a bounded number of times.
   *
   * @throws DatabaseFailure when there is no answer
   */
  public <R extends @Nullable Object> List<R> read(
      Sql sql, RowReader<R> reader, @Nullable Object... parameters) {
    return reading(
        sql.text(), connection -> Transaction.select(connection, sql, reader, parameters));
  }

  /**
   * Asks one question; as {@link #read}.
   *
   * @throws DatabaseFailure when there is no answer
   */
  public <T> T ask(Question<T> question) {
    return question.answer(read(question.sql(), question.reader(), question.parameters()));
  }

  /**
   * Asks questions in one round trip, on a session that can't write; each has its answer then. They
   * are one transaction, which is cut off after 12 seconds ({@link Sessions#READING_MAX}), and
   * holds its locks to its end: who locks some of their tables must do it in the questions' order.
   *
   * @throws DatabaseFailure when one of them has no answer; none has one then
   */
  public void ask(Questions questions) {
    List<Questions.Answer<?>> all = questions.answers();
    if (all.isEmpty()) {
      return;
    }
    if (all.stream().anyMatch(answer -> answer.rank() != null)) {
      throw new IllegalArgumentException("locks are taken in a transaction");
    }
    String text = Questions.text(all);
    reading(
        text,
        connection -> {
          Transaction.select(connection, text, all);
          return true;
        });
  }

  @FunctionalInterface
  private interface Reading<R> {
    R on(Connection connection);
  }

  private <R> R reading(String text, Reading<R> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return readingOnce(text, work);
      } catch (DatabaseFailure.Transient e) {
        boolean dead =
            e.getCause() instanceof SQLException cause && SqlStates.lostConnection(cause);
        if (!dead || attempt >= READ_ATTEMPTS_MAX || isStopping()) {
          throw e;
        }
      }
    }
  }

  /**
   * Runs one transaction over large sets, once, on a session of its own. What it does must be such
   * that doing it again is right: a commit whose answer is lost is told as a failure.
   *
   * @param statementMax how long one of its statements may take
   */
  public <R extends @Nullable Object> R bulk(Duration statementMax, BulkWork<R> work)
      throws IOException {
    try (Connection connection = Sessions.bulk(settings, statementMax)) {
      try {
        R result = work.run(new Bulk(connection));
        connection.commit();
        return result;
      } catch (IOException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw SqlStates.failure(e);
    }
  }

  private <R> R readingOnce(String text, Reading<R> work) {
    Span span = Transaction.query(tracer.current(), text);
    try (Connection connection = borrow(reading)) {
      return work.on(connection);
    } catch (SQLException e) {
      DatabaseFailure failure = SqlStates.failure(e);
      span.failed(failure.getClass().getSimpleName());
      throw failure;
    } catch (RuntimeException e) {
      span.failed(e.getClass().getSimpleName());
      throw e;
    } finally {
      span.end();
    }
  }

  /** The database's own time. */
  public Instant now() {
    return read(Sql.of("select clock_timestamp()"), row -> row.getInstant(1)).getFirst();
  }

  /** Whether a statement can be run now. */
  public boolean isUp() {
    try {
      now();
      return true;
    } catch (DatabaseFailure _) {
      return false;
    }
  }

  /** Forgets commit marks that nobody can ask for any more. Called by housekeeping. */
  public void forgetOldMarks() {
    long before = UnknownCommits.markAt(clock.millis() - MARK_KEPT.toMillis());
    write(
        "forget-marks",
        tx -> {
          tx.write(FORGET_MARKS, before);
          return true;
        });
  }

  /**
   * Says that the program stops: from now on failures are told at once instead of being tried
   * again, and nobody waits long for a database that is away. One that is there goes on working.
   */
  public void stopRetrying() {
    stopping.countDown();
    writing.getHikariConfigMXBean().setConnectionTimeout(STOPPING_SESSION_MAX.toMillis());
    reading.getHikariConfigMXBean().setConnectionTimeout(STOPPING_SESSION_MAX.toMillis());
    stopHooks.forEach(Runnable::run);
  }

  boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** Has the hook run when the program begins to stop. */
  void whenStopping(Runnable hook) {
    stopHooks.add(hook);
  }

  void forgetHook(Runnable hook) {
    stopHooks.remove(hook);
  }

  @Override
  public void close() {
    Sessions.close(writing);
    Sessions.close(reading);
  }

  private void commit(Connection connection, Transaction tx) throws SQLException {
    long mark = UnknownCommits.newMark(clock.millis());
    int backend = connection.unwrap(PGConnection.class).getBackendPID();
    try {
      tx.commit(mark);
    } catch (SQLException e) {
      if (!SqlStates.lostConnection(e)) {
        throw e;
      }
      log.warn("the connection was lost in COMMIT; asking whether it happened");
      if (!unknownCommits.happened(mark, backend)) {
        throw new DatabaseFailure.Transient("connection lost, transaction rolled back", e);
      }
    }
  }

  private static Connection borrow(HikariDataSource pool) {
    try {
      return pool.getConnection();
    } catch (SQLException e) {
      throw new DatabaseFailure.Transient("no session: " + e.getMessage(), null); // waited enough
    }
  }

  private void giveBack(Connection connection, boolean healthy) {
    try (connection) {
      if (!healthy && !connection.isClosed()) {
        connection.rollback();
      }
    } catch (SQLException e) {
      log.debug("a broken session is given up: {}", e.getMessage());
      writing.evictConnection(connection);
    }
  }

  private void backOff(int attempt) {
    long millis =
        Math.min(BACKOFF_MAX.toMillis(), settings.backoffFirst().toMillis() << (attempt - 1));
    try {
      long wait = millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
      var _ = stopping.await(wait, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseFailure.Transient("interrupted", e);
    }
  }
}
