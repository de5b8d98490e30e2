package io.tidegate.platform.db;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions for a pool, and tries again by itself while the database is away.
 *
 * <p>A pool that tries again doubles its wait, up to 5 s, and goes on waiting when the database is
 * back. Whoever wants a session meanwhile waits at the pool, within a limit of its own.
 */
final class PatientSource implements DataSource {
  /** Between two tries: a database that has come back is met within so much. */
  static final Duration PAUSE = Duration.ofMillis(100);

  private static final int LOGIN_SECONDS_MAX = 5;

  private final String url;
  private final Properties properties;
  private final CountDownLatch stopped = new CountDownLatch(1);

  PatientSource(String url, Properties properties) {
    this.url = url;
    this.properties = properties;
  }

  /** No more tries: call it before the pool is closed, for an interrupt alone may get lost. */
  void stop() {
    stopped.countDown();
  }

  /** Returns when there is one, or fails when it is stopped. */
  @Override
  public Connection getConnection() throws SQLException {
    while (true) {
      try {
        return DriverManager.getConnection(url, properties);
      } catch (SQLException e) {
        if (!SqlStates.isAway(e)) {
          throw e;
        }
        pause(e);
      }
    }
  }

  private void pause(SQLException why) throws SQLException {
    try {
      if (stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw why;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw why;
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the address says who it is");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  /** A pool that is closed waits so long for the try that is under way. */
  @Override
  public int getLoginTimeout() {
    return LOGIN_SECONDS_MAX;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("nothing is wrapped here");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
