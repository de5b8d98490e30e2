package io.tidegate.harness.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the database itself says: rows, statistics and settings. A figure that cannot be had is
 * absent, never guessed.
 */
final class DatabaseFigures implements AutoCloseable {
  private final Connection connection;

  /** Counters that are exact at every moment; each only grows. */
  record Counters(
      Optional<Long> orders,
      Optional<Long> lastPosition,
      Optional<Long> walBytes,
      Optional<Long> statements) {}

  /** Counters that the backends tell late: an idle one after up to ten seconds. */
  record Statistics(
      Optional<Long> walFsyncs,
      Optional<Long> commits,
      Optional<Long> deadlocks,
      Optional<Long> updates,
      Optional<Long> hotUpdates) {}

  private DatabaseFigures(Connection connection) {
    this.connection = connection;
  }

  static DatabaseFigures connect(String url) throws BenchFailure {
    try {
      return new DatabaseFigures(DriverManager.getConnection(url));
    } catch (SQLException e) {
      throw new BenchFailure("the database cannot be reached: " + e.getMessage(), e);
    }
  }

  /** The process of this connection's backend, from which the database's processes are found. */
  OptionalLong backend() {
    return number("select pg_backend_pid()").map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  Counters counters() {
    return new Counters(
        number("select count(*) from ordering.orders"),
        number("select coalesce(max(position), 0) from messaging.log"),
        number("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"),
        number(
            "select sum(calls)::bigint from pg_stat_statements s"
                + " join pg_database d on d.oid = s.dbid where d.datname = current_database()"));
  }

  Statistics statistics() {
    return new Statistics(
        number("select sum(fsyncs)::bigint from pg_stat_io where object = 'wal'"),
        number("select xact_commit from pg_stat_database where datname = current_database()"),
        number("select deadlocks from pg_stat_database where datname = current_database()"),
        number("select sum(n_tup_upd)::bigint from pg_stat_user_tables"),
        number("select sum(n_tup_hot_upd)::bigint from pg_stat_user_tables"));
  }

  Optional<Long> eventsAfter(long position) {
    return number("select count(*) from messaging.log where position > " + position);
  }

  /**
   * How old the oldest event is that the relay has not passed, in milliseconds; 0 when it passed
   * all.
   */
  Optional<Long> relayLagMillis() {
    return number(
        "select coalesce((extract(epoch from clock_timestamp() - min(time)) * 1000)::bigint, 0)"
            + " from messaging.log where position > (select position from messaging.relay)");
  }

  Optional<String> setting(String name) {
    return text("select current_setting('" + name + "', true)");
  }

  private Optional<Long> number(String sql) {
    return text(sql).map(Long::valueOf);
  }

  private Optional<String> text(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
    } catch (SQLException e) {
      System.err.println("bench: a figure is left out: " + e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() throws BenchFailure {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new BenchFailure("the database connection cannot be closed", e);
    }
  }
}
