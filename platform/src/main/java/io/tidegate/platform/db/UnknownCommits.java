package io.tidegate.platform.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles whether a COMMIT happened whose connection died.
 *
 * <p>Each transaction writes a mark with an id of its own. On a new connection the old backend is
 * ended (or is gone with its server), and then the mark is there or will never be. A transaction id
 * would prove nothing: one that had not reached the disk is given again after recovery.
 */
final class UnknownCommits {

  private static final Logger log = LoggerFactory.getLogger(UnknownCommits.class);
  private static final int RANDOM_BITS = 22;
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** A database that takes connections and says nothing is asked again on another one. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private final DatabaseSettings settings;
  private final CountDownLatch stopping;

  /**
   * Settles what is unknown.
   *
   * @param stopping counted down when the program stops: then a database that is away is not waited
   *     for
   */
  UnknownCommits(DatabaseSettings settings, CountDownLatch stopping) {
    this.settings = settings;
    this.stopping = stopping;
  }

  /** Rises with time, so that the marks' index grows at its end and is cut at its start. */
  static long newMark(long millis) {
    return markAt(millis) | ThreadLocalRandom.current().nextLong(1L << RANDOM_BITS);
  }

  static long markAt(long millis) {
    return millis << RANDOM_BITS;
  }

  /**
   * Whether the transaction with this mark committed.
   *
   * @throws DatabaseFailure.CommitUnknown when the database can't be asked within the limit
   */
  boolean happened(long mark, int backend) {
    long end = System.nanoTime() + settings.unknownCommitMax().toNanos();
    while (true) {
      try (Connection connection = DriverManager.getConnection(settings.url(), limits())) {
        endBackend(connection, backend);
        boolean found = find(connection, mark);
        log.warn("the unknown commit is settled: it {}", found ? "happened" : "was rolled back");
        return found;
      } catch (SQLException e) {
        if (System.nanoTime() > end || isStopping(e)) {
          throw new DatabaseFailure.CommitUnknown("the database could not be asked", e);
        }
      }
    }
  }

  private Properties limits() {
    Duration most = settings.unknownCommitMax();
    long seconds = Math.max(1, (most.compareTo(ANSWER_MAX) < 0 ? most : ANSWER_MAX).toSeconds());
    Properties limits = new Properties();
    limits.setProperty("connectTimeout", Long.toString(seconds));
    limits.setProperty("socketTimeout", Long.toString(seconds));
    return limits;
  }

  private static void endBackend(Connection connection, int backend) throws SQLException {
    String sql =
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            + " where pid = ? and pid <> pg_backend_pid() and backend_type = 'client backend'";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, backend);
      try (ResultSet result = statement.executeQuery()) {
        if (result.next() && !result.getBoolean(1)) {
          throw new SQLException("the old backend has not ended yet", "57P05");
        }
      }
    }
  }

  private static boolean find(Connection connection, long mark) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select 1 from db.commit_mark where id = ?")) {
      statement.setLong(1, mark);
      try (ResultSet result = statement.executeQuery()) {
        return result.next();
      }
    }
  }

  /** Pauses before the next question, unless the program stops. */
  private boolean isStopping(SQLException cause) {
    try {
      return stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      e.addSuppressed(cause);
      throw new DatabaseFailure.CommitUnknown("interrupted while asking", e);
    }
  }
}
