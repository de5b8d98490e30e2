package io.tidegate.harness.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the database itself says: rows, statistics and settings. A figure that cannot be had is
 * absent, never guessed.
 */
final class DatabaseFigures implements AutoCloseable {
  /** The consumers of a paid order, by the effect that each brings. */
  static final List<String> CONSUMERS =
      List.of("points", "coupon", "red_packet", "notification", "warehouse");

  /** Marks the bench's own statements, which are not the system's. */
  private static final String MARK = "/* bench */ ";

  private static final int VACUUM_SECONDS_MAX = 600;

  private static final String PAID = "order.paid.v1";

  private static final String RECEIPTS =
      "select coalesce(sum(bit_count(bits)), 0)::bigint from (select bit_or(bits) as bits"
          + " from messaging.receipt where consumer in ("
          + quoted(CONSUMERS)
          + ") and range >= %d group by consumer, range) r";

  /** The first range of receipts that the delivery audit has not settled for each of them. */
  private static final String UNSETTLED =
      "select coalesce(min(coalesce(a.position, 0)), 0) / 8192 from unnest(array["
          + quoted(CONSUMERS)
          + "]) as c (consumer) left join messaging.audited a using (consumer)";

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

  DatabaseFigures(Connection connection) {
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

  /**
   * Does at once what the database does by itself in the minutes after much was filled in, so that
   * nothing of that is in what is measured.
   */
  void vacuum() throws BenchFailure {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(VACUUM_SECONDS_MAX);
      statement.execute(MARK + "vacuum (analyze, skip_locked)");
    } catch (SQLException e) {
      throw new BenchFailure("the database could not be vacuumed: " + e.getMessage(), e);
    }
  }

  Counters counters() {
    return new Counters(
        number("select count(*) from ordering.orders"),
        number("select coalesce(max(position), 0) from messaging.log"),
        number("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"),
        number(
            "select sum(calls)::bigint from pg_stat_statements s"
                + " join pg_database d on d.oid = s.dbid where d.datname = current_database()"
                + " and not starts_with(s.query, '"
                + MARK
                + "')"));
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

  /** How old the oldest event is that no broker has yet, in milliseconds; 0 when there is none. */
  Optional<Long> relayLagMillis() {
    return number(
        "select coalesce((extract(epoch from clock_timestamp() - min(time)) * 1000)::bigint, 0)"
            + " from messaging.log l, messaging.relay r where "
            + Unpublished.SQL);
  }

  /**
   * How many deliveries of paid orders to the five consumers are not done. What the delivery audit
   * has settled is done, and is not read: a count of a log of millions takes seconds.
   */
  Optional<Long> undone() {
    return number(UNSETTLED)
        .flatMap(range ->
            number(
                "select (select count(*) from messaging.log where position >= "
                    + range * 8192
                    + " and type = '"
                    + PAID
                    + "') * "
                    + CONSUMERS.size()
                    + " - ("
                    + RECEIPTS.formatted(range)
                    + ")"));
  }

  /** How many deliveries to the five consumers are done: a few rows to read, whatever the log. */
  Optional<Long> receipts() {
    return number(RECEIPTS.formatted(0));
  }

  /** How many of the paid orders after a position each consumer has done, as far as it is told. */
  Map<String, Long> doneAfter(long position) {
    Map<String, Long> done = new LinkedHashMap<>();
    for (String consumer : CONSUMERS) {
      number(
              "select count(*) from messaging.log l where l.type = '"
                  + PAID
                  + "' and l.position > "
                  + position
                  + " and exists (select 1 from messaging.receipt r where r.consumer = '"
                  + consumer
                  + "' and r.range = l.position / 8192"
                  + " and get_bit(r.bits, (l.position % 8192)::int) = 1)")
          .ifPresent(n -> done.put(consumer, n));
    }
    return done;
  }

  private static String quoted(List<String> names) {
    return "'" + String.join("', '", names) + "'";
  }

  Optional<String> setting(String name) {
    return text("select current_setting('" + name + "', true)");
  }

  /** The first column of the first row, as a number. */
  Optional<Long> number(String sql) {
    return text(sql).map(Long::valueOf);
  }

  /** The first column of the first row, as a fraction. */
  Optional<Double> fraction(String sql) {
    return text(sql).map(Double::valueOf);
  }

  private Optional<String> text(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(MARK + sql)) {
      return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
    } catch (SQLException e) {
      System.err.println("bench: a figure is left out: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** All rows' columns as texts; what a scenario needs to go on. */
  List<List<String>> rows(String sql) throws BenchFailure {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(MARK + sql)) {
      List<List<String>> all = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<String> row = new ArrayList<>(columns);
        for (int i = 1; i <= columns; i++) {
          String value = rows.getString(i);
          row.add(value == null ? "" : value);
        }
        all.add(List.copyOf(row));
      }
      return all;
    } catch (SQLException e) {
      throw new BenchFailure("the database does not tell: " + e.getMessage(), e);
    }
  }

  /** Runs statements that return nothing to look at. */
  void execute(String sql) throws BenchFailure {
    try (Statement statement = connection.createStatement()) {
      statement.execute(MARK + sql);
    } catch (SQLException e) {
      throw new BenchFailure("the database refuses: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // What was measured is worth more than a clean end.
      System.err.println("bench: the database connection could not be closed: " + e);
    }
  }
}
