package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.Unpublished;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what is there, by SQL and from the provider's book. */
final class EvidenceReader implements AutoCloseable {
  private static final Duration BOOK_MAX = Duration.ofSeconds(30);

  private static final long NO_END = Long.MAX_VALUE;

  private final String database;
  private final URI simulators;
  private final List<Provider> providers;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @FunctionalInterface
  private interface Row {
    void read(ResultSet row) throws SQLException;
  }

  /** The orders of one run that were paid at the sandbox only. */
  EvidenceReader(String database, URI simulators) {
    this(database, simulators, List.of(Provider.SANDBOX));
  }

  /**
   * @param providers whose books are read
   */
  EvidenceReader(String database, URI simulators, List<Provider> providers) {
    this.database = database;
    this.simulators = simulators;
    this.providers = List.copyOf(providers);
  }

  /** The JDBC URL of what is read. */
  String database() {
    return database;
  }

  /** The highest order number so far; what comes later is above it. */
  long floor() throws SQLException {
    try (Connection connection = DriverManager.getConnection(database)) {
      return number(connection, "select coalesce(max(number), 0) from ordering.orders");
    }
  }

  /** How many orders there are. */
  long orders() throws SQLException {
    try (Connection connection = DriverManager.getConnection(database)) {
      return number(connection, "select count(*) from ordering.orders");
    }
  }

  /** Events that no broker has, as far as the relay knows. */
  int unsent() throws SQLException {
    try (Connection connection = DriverManager.getConnection(database)) {
      return (int)
          number(
              connection,
              "select count(*) from messaging.log l, messaging.relay r where " + Unpublished.SQL);
    }
  }

  /** A session that does a client's work at this moment, or any; 0 where there is none. */
  long backend() throws SQLException {
    try (Connection connection = DriverManager.getConnection(database)) {
      return number(
          connection,
          "select coalesce((select pid from pg_stat_activity where backend_type = 'client backend'"
              + " and pid <> pg_backend_pid() order by state = 'active' desc, random() limit 1),"
              + " 0)");
    }
  }

  /** Transactions that ended each other so far; those that die with a killed database forget it. */
  long deadlocks() throws SQLException {
    try (Connection connection = DriverManager.getConnection(database)) {
      return number(
          connection, "select deadlocks from pg_stat_database where datname = current_database()");
    }
  }

  /**
   * Everything about the orders above a number.
   *
   * @param withStock whether stock is looked at; it makes sense for all orders only
   */
  Evidence above(long floor, boolean withStock)
      throws SQLException, IOException, InterruptedException {
    ProviderBook.Pages book = ProviderBook.Pages.empty();
    for (Provider provider : providers) {
      read(provider, "", floor, book);
    }
    return evidence(new Range(floor, NO_END), withStock, book);
  }

