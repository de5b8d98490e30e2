package io.tidegate.platform.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

/** Makes the two pools: sessions that write, and sessions that read. */
final class Sessions {

  /**
   * Lock order rests on plans: rows found by key, in the order of the array, one after another.
   * With nested loops and index scans alone there is no other order than that of the keys. A
   * generic plan is made once; nothing forks workers.
   */
  private static final String WRITING =
      "set enable_seqscan=off; set enable_hashjoin=off; set enable_mergejoin=off;"
          + " set enable_bitmapscan=off; set plan_cache_mode=force_generic_plan;"
          + " set max_parallel_workers_per_gather=0; set jit=off; set timezone='UTC';"
          + " set idle_in_transaction_session_timeout='60s'; set lock_timeout='%dms';"
          + " set statement_timeout='%dms'";

  /** How long one statement of a reading session may take. */
  private static final Duration READ_STATEMENT_MAX = Duration.ofSeconds(10);

  /**
   * How long all statements of one round trip of a reading session may take together, which is one
   * transaction of it. The session is ended where it is longer: that is no usual failure of a
   * statement, so one statement alone stays within its own limit first.
   */
  static final Duration READING_MAX = Duration.ofSeconds(12);

  private static final String READING =
      "set jit=off; set max_parallel_workers_per_gather=0; set timezone='UTC';"
          + " set default_transaction_read_only=on; set statement_timeout='%dms';"
          + " set transaction_timeout='%dms';"
          + " set random_page_cost=1.1; set plan_cache_mode=force_generic_plan";

  private static final String BULK =
      "set jit=off; set max_parallel_workers_per_gather=0; set timezone='UTC';"
          + " set work_mem='64MB'; set random_page_cost=1.1; set lock_timeout='%dms';"
          + " set idle_in_transaction_session_timeout='120s'; set statement_timeout='%dms'";

  private static final Duration IDLE_MAX = Duration.ofSeconds(60);
  private static final Duration LIFE_MAX = Duration.ofMinutes(30);
  private static final Duration SOCKET_BEYOND_STATEMENT = Duration.ofSeconds(30);

  private Sessions() {}

  static HikariDataSource writing(DatabaseSettings settings) {
    HikariConfig config = common(settings, "write", settings.writeConnectionsMax());
    config.setAutoCommit(false);
    // SET belongs to its transaction: without a commit of its own, a session whose first
    // transaction is rolled back would go on with none of its settings.
    config.setIsolateInternalQueries(true);
    config.setConnectionInitSql(settingsOfWriting(settings));
    return new HikariDataSource(config);
  }

  static String settingsOfWriting(DatabaseSettings settings) {
    return WRITING.formatted(settings.lockWaitMax().toMillis(), settings.statementMax().toMillis());
  }

  static HikariDataSource reading(DatabaseSettings settings) {
    HikariConfig config = common(settings, "read", settings.readConnectionsMax());
    config.setConnectionInitSql(
        READING.formatted(READ_STATEMENT_MAX.toMillis(), READING_MAX.toMillis()));
    return new HikariDataSource(config);
  }

  /** A session of its own, for statements that may take so long; planned for large sets. */
  static Connection bulk(DatabaseSettings settings, Duration statementMax) throws SQLException {
    Properties properties = properties("bulk");
    properties.setProperty(
        "socketTimeout", Long.toString(statementMax.plus(SOCKET_BEYOND_STATEMENT).toSeconds()));
    properties.setProperty("prepareThreshold", "0"); // each statement is planned for what it reads
    properties.setProperty("binaryTransfer", "false");
    Connection connection = DriverManager.getConnection(settings.url(), properties);
    try (Statement statement = connection.createStatement()) {
      statement.execute(BULK.formatted(settings.lockWaitMax().toMillis(), statementMax.toMillis()));
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Closes a pool, also while it tries to reach a database that is away. */
  static void close(HikariDataSource pool) {
    if (pool.getDataSource() instanceof PatientSource source) {
      source.stop();
    }
    pool.close();
  }

  private static HikariConfig common(DatabaseSettings settings, String name, int connectionsMax) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setMaximumPoolSize(connectionsMax);
    config.setMinimumIdle(1);
    if (connectionsMax > 1) { // a pool that never shrinks would warn of it
      config.setIdleTimeout(IDLE_MAX.toMillis());
    }
    config.setMaxLifetime(LIFE_MAX.toMillis());
    config.setConnectionTimeout(settings.connectionWaitMax().toMillis());
    config.setInitializationFailTimeout(-1);
    config.setDataSource(new PatientSource(settings.url(), properties(name)));
    return config;
  }

  private static Properties properties(String name) {
    Properties properties = new Properties();
    properties.setProperty("prepareThreshold", "1");
    properties.setProperty("binaryTransfer", "true");
    properties.setProperty("preparedStatementCacheQueries", "512");
    properties.setProperty("preparedStatementCacheSizeMiB", "16");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "60");
    properties.setProperty("logServerErrorDetail", "false");
    properties.setProperty("reWriteBatchedInserts", "false");
    properties.setProperty("ApplicationName", "tidegate-" + name);
    return properties;
  }
}
