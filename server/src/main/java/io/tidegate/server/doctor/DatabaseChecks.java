package io.tidegate.server.doctor;

import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.engine.EmbeddedPostgres;
import io.tidegate.server.config.Settings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** PostgreSQL: durable, new enough, and large enough for the pools. */
final class DatabaseChecks {
  private static final int VERSION_MIN = 17;
  private static final String SECONDS_MAX = "5";
  private static final long MIB = 1L << 20;
  private static final long SHARED_BUFFERS_FEW = 128 * MIB;
  private static final long WAL_FEW = 1024 * MIB;

  /** An outside clock may differ; whoever reads times of both sees it. */
  private static final Duration OFFSET_MAX = Duration.ofSeconds(1);

  private static final String SETTINGS =
      """
      select name, setting, coalesce(unit, '') from pg_settings
      where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_level',
        'max_wal_size', 'shared_buffers', 'max_connections', 'superuser_reserved_connections',
        'reserved_connections', 'server_version_num', 'server_encoding')
      """;

  private DatabaseChecks() {}

  static void run(Target target, Check.Area area) {
    Settings settings = target.settings();
    if (target.jdbcUrl().isEmpty()) {
      embedded(settings, area);
      return;
    }
    area.ok("kind", settings.database().embedded() ? "embedded, runs" : "outside");
    Properties bounds = new Properties();
    bounds.setProperty("connectTimeout", SECONDS_MAX);
    bounds.setProperty("socketTimeout", SECONDS_MAX);
    try (Connection connection = DriverManager.getConnection(target.jdbcUrl(), bounds)) {
      Map<String, Setting> server = settings(connection);
      version(server, area);
      durability(server, area);
      sizes(server, area);
      connections(server, settings.database(), area);
      clock(connection, area);
      contents(connection, target.jdbcUrl(), area);
    } catch (SQLException e) {
      area.wrong(
          "connection",
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          "check db.url, user and password, and pg_hba.conf");
    }
  }

  /** Nothing is started for a look: what would be. */
  private static void embedded(Settings settings, Check.Area area) {
    Path folder = settings.data().resolve("postgres");
    String ours = EmbeddedPostgres.version();
    Optional<String> made = EmbeddedPostgres.dataVersion(folder);
    String major = ours.substring(0, ours.indexOf('.'));
    area.demand(
        made.isEmpty() || made.get().equals(major),
        "kind",
        "embedded: serve would start PostgreSQL "
            + ours
            + (made.isEmpty() ? " on new data in " : " on data of version " + made.get() + " in ")
            + folder,
        "use the version of Tidegate that made it, or another --data");
  }

  /** A setting as the server tells it. */
  private record Setting(String text, String unit) {
    long bytes() {
      long factor =
          switch (unit) {
            case "8kB" -> 8_192;
            case "kB" -> 1_024;
            case "MB" -> MIB;
            default -> 1;
          };
      return Math.multiplyExact(Long.parseLong(text), factor);
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

  private static Setting setting(Map<String, Setting> server, String name) {
    return server.getOrDefault(name, new Setting("0", "")); // of a version that hasn't it
  }

  private static void version(Map<String, Setting> server, Check.Area area) {
    long number = setting(server, "server_version_num").bytes();
    area.demand(
        number / 10_000 >= VERSION_MIN,
        "version",
        "PostgreSQL " + number / 10_000 + "." + number % 10_000,
        "use " + VERSION_MIN + " or newer: older ones have no identity columns on partitions");
    String encoding = setting(server, "server_encoding").text();
    area.demand(
        encoding.equals("UTF8"), "encoding", encoding, "make the database with encoding UTF8");
  }

  private static void durability(Map<String, Setting> server, Check.Area area) {
    for (String name : new String[] {"fsync", "full_page_writes"}) {
      String is = setting(server, name).text();
      area.demand(
          is.equals("on"), name, is, "switch it on: a crash loses or breaks committed orders");
    }
    String commit = setting(server, "synchronous_commit").text();
    area.demand(
        !commit.equals("off"),
        "synchronous_commit",
        commit,
        "switch it on, here and for this user and database: a crash loses orders that were"
            + " acknowledged");
    String level = setting(server, "wal_level").text();
    area.advise(!level.equals("minimal"), "wal_level", level, "backups and replicas need replica");
  }

  private static void sizes(Map<String, Setting> server, Check.Area area) {
    long shared = setting(server, "shared_buffers").bytes();
    area.advise(
        shared >= SHARED_BUFFERS_FEW,
        "shared_buffers",
        shared / MIB + " MiB",
        "give it a twelfth of the memory or more, at least " + SHARED_BUFFERS_FEW / MIB + " MiB");
    long wal = setting(server, "max_wal_size").bytes();
    area.advise(
        wal >= WAL_FEW,
        "max_wal_size",
        wal / MIB + " MiB",
        "checkpoints follow one another under load: give it " + WAL_FEW / MIB + " MiB or more");
  }

  private static void connections(
      Map<String, Setting> server, Settings.Database pools, Check.Area area) {
    long free =
        setting(server, "max_connections").bytes()
            - setting(server, "superuser_reserved_connections").bytes()
            - setting(server, "reserved_connections").bytes();
    long wanted = (long) pools.writeConnectionsMax() + pools.readConnectionsMax();
    String found = free + " for a node's " + wanted;
    String advice =
        "raise max_connections, or lower db.write-connections-max and db.read-connections-max";
    if (free < wanted) {
      area.wrong("max_connections", found, advice);
    } else {
      area.advise(
          free >= 2 * wanted, "max_connections", found, "a second node needs more: " + advice);
    }
  }

  /** Half of the way there and back is taken for the way there. */
  private static void clock(Connection connection, Check.Area area) throws SQLException {
    Duration least = Duration.ofDays(1);
    Duration offset = Duration.ZERO;
    for (int i = 0; i < 5; i++) {
      Instant before = Instant.now();
      Instant there = now(connection);
      Duration trip = Duration.between(before, Instant.now());
      if (trip.compareTo(least) < 0) {
        least = trip;
        offset = Duration.between(before.plus(trip.dividedBy(2)), there);
      }
    }
    area.advise(
        offset.abs().compareTo(OFFSET_MAX) <= 0,
        "clock",
        "differs from ours by " + offset.toMillis() + " ms",
        "orders go by the database's clock, logs by ours: let both follow a time server");
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

  private static void contents(Connection connection, String jdbcUrl, Check.Area area)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select has_database_privilege(current_database(), 'create'),"
                    + " pg_database_size(current_database())")) {
      row.next();
      area.demand(
          row.getBoolean(1),
          "rights",
          row.getBoolean(1) ? "may create schemas" : "may not create schemas",
          "grant create on the database to this user");
      area.ok("size", row.getLong(2) / MIB + " MiB (its free disk can't be asked for)");
    }
    try {
      int pending = Migrations.pending(jdbcUrl);
      area.ok(
          "migrations",
          pending == 0 ? "at this version" : pending + " would be applied by the next start");
    } catch (Migrations.Refused e) {
      area.wrong("migrations", String.valueOf(e.getMessage()), "");
    }
  }
}