  /** Everything about one order but its goods. */
  Evidence of(String number) throws SQLException, IOException, InterruptedException {
    long key = Long.parseLong(number);
    Range only = new Range(key - 1, key);
    List<String[]> attempts = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(database)) {
      each(
          connection,
          "select provider, order_number || 'p' || seq from payment.attempt"
              + " where "
              + only.of("order_number"),
          row -> attempts.add(new String[] {row.getString(1), row.getString(2)}));
    }
    ProviderBook.Pages book = ProviderBook.Pages.empty();
    for (String[] attempt : attempts) {
      read(Provider.read(attempt[0]).getFirst(), attempt[1], 0, book);
    }
    return evidence(only, false, book);
  }

  /** Orders by their numbers, the first one left out. */
  private record Range(long above, long last) {
    String of(String column) {
      return column + " > " + above + " and " + column + " <= " + last;
    }
  }

  /** Books are read before: what they have, our rows have by then, or will have. */
  private Evidence evidence(Range range, boolean withStock, ProviderBook.Pages book)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(database)) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      return new Evidence(
          orders(connection, range),
          attempts(connection, range),
          captures(connection, range),
          refunds(connection, range),
          effects(connection, range),
          withStock ? stock(connection) : Map.of(),
          restocked(connection, range),
          book.payments(),
          book.refunds());
    }
  }

  private static Map<String, Evidence.Order> orders(Connection connection, Range range)
      throws SQLException {
    Map<String, Evidence.Order> orders = new HashMap<>();
    each(
        connection,
        "select o.number, o.state, o.total, o.paid_at is not null,"
            + " o.refunded_total - coalesce(d.deducted, 0) from ordering.orders o left join"
            + " (select order_number, sum(case when credit = 'perks_deducted' then amount"
            + " else -amount end) as deducted from payment.ledger"
            + " where 'perks_deducted' in (credit, debit) and "
            + range.of("order_number")
            + " group by 1) d on d.order_number = o.number where "
            + range.of("o.number"),
        row ->
            orders.put(
                row.getString(1),
                new Evidence.Order(
                    row.getString(1),
                    row.getInt(2),
                    row.getLong(3),
                    row.getBoolean(4),
                    row.getLong(5))));
    return orders;
  }

  private static List<Evidence.Attempt> attempts(Connection connection, Range range)
      throws SQLException {
    List<Evidence.Attempt> attempts = new ArrayList<>();
    each(
        connection,
        "select order_number || 'p' || seq, order_number from payment.attempt"
            + " where "
            + range.of("order_number"),
        row -> attempts.add(new Evidence.Attempt(row.getString(1), row.getString(2))));
    return attempts;
  }

  private static List<Evidence.Capture> captures(Connection connection, Range range)
      throws SQLException {
    List<Evidence.Capture> captures = new ArrayList<>();
    each(
        connection,
        "select order_number, order_number || 'p' || attempt, transaction, amount, verdict"
            + " from payment.capture where "
            + range.of("order_number"),
        row ->
            captures.add(
                new Evidence.Capture(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getLong(4),
                    row.getInt(5))));
    return captures;
  }

  private static List<Evidence.Refund> refunds(Connection connection, Range range)
      throws SQLException {
    List<Evidence.Refund> refunds = new ArrayList<>();
    each(
        connection,
        "select order_number || 'r' || seq, order_number, order_number || 'p' || attempt,"
            + " transaction, amount, state from payment.refund where "
            + range.of("order_number"),
        row ->
            refunds.add(
                new Evidence.Refund(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getLong(5),
                    row.getInt(6))));
    return refunds;
  }

  private static Map<String, Map<String, Integer>> effects(Connection connection, Range range)
      throws SQLException {
    Map<String, Map<String, Integer>> effects = new HashMap<>();
    Map<String, String> tables =
        Map.of(
            "points", "points.entry where kind = 'earned' and",
            "coupon", "marketing.coupon where",
            "red_packet", "marketing.red_packet where",
            "notification", "notification.message where template = 'order_paid' and",
            "warehouse", "fulfilment.task where");
    for (String effect : Evidence.EFFECTS) {
      each(
          connection,
          "select order_number, count(*) from "
              + tables.get(effect)
              + " "
              + range.of("order_number")
              + " group by order_number",
          row ->
              effects
                  .computeIfAbsent(row.getString(1), _ -> new HashMap<>())
                  .put(effect, row.getInt(2)));
    }
    return effects;
  }

  private static Map<String, Evidence.Stock> stock(Connection connection) throws SQLException {
    Map<String, Evidence.Stock> stock = new HashMap<>();
    each(
        connection,
        "select s.sku, s.locked - (select coalesce(sum(p.free), 0) from inventory.pool p"
            + " where p.sku = s.sku)::bigint, s.sold from inventory.stock s",
        row -> stock.put(row.getString(1), new Evidence.Stock(row.getLong(2), row.getLong(3))));
    return stock;
  }

  private static Map<String, Map<Integer, Long>> restocked(Connection connection, Range range)
      throws SQLException {
    Map<String, Map<Integer, Long>> restocked = new HashMap<>();
    each(
        connection,
        "select order_number, line, sum(quantity) from ordering.refunded_line"
            + " where restocked and "
            + range.of("order_number")
            + " group by order_number, line",
        row ->
            restocked
                .computeIfAbsent(row.getString(1), _ -> new HashMap<>())
                .put(row.getInt(2), row.getLong(3)));
    return restocked;
  }

  private static void each(Connection connection, String sql, Row row) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        row.read(rows);
      }
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /**
   * Reads a provider's book. It is long after a long run, so it is read as it comes.
   *
   * @param payment only what it has of this one; empty: of all
   */
  private void read(Provider provider, String payment, long floor, ProviderBook.Pages into)
      throws IOException, InterruptedException {
    String which = payment.isEmpty() ? "" : "&payment=" + payment;
    URI book = URI.create(simulators + "/book?provider=" + provider.wire() + which);
    HttpResponse<InputStream> response =
        client.send(
            HttpRequest.newBuilder(book).timeout(BOOK_MAX).build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException("the book of " + provider.wire() + ": " + response.statusCode());
      }
      ProviderBook.read(body, floor, into);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
