package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.Unpublished;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import tools.jackson.databind.node.ObjectNode;

/**
 * The log of events as it stands at a trial's end.
 *
 * @param events in it, of a system that the trial has started
 * @param lagMillis how old the oldest is that the relay has not passed; 0: it has passed all
 */
record EventLog(long events, long lagMillis) {
  private static final String SQL =
      "select (select count(*) from messaging.log), coalesce((select (extract(epoch from"
          + " clock_timestamp() - min(l.time)) * 1000)::bigint"
          + " from messaging.log l, messaging.relay r where "
          + Unpublished.SQL
          + "), 0)";

  /**
   * @param database its JDBC URL
   * @throws ChaosFailure it does not answer
   */
  static EventLog of(String database) throws ChaosFailure {
    try (Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SQL)) {
      rows.next();
      return new EventLog(rows.getLong(1), rows.getLong(2));
    } catch (SQLException e) {
      throw new ChaosFailure("the log of events cannot be read: " + e.getMessage(), e);
    }
  }

  /** Puts it down by the names that all benches have. */
  void into(ObjectNode verified) {
    verified.put("eventsInLog", events).put("relayLagSeconds", lagMillis / 1e3);
  }
}
