package io.tidegate.harness.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what is there, by SQL and from the provider's book. */
final class EvidenceReader implements AutoCloseable {
  private static final Duration BOOK_MAX = Duration.ofSeconds(30);

  private final String database;
  private final URI simulators;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @FunctionalInterface
  private interface Row {
    void read(ResultSet row) throws SQLException;
  }

  EvidenceReader(String database, URI simulators) {
    this.database = database;
    this.simulators = simulators;
  }

  /** The highest order number so far; what comes later is above it. */
  long floor() throws SQLException {
    try (Connection connection = DriverManager.getConnection(database)) {
      return number(connection, "select coalesce(max(number), 0) from ordering.orders");
    }
  }

  /** A session that does a client's work at this moment, or any; 0 where there is none. */
  long backend() throws SQLException {
    try (Connection connection = DriverManager.getConnection(database)) {
      return number(
          connection,
          "select coalesce((select pid from pg_stat_activity where backend_type = 'client backend'"
              + " and pid <> pg_backend_pid() order by state = 'active' desc, random() limit 1), 0)");
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
    JsonNode book = book();
    try (Connection connection = DriverManager.getConnection(database)) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      return new Evidence(
          orders(connection, floor),
          attempts(connection, floor),
          captures(connection, floor),
          refunds(connection, floor),
          effects(connection, floor),
          withStock ? stock(connection) : Map.of(),
          bookPayments(book, floor),
          bookRefunds(book, floor));
    }
  }

  private static Map<String, Evidence.Order> orders(Connection connection, long floor)
      throws SQLException {
    Map<String, Evidence.Order> orders = new HashMap<>();
    each(
        connection,
        "select number, state, total, paid_at is not null from ordering.orders where number > ?",
        floor,
        row ->
            orders.put(
                row.getString(1),
                new Evidence.Order(
                    row.getString(1), row.getInt(2), row.getLong(3), row.getBoolean(4))));
    return orders;
  }

  private static List<Evidence.Attempt> attempts(Connection connection, long floor)
      throws SQLException {
    List<Evidence.Attempt> attempts = new ArrayList<>();
    each(
        connection,
        "select order_number || 'p' || seq, order_number from payment.attempt"
            + " where order_number > ?",
        floor,
        row -> attempts.add(new Evidence.Attempt(row.getString(1), row.getString(2))));
    return attempts;
  }

  private static List<Evidence.Capture> captures(Connection connection, long floor)
      throws SQLException {
    List<Evidence.Capture> captures = new ArrayList<>();
    each(
        connection,
        "select order_number, order_number || 'p' || attempt, transaction, amount, verdict"
            + " from payment.capture where order_number > ?",
        floor,
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

  private static List<Evidence.Refund> refunds(Connection connection, long floor)
      throws SQLException {
    List<Evidence.Refund> refunds = new ArrayList<>();
    each(
        connection,
        "select order_number || 'r' || seq, order_number, order_number || 'p' || attempt,"
            + " transaction, amount, state from payment.refund where order_number > ?",
        floor,
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

  private static Map<String, Map<String, Integer>> effects(Connection connection, long floor)
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
              + " order_number > ? group by order_number",
          floor,
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
        "select sku, locked, sold from inventory.stock where total > ?",
        -1,
        row -> stock.put(row.getString(1), new Evidence.Stock(row.getLong(2), row.getLong(3))));
    return stock;
  }

  private static void each(Connection connection, String sql, long floor, Row row)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, floor);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          row.read(rows);
        }
      }
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private JsonNode book() throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(URI.create(simulators + "/book")).timeout(BOOK_MAX).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    try {
      return JsonMapper.shared().readTree(response.body());
    } catch (JacksonException e) {
      throw new IOException("the provider's book cannot be read", e);
    }
  }

  private static List<Evidence.BookPayment> bookPayments(JsonNode book, long floor) {
    List<Evidence.BookPayment> payments = new ArrayList<>();
    for (JsonNode payment : book.path("payments")) {
      String id = payment.path("payment").asString();
      if (order(id) > floor) {
        payments.add(
            new Evidence.BookPayment(
                id, payment.path("transaction").asString(""), payment.path("amount").longValue()));
      }
    }
    return payments;
  }

  private static List<Evidence.BookRefund> bookRefunds(JsonNode book, long floor) {
    List<Evidence.BookRefund> refunds = new ArrayList<>();
    for (JsonNode refund : book.path("refunds")) {
      String id = refund.path("refund").asString();
      if (order(id) > floor) {
        refunds.add(
            new Evidence.BookRefund(
                id,
                refund.path("payment").asString(),
                refund.path("amount").longValue(),
                refund.path("state").asString().equals("succeeded")));
      }
    }
    return refunds;
  }

  /** The order's number at the head of a payment's or refund's id. */
  private static long order(String id) {
    int digits = 0;
    while (digits < id.length() && Character.isDigit(id.charAt(digits))) {
      digits++;
    }
    return digits == 0 ? 0 : Long.parseLong(id.substring(0, digits));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
