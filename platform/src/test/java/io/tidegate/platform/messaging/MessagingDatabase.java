package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A migrated database of one test, and short times. */
final class MessagingDatabase implements AutoCloseable {

  final String url = TestPostgres.migratedDatabase();
  final Database database = new Database(DatabaseSettings.of(url), InstantSource.system());
  final EventLog log = new EventLog(database);

  static MessagingSettings settings() {
    return MessagingSettings.of(TestBroker.PREFIX)
        .withTimes(
            Duration.ofSeconds(2),
            Duration.ofMillis(400),
            List.of(Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(50)),
            Duration.ofMillis(50),
            Duration.ofMillis(300),
            Duration.ofMillis(500))
        .withAuditPositionsMax(1_000);
  }

  static Event event(String type, long key, int version) {
    return new Event(
        type,
        key,
        version,
        Instant.EPOCH.plusSeconds(key),
        "",
        "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Appends events of one type to the log, one for each key, in one transaction. */
  void append(String type, int version, long... keys) {
    List<Event> events = new ArrayList<>();
    for (long key : keys) {
      events.add(event(type, key, version));
    }
    append(events);
  }

  /** Appends first versions that became true at a time, in one transaction. */
  void append(Instant time, String type, long... keys) {
    List<Event> events = new ArrayList<>();
    for (long key : keys) {
      Event now = event(type, key, 1);
      events.add(new Event(type, key, 1, time, now.traceparent(), now.data()));
    }
    append(events);
  }

  private void append(List<Event> events) {
    database.write(
        "append",
        tx -> {
          log.append(tx, events);
          return true;
        });
  }

  /** A connection in a transaction of its own, which the test ends. */
  Connection transaction() throws SQLException {
    Connection connection = DriverManager.getConnection(url);
    connection.setAutoCommit(false);
    return connection;
  }

  static long takeId(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select pg_current_xact_id()::text::bigint")) {
      result.next();
      return result.getLong(1);
    }
  }

  static long append(Connection connection, long key, int version) throws SQLException {
    String sql =
        "insert into messaging.log (type, key, version, time, traceparent, data)"
            + " values ('thing.done.v1', ?, ?, now(), '', '{}') returning position";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, key);
      statement.setInt(2, version);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    }
  }

  void execute(String sql, @Nullable Object... parameters) {
    database.write(
        "test",
        tx -> {
          tx.write(Sql.of(sql), parameters);
          return true;
        });
  }

  long count(String sql, @Nullable Object... parameters) {
    return database.read(Sql.of(sql), row -> row.getLong(1), parameters).getFirst();
  }

  @Override
  public void close() {
    database.close();
  }
}
