package io.tidegate.server.cli;

import io.tidegate.server.config.JdbcUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;

/** Somebody else's PostgreSQL, as the start wants it: there, and new enough. */
final class OutsideDatabase {
  /** Identity columns on partitioned tables came with it. */
  static final int VERSION_MIN = 17;

  /** A database that starts beside us is waited for. */
  static final Duration WAIT_MAX = Duration.ofSeconds(60);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final String CONNECT_SECONDS_MAX = "5";

  private OutsideDatabase() {}

  /**
   * Waits until it takes connections.
   *
   * @throws Failure where it doesn't, refuses us, or is too old
   */
  static void mustServe(JdbcUrl url, Consumer<String> progress) {
    long until = System.nanoTime() + WAIT_MAX.toNanos();
    for (int tries = 1; ; tries++) {
      try {
        int version = version(url);
        if (version < VERSION_MIN) {
          throw new Failure(
              "the database "
                  + url
                  + " is PostgreSQL "
                  + version
                  + "; it must be "
                  + VERSION_MIN
                  + " or newer");
        }
        return;
      } catch (SQLException e) {
        if (isFinal(e) || System.nanoTime() > until) {
          throw new Failure("the database " + url + " can't be used: " + firstLine(e), e);
        }
        if (tries == 1) {
          progress.accept("waiting for the database: " + firstLine(e));
        }
      }
      pause();
    }
  }

  /** The major version. */
  private static int version(JdbcUrl url) throws SQLException {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select current_setting('server_version_num')::int / 10000")) {
      row.next();
      return row.getInt(1);
    }
  }

  static Connection connect(JdbcUrl url) throws SQLException {
    Properties bounds = new Properties();
    bounds.setProperty("connectTimeout", CONNECT_SECONDS_MAX);
    bounds.setProperty("socketTimeout", CONNECT_SECONDS_MAX);
    return DriverManager.getConnection(url.text(), bounds);
  }

  /** Wrong password or name of the database: waiting doesn't help. */
  private static boolean isFinal(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("28") || state.startsWith("3D");
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason told");
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_AGAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while waiting for the database", e);
    }
  }
}
