package io.tidegate.server.audit;

import static io.tidegate.server.audit.SmallShop.BASE;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of one order at a time: itself, its payments, refunds and parcels, and what they told. */
final class OrderRows {

  private final Connection connection;

  OrderRows(Connection connection) {
    this.connection = connection;
  }

  /** Lines are written as SKU, quantity and {@code @pool}; the discount is the last line's. */
  void order(int n, List<String> lines, long discount, int... states) throws SQLException {
    boolean pools = lines.stream().anyMatch(line -> line.contains("@"));
    List<String> items = new ArrayList<>(List.of(pools ? "2" : "1"));
    List<String> told = new ArrayList<>();
    long gross = 0;
    for (int i = 0; i < lines.size(); i++) {
      String sku = lines.get(i).substring(0, 1);
      String[] parts = lines.get(i).substring(1).split("@");
      int quantity = Integer.parseInt(parts[0]);
      long price = sku.equals("A") ? 1000 : 2000;
      gross += price * quantity;
      long off = i == lines.size() - 1 ? discount : 0;
      items.add(
          "[\"%s\",\"Thing\",%d,%d,%d%s]"
              .formatted(sku, quantity, price, off, parts.length > 1 ? "," + parts[1] : ""));
      told.add("{\"line\":%d,\"sku\":\"%s\",\"quantity\":%d}".formatted(i + 1, sku, quantity));
    }
    List<String> steps = new ArrayList<>();
    int from = 0;
    boolean paid = false;
    for (int i = 0; i < states.length; i++) {
      int to = states[i];
      paid |= to == 2;
      String fact =
          from == 9
              ? "refund_reversed"
              : List.of(
                      "placed",
                      "paid",
                      "partially_shipped",
                      "shipped",
                      "delivered",
                      "completed",
                      "closed",
                      "cancelled",
                      "refunded")
                  .get(to - 1);
      steps.add(
          "[%d,%d,%d,%d,\"order.%s\",\"system\",\"\"]"
              .formatted(i + 1, 1_760_000_000_000L + i, from, to, fact));
      event("order." + fact + ".v1", n, i + 1, "{\"items\":[" + String.join(",", told) + "]}");
      from = i + 1 < states.length ? to : from;
    }
    int state = states[states.length - 1];
    sql(
        """
        insert into ordering.orders (number, user_id, state, previous, version, region, currency,
          items_total, discount_total, freight, total, pay_before, paid_at, closed_at, close_reason,
          items, history)
        values (%d, 1, %d, %d, %d, 330106, 'CNY', %d, %d, 0, %d, now() + interval '1 day',
          %s, %s, null, '%s', '%s')
        """
            .formatted(
                BASE + n,
                state,
                from,
                states.length,
                gross,
                discount,
                gross - discount,
                paid ? "now()" : "null",
                state == 7 || state == 8 ? "now()" : "null",
                "[" + String.join(",", items) + "]",
                String.join(",", steps)));
    sql(
        "insert into db.idempotency values (decode(lpad('%d', 32, '0'), 'hex'),".formatted(n)
            + " decode(lpad('1', 32, '0'), 'hex'), %d)".formatted(BASE + n));
  }

  void event(String type, int n, int version, String data) throws SQLException {
    sql(
        "insert into messaging.log (type, key, version, time, traceparent, data) values"
            + " ('%s', %d, %d, now(), '', '%s'::bytea)".formatted(type, BASE + n, version, data));
  }

  void attempt(int n, int seq, int state, long amount) throws SQLException {
    sql(
        """
        insert into payment.attempt (order_number, seq, provider, state, version, amount, currency,
          created_at, expires_at, ask_at)
        values (%d, %d, 'sandbox', %d, 1, %d, 'CNY', now(), now() + interval '1 day', %s)
        """
            .formatted(
                BASE + n, seq, state, amount, state < 4 ? "now() + interval '1 hour'" : "null"));
  }

  void paid(int n, long amount) throws SQLException {
    attempt(n, 1, 4, amount);
    capture(n, 1, "t1", amount, 1);
  }

  void capture(int n, int seq, String transaction, long amount, int verdict) throws SQLException {
    sql(
        """
        insert into payment.capture (order_number, provider, transaction, attempt, amount, currency,
          captured_at, recorded_at, verdict)
        values (%d, 'sandbox', '%s', %d, %d, 'CNY', now(), now(), %d)
        """
            .formatted(BASE + n, transaction, seq, amount, verdict));
    String credit = verdict == 1 ? "orders" : verdict == 4 ? "parked" : "refunds_owed";
    post(n, "provider:sandbox", credit, amount, (BASE + n) + "p" + seq);
    if (verdict != 1) {
      event(verdict == 4 ? "payment.parked.v1" : "payment.given_back.v1", n, 1, "{}");
    }
  }

  void given(int n, String account, long amount, String reference) throws SQLException {
    post(n, account, "orders", amount, reference);
  }

  void owe(int n, long amount) throws SQLException {
    post(n, "orders", "refunds_owed", amount, (BASE + n) + "r1");
  }

  void refund(int n, int seq, int attempt, String transaction, long amount, int reason)
      throws SQLException {
    sql(
        """
        insert into payment.refund (order_number, seq, provider, attempt, transaction, amount,
          currency, reason, state, version, created_at, succeeded_at)
        values (%d, %d, 'sandbox', %d, '%s', %d, 'CNY', %d, 5, 3, now(), now())
        """
            .formatted(BASE + n, seq, attempt, transaction, amount, reason));
    post(n, "refunds_owed", "provider:sandbox", amount, (BASE + n) + "r" + seq);
    event("refund.succeeded.v1", n, 3, "{}");
  }

  void post(int n, String debit, String credit, long amount, String reference) throws SQLException {
    sql(
        "insert into payment.ledger (order_number, at, debit, credit, amount, currency, reference)"
            + " values (%d, now(), '%s', '%s', %d, 'CNY', '%s')"
                .formatted(BASE + n, debit, credit, amount, reference));
  }

  void task(int n, String state, int version) throws SQLException {
    sql(
        "insert into fulfilment.task (order_number, state, version, region, shipments, created_at)"
            + " values (%d, '%s', %d, '330106', 1, now())".formatted(BASE + n, state, version));
  }

  void parcel(int n, String state, String line, @Nullable String problem) throws SQLException {
    boolean came = state.equals("delivered");
    String at = came ? "now()" : "null";
    sql(
        """
        insert into fulfilment.shipment (order_number, seq, warehouse, state, version, items,
          problem, planned_at, picked_at, packed_at, shipped_at, delivered_at)
        values (%1$d, 1, 'w1', '%2$s', 1, '[{"line":1,"sku":"%3$s","quantity":%4$s}]',
          %5$s, now(), %6$s, %6$s, %6$s, %6$s)
        """
            .formatted(
                BASE + n,
                state,
                line.substring(0, 1),
                line.substring(1),
                problem == null ? "null" : "'" + problem + "'",
                at));
    for (String fact :
        came
            ? List.of("planned", "picked", "packed", "shipped", "delivered")
            : List.of("planned")) {
      event("shipment." + fact + ".v1", n, 1, "{\"last\":true}");
    }
  }

  void sql(String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }
}
