package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Sample;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/** The auditor's connection: read-only snapshots that are never held longer than their limit. */
final class AuditSession implements AutoCloseable {

  /** A longer one would keep vacuum from cleaning up behind a busy shop. */
  static final Duration SNAPSHOT_MAX = Duration.ofSeconds(30);

  private static final int FETCH_ROWS = 2_000;

  /** What PostgreSQL says of a statement that was ended by its time-out. */
  private static final String ENDED_BY_TIME = "57014";

  /**
   * What a probe compares is many rows with many, and how many PostgreSQL can't know: partitioned
   * tables have no statistics, and those of others may be as old as the last crash. It would take
   * them for few, and go through one side for each row of the other. So they are hashed; where a
   * probe looks up few rows in a large table, it says so by {@code lateral} and {@code offset 0}.
   */
  private static final String HASHED = "set local enable_nestloop = off";

  /** Reads in one snapshot. */
  interface Reading {
    void read(Snapshot snapshot) throws SQLException;
  }

  /** Takes a row. */
  interface RowTaker {
    void take(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final Duration snapshotMax;
  private final Set<String> tables = new HashSet<>();
  private String question = "which tables there are";

  AuditSession(String jdbcUrl) throws SQLException {
    this(jdbcUrl, SNAPSHOT_MAX);
  }

  /**
   * @param snapshotMax a snapshot that takes longer is ended
   */
  AuditSession(String jdbcUrl, Duration snapshotMax) throws SQLException {
    this.snapshotMax = snapshotMax;
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", "tidegate-audit");
    // Rows travel in binary form from a statement's first run on.
    properties.setProperty("prepareThreshold", "-1");
    connection = DriverManager.getConnection(jdbcUrl, properties);
    try {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (Statement statement = connection.createStatement()) {
        // Its statements are few and long; each is read once, so plans needn't be quick to make.
        statement.execute("set work_mem = '64MB'");
        statement.execute("set jit = off");
        statement.execute("set timezone = 'UTC'");
        statement.execute("set idle_in_transaction_session_timeout = " + snapshotMax.toMillis());
      }
      connection.commit();
      snapshot(snapshot ->
          snapshot.few(
              "select schemaname || '.' || tablename from pg_tables"
                  + " where schemaname not in ('pg_catalog', 'information_schema')",
              row -> tables.add(row.getString(1))));
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Whether these tables are there: what is not built yet can't be looked at. */
  boolean knows(List<String> names) {
    return tables.containsAll(names);
  }

  boolean knows(String name) {
    return tables.contains(name);
  }

  /** Notes what is asked from here on, for whoever hears that it had no answer. */
  void asks(String next) {
    question = next;
  }

  /** What was asked last. */
  String question() {
    return question;
  }

  /** Whether a snapshot had to end before its statement did. */
  static boolean tookTooLong(SQLException failure) {
    return ENDED_BY_TIME.equals(failure.getSQLState());
  }

  /** Reads in one snapshot, which ends with it. */
  void snapshot(Reading reading) throws SQLException {
    connection.setReadOnly(true);
    try {
      reading.read(new Snapshot(connection, snapshotMax));
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      rollback(e);
      throw e;
    }
  }

  /** Writes what was folded. */
  void write(Reading work) throws SQLException {
    connection.setReadOnly(false);
    try {
      work.read(new Snapshot(connection, snapshotMax));
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      rollback(e);
      throw e;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private void rollback(Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /** One transaction. Each statement may take what is left of the snapshot's time. */
  static final class Snapshot {
    private final Connection connection;
    private final Duration max;
    private final long beganNanos = System.nanoTime();

    private Snapshot(Connection connection, Duration max) {
      this.connection = connection;
      this.max = max;
    }

    /** Streams a query's rows: they never lie in memory together. */
    void each(String sql, RowTaker taker) throws SQLException {
      read(sql, List.of(), FETCH_ROWS, taker);
    }

    /** Streams a query's rows; its one parameter is an array of numbers. */
    void each(String sql, List<Long> numbers, RowTaker taker) throws SQLException {
      long[] array = numbers.stream().mapToLong(Long::longValue).toArray();
      read(sql, List.of(array), FETCH_ROWS, taker);
    }

    /** Reads few rows at once: what is fetched in parts isn't read by parallel workers. */
    void few(String sql, RowTaker taker) throws SQLException {
      read(sql, List.of(), 0, taker);
    }

    private void read(String sql, List<Object> parameters, int fetchRows, RowTaker taker)
        throws SQLException {
      limit();
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        set(statement, parameters);
        statement.setFetchSize(fetchRows);
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            taker.take(rows);
          }
        }
      }
    }

    /** Joins of what is read from here on in this snapshot are hashed. */
    void hash() throws SQLException {
      change(HASHED, List.of());
    }

    /** Runs a change with parameters. */
    void change(String sql, List<Object> parameters) throws SQLException {
      limit();
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        set(statement, parameters);
        statement.execute();
      }
    }

    /** What counts a probe's rows, and the broken ones. */
    static String counting(String sql) {
      return "select count(*), count(*) filter (where bad is not false) from (" + sql + ") p";
    }

    /** Counts a probe's rows, and reads some of the broken ones. Returns how many are broken. */
    long ask(Probe probe, String sql, Finding finding) throws SQLException {
      hash();
      long[] counts = new long[2];
      few(
          counting(sql),
          row -> {
            counts[0] = row.getLong(1);
            counts[1] = row.getLong(2);
          });
      finding.checked += probe.guard() ? 0 : counts[0];
      finding.broken += counts[1];
      if (counts[1] > 0) {
        few(
            "select key, expected, actual from ("
                + sql
                + ") p where bad is not false order by key limit "
                + Finding.SAMPLES_MAX,
            row -> finding.show(new Sample(text(row, 1), text(row, 2), text(row, 3))));
      }
      return counts[1];
    }

    private static void set(PreparedStatement statement, List<Object> parameters)
        throws SQLException {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
    }

    private void limit() throws SQLException {
      long leftMillis = max.toMillis() - (System.nanoTime() - beganNanos) / 1_000_000;
      try (Statement statement = connection.createStatement()) {
        statement.execute("set local statement_timeout = " + Math.max(1, leftMillis));
      }
    }

    private static String text(ResultSet row, int column) throws SQLException {
      String text = row.getString(column);
      return text == null ? "nothing" : text;
    }
  }
}
