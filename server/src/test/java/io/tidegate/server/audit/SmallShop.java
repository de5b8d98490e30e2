package io.tidegate.server.audit;

import io.tidegate.platform.db.Migrations;
import io.tidegate.platform.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small shop at rest, written by SQL with all the rows that its orders have: it audits clean.
 *
 * <p>SKU A costs 1000, B 2000. Order 1 waits for its payment; 2 is paid and its goods are missing;
 * 3 was closed and paid late; 4 was cancelled; 5 was delivered; 6 is completed and was paid twice;
 * 7 waits, after a payment of a wrong amount; 8 was refunded before shipping; 9 too, and there the
 * points were reclaimed before they came.
 */
final class SmallShop {

  static final long BASE = 7_200_000_000_000_000L;

  private final Connection connection;

  private SmallShop(Connection connection) {
    this.connection = connection;
  }

  static String fresh() {
    return TestPostgres.freshDatabase("small-shop", SmallShop::writeTo);
  }

  /** Makes the tables of an empty database and fills them. */
  static void writeTo(String url) {
    Migrations.apply(url);
    try (Connection connection = DriverManager.getConnection(url)) {
      new SmallShop(connection).write();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static void run(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  private void write() throws SQLException {
    for (String table :
        List.of(
            "ordering.orders",
            "payment.attempt",
            "payment.capture",
            "payment.refund",
            "payment.ledger",
            "fulfilment.task",
            "fulfilment.shipment",
            "fulfilment.tracking")) {
      sql(
          "create table %s_all partition of %s for values from (minvalue) to (maxvalue)"
              .formatted(table, table));
    }
    sql("insert into inventory.stock values ('A', 100, 93, 3, 4), ('B', 50, 49, 0, 1)");
    sql(
        "insert into catalog.product (id, category, title_zh, title_en, glyph) values"
            + " ('T', 'things', '东西', 'Thing', 'box')");
    sql(
        "insert into catalog.sku (code, product, title_zh, title_en, price, currency, weight_grams,"
            + " revision) values ('A', 'T', '东西', 'Thing', 1000, 'CNY', 100, 1)");
    sql("insert into inventory.on_hand values ('A', 'w1', 97, 0), ('B', 'w1', 50, 0)");
    orders();
    money();
    parcels();
    perks();
    delivery();
  }

  private void orders() throws SQLException {
    order(1, List.of("A2"), 0, 1);
    order(2, List.of("A1", "B1"), 300, 1, 2);
    order(3, List.of("A3"), 0, 1, 7);
    order(4, List.of("B1"), 0, 1, 8);
    order(5, List.of("A2"), 0, 1, 2, 4, 5);
    order(6, List.of("A1"), 0, 1, 2, 4, 5, 6);
    order(7, List.of("A1"), 0, 1);
    order(8, List.of("B2"), 0, 1, 2, 9);
    order(9, List.of("B1"), 0, 1, 2, 9);
    sql(
        "insert into ordering.order_due (due_at, kind, numbers) select max(pay_before), 1,"
            + " array_agg(number) from ordering.orders");
    sql(
        "insert into ordering.order_due (due_at, kind, numbers) values"
            + " (now() + interval '10 days', 2, array[%d])".formatted(BASE + 5));
  }

  private void money() throws SQLException {
    attempt(1, 1, 2, 2000);
    paid(2, 2700);
    attempt(3, 1, 4, 3000);
    capture(3, 1, "t1", 3000, 3);
    refund(3, 1, 1, "t1", 3000, 2);
    paid(5, 2000);
    paid(6, 1000);
    attempt(6, 2, 4, 1000);
    capture(6, 2, "t2", 1000, 2);
    refund(6, 1, 2, "t2", 1000, 1);
    attempt(7, 1, 7, 1000);
    capture(7, 1, "t1", 999, 4);
    paid(8, 4000);
    owe(8, 4000);
    refund(8, 1, 1, "t1", 4000, 3);
    paid(9, 2000);
    owe(9, 2000);
    refund(9, 1, 1, "t1", 2000, 3);
    sql("update ordering.orders set refunded_total = total where state = 9");
  }

  private void parcels() throws SQLException {
    task(2, "open", 1);
    parcel(2, "planned", "A1", "no warehouse has these goods");
    sql("update fulfilment.shipment set next_step_at = now() + interval '1 minute'");
    task(5, "delivered", 5);
    parcel(5, "delivered", "A2", null);
    task(6, "delivered", 5);
    parcel(6, "delivered", "A1", null);
    task(8, "cancelled", 0);
    task(9, "cancelled", 0);
  }

  private void perks() throws SQLException {
    sql("insert into points.account values (1, 57)");
    for (int[] earned : new int[][] {{2, 27}, {5, 20}, {6, 10}, {8, 40}}) {
      sql(
          "insert into points.entry (order_number, kind, user_id, amount, at) values"
              + " (%d, 'earned', 1, %d, now())".formatted(BASE + earned[0], earned[1]));
    }
    sql(
        "insert into points.entry (order_number, kind, user_id, amount, before_grant, at) values"
            + " (%1$d, 'reclaimed', 1, -40, false, now()), (%2$d, 'reclaimed', 1, 0, true, now()),"
                .formatted(BASE + 8, BASE + 9)
            + " (%d, 'earned', 1, 0, false, now())".formatted(BASE + 9));
    sql(
        "insert into marketing.coupon (template, user_id, order_number, state, granted_at,"
            + " valid_from, valid_to) values"
            + " ('thank-you-10', 1, %d, 'granted', now(), now(), now() + interval '30 days'),"
                .formatted(BASE + 5)
            + " ('thank-you-10', 1, %d, 'reclaimed', now(), now(), now() + interval '30 days')"
                .formatted(BASE + 8));
    sql(
        "insert into marketing.red_packet (order_number, user_id, amount, currency, state, at)"
            + " values (%d, 1, 88, 'CNY', 'granted', now()),".formatted(BASE + 6)
            + " (%d, 1, 88, 'CNY', 'reclaimed', now())".formatted(BASE + 8));
    sql(
        "insert into notification.message (order_number, template, user_id, channel, details,"
            + " state, created_at, sent_at) select number, 'order_paid', 1, 'sms', '{}', 'sent', now(),"
            + " now() from ordering.orders where paid_at is not null");
  }

  /** Everything was published, and every consumer has done what it hears. */
  private void delivery() throws SQLException {
    AuditOptions.CONSUMERS.forEach((consumer, types) -> {
      try {
        sql(
            """
            insert into messaging.receipt (consumer, slot, range, bits)
            select '%1$s', 1, 0, bit_or(set_bit(0::bit(8192), position::int, 1))
            from messaging.log where type in ('%2$s')
            """
                .formatted(consumer, String.join("', '", types)));
        sql(
            "insert into messaging.audited select '%s', max(position) from messaging.log"
                .formatted(consumer));
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    });
    sql(
        "insert into messaging.dead_letter (consumer, position, type, key, state, tries, next_at,"
            + " error, closed_by, closed_reason) select 'points', position, type, key, 'discarded', 3,"
            + " now(), 'it broke', 'staff:ann', 'granted by hand' from messaging.log"
            + " where type = 'order.paid.v1' limit 1");
    sql(
        "insert into staff.act (actor, act, subject, detail) select 'staff:ann',"
            + " 'dead-letter.discard', 'dead-letter ' || id, '{}' from messaging.dead_letter");
    sql("update messaging.relay set snapshot = pg_current_snapshot()");
  }

  /** Lines are written as a SKU and a quantity; the discount is the last line's. */
  private void order(int n, List<String> lines, long discount, int... states) throws SQLException {
    List<String> items = new ArrayList<>(List.of("1"));
    List<String> told = new ArrayList<>();
    long gross = 0;
    for (int i = 0; i < lines.size(); i++) {
      String sku = lines.get(i).substring(0, 1);
      int quantity = Integer.parseInt(lines.get(i).substring(1));
      long price = sku.equals("A") ? 1000 : 2000;
      gross += price * quantity;
      long off = i == lines.size() - 1 ? discount : 0;
      items.add("[\"%s\",\"Thing\",%d,%d,%d]".formatted(sku, quantity, price, off));
      told.add("{\"line\":%d,\"sku\":\"%s\",\"quantity\":%d}".formatted(i + 1, sku, quantity));
    }
    List<String> steps = new ArrayList<>();
    int from = 0;
    boolean paid = false;
    for (int i = 0; i < states.length; i++) {
      int to = states[i];
      paid |= to == 2;
      String fact =
          List.of(
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

  private void event(String type, int n, int version, String data) throws SQLException {
    sql(
        "insert into messaging.log (type, key, version, time, traceparent, data) values"
            + " ('%s', %d, %d, now(), '', '%s'::bytea)".formatted(type, BASE + n, version, data));
  }

  private void attempt(int n, int seq, int state, long amount) throws SQLException {
    sql(
        """
        insert into payment.attempt (order_number, seq, provider, state, version, amount, currency,
          created_at, expires_at, ask_at)
        values (%d, %d, 'sandbox', %d, 1, %d, 'CNY', now(), now() + interval '1 day', %s)
        """
            .formatted(
                BASE + n, seq, state, amount, state < 4 ? "now() + interval '1 hour'" : "null"));
  }

  private void paid(int n, long amount) throws SQLException {
    attempt(n, 1, 4, amount);
    capture(n, 1, "t1", amount, 1);
  }

  private void capture(int n, int seq, String transaction, long amount, int verdict)
      throws SQLException {
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

  private void owe(int n, long amount) throws SQLException {
    post(n, "orders", "refunds_owed", amount, (BASE + n) + "r1");
  }

  private void refund(int n, int seq, int attempt, String transaction, long amount, int reason)
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

  private void post(int n, String debit, String credit, long amount, String reference)
      throws SQLException {
    sql(
        "insert into payment.ledger (order_number, at, debit, credit, amount, currency, reference)"
            + " values (%d, now(), '%s', '%s', %d, 'CNY', '%s')"
                .formatted(BASE + n, debit, credit, amount, reference));
  }

  private void task(int n, String state, int version) throws SQLException {
    sql(
        "insert into fulfilment.task (order_number, state, version, region, shipments, created_at)"
            + " values (%d, '%s', %d, '330106', 1, now())".formatted(BASE + n, state, version));
  }

  private void parcel(int n, String state, String line, @Nullable String problem)
      throws SQLException {
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

  private void sql(String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }
}
