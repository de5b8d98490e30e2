package io.tidegate.server.doctor;

import io.tidegate.platform.db.Migrations;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * What a PostgreSQL tells of itself and of our database. Only asked, never changed.
 *
 * @param settings by name
 * @param clockAhead how far its clock is ahead of this machine's
 * @param mayCreate whether our user may create schemas
 */
record DatabaseFacts(
    Map<String, Setting> settings,
    Duration clockAhead,
    boolean mayCreate,
    long bytes,
    Schema schema) {

  private static final String SECONDS_MAX = "5";
  private static final int CLOCK_SAMPLES = 5;

  private static final String SETTINGS =
      """
      select name, setting, coalesce(unit, '') from pg_settings
      where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_level',
        'max_wal_size', 'shared_buffers', 'max_connections', 'superuser_reserved_connections',
        'reserved_connections', 'server_version_num', 'server_encoding')
      """;

  DatabaseFacts {
    settings = Map.copyOf(settings);
  }

  /** A setting as the server tells it. */
  record Setting(String text, String unit) {
    /** Its bytes, or the plain number of what is not in bytes. */
    long number() {
      long factor =
          switch (unit) {
            case "8kB" -> 8_192;
            case "kB" -> 1_024;
            case "MB" -> 1 << 20;
            default -> 1;
          };
      return Math.multiplyExact(Long.parseLong(text), factor);
    }
  }

  /** How our tables stand to this program. */
  sealed interface Schema {
    /** The next start applies so many migrations. */
    record Pending(int migrations) implements Schema {}

    /** They are another program's. */
    record Refused(String why) implements Schema {}

    record Unreadable(String why) implements Schema {}
  }

  Setting setting(String name) {
    return settings.getOrDefault(name, new Setting("0", "")); // of a version that hasn't it
  }

  /**
   * Asks a database.
   *
   * @param jdbcUrl with user and password
   */
  static DatabaseFacts ask(String jdbcUrl) throws SQLException {
    Properties bounds = new Properties();
    bounds.setProperty("connectTimeout", SECONDS_MAX);
    bounds.setProperty("socketTimeout", SECONDS_MAX);
    try (Connection connection = DriverManager.getConnection(jdbcUrl, bounds)) {
      Map<String, Setting> settings = settings(connection);
      Duration clockAhead = clockAhead(connection);
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "select has_database_privilege(current_database(), 'create'),"
                      + " pg_database_size(current_database())")) {
        row.next();
        return new DatabaseFacts(
            settings, clockAhead, row.getBoolean(1), row.getLong(2), schema(jdbcUrl));
      }
    }
  }

  private static Map<String, Setting> settings(Connection connection) throws SQLException {
    Map<String, Setting> all = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SETTINGS)) {
      while (rows.next()) {
        all.put(rows.getString(1), new Setting(rows.getString(2), rows.getString(3)));
      }
    }
    return all;
  }

  /** Half of the way there and back is taken for the way there. */
  private static Duration clockAhead(Connection connection) throws SQLException {
    Duration least = Duration.ofDays(1);
    Duration ahead = Duration.ZERO;
    for (int i = 0; i < CLOCK_SAMPLES; i++) {
      Instant before = Instant.now();
      Instant there = now(connection);
      Duration trip = Duration.between(before, Instant.now());
      if (trip.compareTo(least) < 0) {
        least = trip;
        ahead = Duration.between(before.plus(trip.dividedBy(2)), there);
      }
    }
    return ahead;
  }

  private static Instant now(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select extract(epoch from clock_timestamp()) * 1000000")) {
      row.next();
      long micros = row.getBigDecimal(1).longValue();
      return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
    }
  }

  private static Schema schema(String jdbcUrl) {
    try {
      return new Schema.Pending(Migrations.pending(jdbcUrl));
    } catch (Migrations.Refused e) {
      return new Schema.Refused(String.valueOf(e.getMessage()));
    } catch (Migrations.Unreadable e) {
      return new Schema.Unreadable(String.valueOf(e.getMessage()));
    }
  }
}
