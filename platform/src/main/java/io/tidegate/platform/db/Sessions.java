package io.tidegate.platform.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;

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

  private static final String READING =
      "set jit=off; set max_parallel_workers_per_gather=0; set timezone='UTC';"
          + " set default_transaction_read_only=on; set statement_timeout='10s';"
          + " set random_page_cost=1.1; set plan_cache_mode=force_generic_plan";

  private static final Duration IDLE_MAX = Duration.ofSeconds(60);
  private static final Duration LIFE_MAX = Duration.ofMinutes(30);

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
    config.setConnectionInitSql(READING);
    return new HikariDataSource(config);
  }

  private static HikariConfig common(DatabaseSettings settings, String name, int connectionsMax) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(settings.url());
    config.setMaximumPoolSize(connectionsMax);
    config.setMinimumIdle(1);
    config.setIdleTimeout(IDLE_MAX.toMillis());
    config.setMaxLifetime(LIFE_MAX.toMillis());
    config.setConnectionTimeout(settings.connectionWaitMax().toMillis());
    config.setInitializationFailTimeout(-1);
    config.addDataSourceProperty("prepareThreshold", "1");
    config.addDataSourceProperty("binaryTransfer", "true");
    config.addDataSourceProperty("preparedStatementCacheQueries", "512");
    config.addDataSourceProperty("preparedStatementCacheSizeMiB", "16");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("socketTimeout", "60");
    config.addDataSourceProperty("logServerErrorDetail", "false");
    config.addDataSourceProperty("reWriteBatchedInserts", "false");
    config.addDataSourceProperty("ApplicationName", "tidegate-" + name);
    return config;
  }
}
