package io.tidegate.server.audit;

import io.tidegate.platform.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A small shop at rest, written by SQL with all the rows that its orders have: it audits clean.
 *
 * <p>SKU A costs 1000, B 2000. Order 1 waits for its payment; 2 is paid and its goods are missing;
 * 3 was closed and paid late; 4 was cancelled; 5 was delivered; 6 is completed and was paid twice;
 * 7 waits, after a payment of a wrong amount; 8 was refunded before shipping, less 50 for perks
 * that were spent; 9 too, and there a part of the perks was spent: of 5 points 2 were deducted, and
 * order 5 has paid one of the others; and the provider took its money back, so that a second number
 * had to go. Order 0 waits too, with 2 of the 10 C of sale 1, which are in pool 1: it won them in
 * the sale's draw, in which {@link #LOSER} lost; {@link #ENTERED} waits for the draw of sale 3.
 * Sale 2 was stopped, and its pool 2 is closed. The provider's statement says the same.
 */
final class SmallShop {

  static final long BASE = 7_200_000_000_000_000L;

  /** Entries of draws that have no order; their numbers begin as those of orders do. */
  static final long LOSER = 10 * BASE + 1;

  static final long ENTERED = 10 * BASE + 2;

  private final OrderRows rows;

  private SmallShop(Connection connection) {
    this.rows = new OrderRows(connection);
  }

  static String fresh() {
    return TestPostgres.migratedDatabase("small-shop", SmallShop::writeTo);
  }

  /** Fills the tables of a migrated database. */
  static void writeTo(String url) {
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
            "fulfilment.tracking",
            "fulfilment.held_back",
            "inventory.given_back",
            "ordering.refunded_line",
            "aftersales.refund_case",
            "aftersales.return_case",
            "customer.consignee")) {
      rows.sql(
          "create table %s_all partition of %s for values from (minvalue) to (maxvalue)"
              .formatted(table, table));
    }
    rows.sql(
        "insert into inventory.stock values ('A', 100, 93, 3, 4), ('B', 50, 49, 0, 1),"
            + " ('C', 20, 10, 10, 0)");
    rows.sql(
        "insert into inventory.pool (sku, allocation, free, open) values ('C', 10, 8, true),"
            + " ('C', 5, 0, false)");
    rows.sql(
        "insert into catalog.product (id, category, title_zh, title_en, glyph) values"
            + " ('T', 'things', '东西', 'Thing', 'box')");
    rows.sql(
        "insert into catalog.sku (code, product, title_zh, title_en, price, currency, weight_grams,"
            + " revision) values ('A', 'T', '东西', 'Thing', 1000, 'CNY', 100, 1)");
    rows.sql(
        "insert into inventory.on_hand values ('A', 'w1', 97, 0), ('B', 'w1', 50, 0),"
            + " ('C', 'w1', 20, 0)");
    orders();
    money();
    parcels();
    refunds();
    perks();
    sales();
    delivery();
  }

  /** Order 0 was placed in sale 1, by its draw. */
  private void sales() throws SQLException {
    rows.sql(
        "insert into flashsale.sale (version, title, mode, stage, currency, starts_at, ends_at,"
            + " pay_window_seconds, challenge_bits, told) values (2, 'on', 'first_come', 'warm',"
            + " 'CNY', now(), now() + interval '1 day', 900, 0, ''), (3, 'off', 'first_come',"
            + " 'stopped', 'CNY', now(), now() + interval '1 day', 900, 0, '')");
    rows.sql(
        "insert into flashsale.sale (version, title, mode, stage, currency, starts_at, draw_at,"
            + " ends_at, secret, commitment, pay_window_seconds, challenge_bits, told) values (1,"
            + " 'soon', 'draw', 'planned', 'CNY', now() + interval '1 day', now() + interval '2"
            + " days', now() + interval '3 days', sha256('s'), sha256('c'), 900, 0, '')");
    rows.sql(
        "update flashsale.sale set mode = 'draw', starts_at = now() - interval '2 hours', draw_at ="
            + " now() - interval '1 hour', secret = sha256('s'), commitment = sha256('c') where"
            + " id = 1");
    rows.sql(
        "insert into flashsale.draw (sale, entries, drawn_at, entries_hash, seed, settled_at,"
            + " winners) values (1, 2, now(), sha256('h'), sha256('s'), now(), 1), (3, 1, null,"
            + " null, null, null, null)");
    rows.sql(
        "insert into flashsale.entry (number, sale, sku, user_id, quantity, ticket, traceparent,"
            + " state) values (%d, 1, 'C', 1, 2, sha256('1'), '', 'won'), (%d, 1, 'C', 2, 2,"
                .formatted(BASE, LOSER)
            + " sha256('2'), '', 'lost'), (%d, 3, 'C', 3, 1, sha256('3'), '', 'entered')"
                .formatted(ENTERED));
    rows.sql(
        "insert into customer.consignee (order_number, name, phone, region, line) select unnest("
            + "array[%d, %d]), 'a', 'b', '330106', 'c'".formatted(BASE, ENTERED));
    rows.sql(
        "insert into flashsale.item (sale, position, sku, title, price, per_user, allocation, pool)"
            + " values (1, 1, 'C', 'Thing', 2000, 3, 10, 1), (2, 1, 'C', 'Thing', 2000, 3, 5, 2),"
            + " (3, 1, 'C', 'Thing', 2000, 3, 5, null)");
    rows.sql(
        "insert into staff.act (actor, act, subject, detail) values"
            + " ('ann', 'sale.plan', 'sale 1', '{}'), ('ann', 'sale.plan', 'sale 2', '{}'),"
            + " ('ann', 'sale.plan', 'sale 3', '{}'),"
            + " ('bob', 'sale.stop', 'sale 2', '{}')");
    rows.sql(
        "insert into flashsale.grant (order_number, sale, pool, sku, user_id, quantity, key_hash,"
            + " state, version) values (%d, 1, 1, 'C', 1, 2, 0, 'held', 1)".formatted(BASE));
  }

  private void orders() throws SQLException {
    rows.order(1, List.of("A2"), 135, 1);
    rows.order(2, List.of("A1", "B1"), 300, 1, 2);
    rows.order(3, List.of("A3"), 0, 1, 7);
    rows.order(4, List.of("B1"), 4, 1, 8);
    rows.order(5, List.of("A2"), 0, 1, 2, 4, 5);
    rows.order(6, List.of("A1"), 0, 1, 2, 4, 5, 6);
    rows.order(7, List.of("A1"), 0, 1);
    rows.order(8, List.of("B2"), 0, 1, 2, 9);
    rows.order(9, List.of("B1"), 0, 1, 2, 9, 2, 9);
    rows.order(0, List.of("C2@1"), 0, 1);
    rows.sql(
        "insert into ordering.order_due (due_at, kind, numbers) select max(pay_before), 1,"
            + " array_agg(number) from ordering.orders");
    rows.sql(
        "insert into ordering.order_due (due_at, kind, numbers) values"
            + " (now() + interval '10 days', 2, array[%d])".formatted(BASE + 5));
  }

  private void money() throws SQLException {
    rows.attempt(1, 1, 2, 1865);
    rows.paid(2, 2700);
    rows.attempt(3, 1, 4, 3000);
    rows.capture(3, 1, "t1", 3000, 3);
    rows.refund(3, 1, 1, "t1", 3000, 2);
    rows.paid(5, 2000);
    rows.paid(6, 1000);
    rows.attempt(6, 2, 4, 1000);
    rows.capture(6, 2, "t2", 1000, 2);
    rows.refund(6, 1, 2, "t2", 1000, 1);
    rows.attempt(7, 1, 7, 1000);
    rows.capture(7, 1, "t1", 999, 4);
    rows.paid(8, 4000);
    rows.owe(8, 3950);
    rows.post(8, "orders", "perks_deducted", 50, (BASE + 8) + "a1");
    rows.refund(8, 1, 1, "t1", 3950, 3);
    rows.paid(9, 2000);
    rows.owe(9, 2000);
    rows.refund(9, 1, 1, "t1", 2000, 3);
    takenBack(9, 2000);
    rows.refund(9, 2, 1, "t1", 2000, 3);
    rows.sql("update payment.refund set replaces = 1 where seq = 2");
    rows.sql("update ordering.orders set refunded_total = total where state = 9");
    rows.given(2, "promotions", 177, "promotion:7");
    rows.given(2, "coupons", 100, "coupon:5");
    rows.given(2, "points", 3, "points:3");
    rows.given(2, "red_packets", 20, "red_packet:1");
    statement();
  }

  /** The provider takes its first refund back, and another number takes its place. */
  private void takenBack(int n, long amount) throws SQLException {
    rows.sql(
        "update payment.refund set state = 7, reversed_at = now(), ended = 1, ended_at = now()"
            + " where order_number = %d".formatted(BASE + n));
    rows.post(n, "provider:sandbox", "refunds_owed", amount, (BASE + n) + "r1");
    rows.event("refund.reversed.v1", n, 4, "{}");
    rows.event("refund.ended.v1", n, 5, "{}");
  }

  /** The provider's statement of the day says all of it. */
  private void statement() throws SQLException {
    rows.sql(
        "insert into reconciliation.day (provider, day, first_at, state, version, judged_until)"
            + " values ('sandbox', '2026-11-25', now() - interval '1 hour', 3, 1, now() + interval"
            + " '1 hour')");
    String line =
        "insert into reconciliation.line (order_number, seq, type, provider, day, number,"
            + " transaction, amount, currency, at) select order_number, ";
    rows.sql(
        line
            + "attempt, 1, provider, '2026-11-25', order_number || 'p' || attempt, transaction,"
            + " amount, currency, captured_at from payment.capture");
    rows.sql(
        line
            + "seq, x.type, provider, '2026-11-25', order_number || 'r' || seq, '', amount,"
            + " currency, x.at from payment.refund cross join lateral (values (2, succeeded_at),"
            + " (3, reversed_at)) x(type, at) where x.at is not null");
  }

  private void parcels() throws SQLException {
    rows.task(2, "open", 1);
    rows.parcel(2, "planned", "A1", "no warehouse has these goods");
    rows.sql("update fulfilment.shipment set next_step_at = now() + interval '1 minute'");
    rows.task(5, "delivered", 5);
    rows.parcel(5, "delivered", "A2", null);
    rows.task(6, "delivered", 5);
    rows.parcel(6, "delivered", "A1", null);
    rows.task(8, "cancelled", 0);
    restocked(8, 1, "B2", 4000);
    rows.task(9, "cancelled", 0);
    restocked(9, 1, "B1", 2000);
  }

  /** A refund's line: it was held back before it could leave, and is available again. */
  private void restocked(int n, int line, String pieces, long amount) throws SQLException {
    String sku = pieces.substring(0, 1);
    String quantity = pieces.substring(1);
    rows.sql(
        "insert into fulfilment.held_back values (%d, 1, %d, '%s', %s, now(), null)"
            .formatted(BASE + n, line, sku, quantity));
    rows.sql(
        "insert into inventory.given_back values (%d, 1, '%s', %s, null, now())"
            .formatted(BASE + n, sku, quantity));
    rows.sql(
        "insert into ordering.refunded_line values (%d, 1, %d, %s, %d, true, null)"
            .formatted(BASE + n, line, quantity, amount));
  }

  /** What customers asked back; the first of them was approved by two and decided about by one. */
  private void refunds() throws SQLException {
    for (int[] asked : new int[][] {{8, 3950, 50, 2}, {9, 2000, 0, 0}}) {
      rows.sql(
          """
          insert into aftersales.refund_case (order_number, seq, user_id, kind, state, version,
            currency, amount, deducted, lines, used, reason, actor, traceparent, money_seq,
            approvals_wanted, approvals, done, created_at, succeeded_at, history)
          values (%1$d, 1, 1, 1, 6, 7, 'CNY', %2$d, %3$d, '[1]', '[]', 'why', 'customer:1', '',
            (select max(seq) from payment.refund where order_number = %1$d), %4$d,
            case when %4$d > 0 then '["ann",1],["bob",2]' else '' end, 511, now(), now(), '')
          """
              .formatted(BASE + asked[0], asked[1], asked[2], asked[3]));
    }
    String id = (BASE + 8) + "a1";
    rows.sql(
        "insert into aftersales.decision (refund, stamp, action, people_wanted, proposed_by,"
            + " decided_by, decided_at) values ('%s', '1', 'retry', 2, 'ann', 'bob', now())"
                .formatted(id));
    for (String act :
        List.of(
            "'ann', 'refund.approve'",
            "'bob', 'refund.approve'",
            "'ann', 'refund.propose'",
            "'bob', 'refund.resolve'")) {
      rows.sql(
          "insert into staff.act (actor, act, subject, detail) values (%s, 'refund %s',"
                  .formatted(act, id)
              + " '{\"action\":\"retry\"}')");
    }
  }

  private void perks() throws SQLException {
    rows.sql("insert into points.account values (1, 61)");
    for (int[] earned : new int[][] {{2, 27}, {5, 20}, {6, 10}, {8, 40}, {9, 20}}) {
      rows.sql(
          "insert into points.entry (order_number, kind, user_id, amount, at) values"
              + " (%d, 'earned', 1, %d, now())".formatted(BASE + earned[0], earned[1]));
    }
    rows.sql(
        "insert into points.entry (order_number, kind, refund, user_id, amount, at) values"
            + " (%d, 'reclaimed', 1, 1, -40, now()), (%d, 'reclaimed', 1, 1, -15, now()),"
                .formatted(BASE + 8, BASE + 9)
            + " (%d, 'repaid', 0, 1, -1, now())".formatted(BASE + 5));
    rows.sql(
        "insert into points.reclaim values (%d, 1, 1, 40, 0, 'confirmed', 0, 0, now()),"
                .formatted(BASE + 8)
            + " (%d, 1, 1, 15, 5, 'confirmed', 2, 1, now())".formatted(BASE + 9));
    rows.sql(
        "insert into marketing.coupon (template, user_id, order_number, state, granted_at,"
            + " valid_from, valid_to) values"
            + " ('thank-you-10', 1, %d, 'granted', now(), now(), now() + interval '30 days'),"
                .formatted(BASE + 5)
            + " ('thank-you-10', 1, %d, 'reclaimed', now(), now(), now() + interval '30 days')"
                .formatted(BASE + 8));
    rows.sql(
        "insert into marketing.coupon_reclaim select order_number, 1, user_id, id, template, 1, 0,"
            + " 'confirmed', 0, 0, now() from marketing.coupon where state = 'reclaimed'");
    rows.sql(
        "insert into marketing.red_packet (order_number, user_id, amount, currency, reclaimed,"
            + " withheld, at) values (%d, 1, 88, 'CNY', 0, 8, now()),".formatted(BASE + 6)
            + " (%d, 1, 88, 'CNY', 88, 0, now())".formatted(BASE + 8));
    rows.sql(
        "insert into marketing.red_packet (order_number, user_id, amount, currency, reclaimed, at)"
            + " values (%d, 1, 20, 'CNY', 11, now())".formatted(BASE + 9));
    rows.sql(
        "insert into marketing.red_packet_reclaim values"
            + " (%d, 1, 1, 'CNY', 88, 0, 'confirmed', 0, 0, now()),".formatted(BASE + 8)
            + " (%d, 1, 1, 'CNY', 11, 9, 'confirmed', 0, 8, now())".formatted(BASE + 9));
    decisions();
    spending();
    rows.sql(
        "insert into notification.message (order_number, template, user_id, channel, details,"
            + " state, created_at, sent_at) select number, 'order_paid', 1, 'sms', '{}', 'sent',"
            + " now(), now() from ordering.orders where paid_at is not null");
  }

  /** A system outside decided what order 5 brings; order 4 was withheld. */
  private void decisions() throws SQLException {
    rows.sql(
        "insert into effects.decision (order_number, user_id, paid_total, currency, state, points,"
            + " coupon, coupon_kept_from, coupon_from, coupon_to, packet, decided_at) values"
            + " (%d, 1, 2000, 'CNY', 'granted', 20, 'thank-you-10', 0, now(), now(), 0, now()),"
                .formatted(BASE + 5)
            + " (%d, 1, 1000, 'CNY', 'withheld', null, null, null, null, null, null, now())"
                .formatted(BASE + 4));
  }

  /** Order 1 waits and holds, order 2 has paid with, order 4 has given back. */
  private void spending() throws SQLException {
    rows.sql(
        "insert into points.entry (order_number, kind, user_id, amount, at) values"
            + " (%1$d, 'held', 1, -5, now()), (%2$d, 'held', 1, -3, now()),"
                .formatted(BASE + 1, BASE + 2)
            + " (%2$d, 'used', 1, 0, now()), (%1$d, 'held', 1, -4, now()),"
                .formatted(BASE + 4, BASE + 2)
            + " (%d, 'released', 1, 4, now())".formatted(BASE + 4));
    rows.sql("update points.account set balance = 53, held = 5");
    rows.sql(
        "insert into marketing.coupon_template (id, title_zh, title_en, currency, amount_off,"
            + " spend_min, valid_days, total_max, per_user_max, issued) values"
            + " ('gift', '券', 'gift', 'CNY', 100, 1000, 7, 3, 2, 3)");
    rows.sql(
        "insert into marketing.coupon_issue (template, actor, asked, done, issued, skipped) values"
            + " ('gift', 'staff:ann', 3, 3, 2, '[{\"user\":\"3\",\"why\":\"total_max\"}]')");
    rows.sql(
        "insert into staff.act (actor, act, subject, detail) values ('staff:ann', 'coupon.issue',"
            + " 'coupon-template gift', '{\"issue\":\"1\",\"asked\":3,\"issued\":2}')");
    rows.sql(
        "insert into marketing.coupon (template, user_id, state, granted_at, valid_from, valid_to,"
            + " issue, nth, held_by) values"
            + " ('gift', 1, 'held', now(), now(), now() + interval '7 days', 1, 1, %d),"
                .formatted(BASE + 1)
            + " ('gift', 2, 'granted', now(), now(), now() + interval '7 days', 1, 1, null),"
            + " ('gift', 1, 'used', now(), now(), now() + interval '7 days', null, 2, %d)"
                .formatted(BASE + 2));
    rows.sql(
        "insert into marketing.red_packet_take (order_number, packet, user_id, amount, state, at)"
            + " select %d, id, user_id, 21, 'held', now() from marketing.red_packet"
                .formatted(BASE + 1)
            + " where order_number = %d union all".formatted(BASE + 6)
            + " select %d, id, user_id, 20, 'used', now() from marketing.red_packet"
                .formatted(BASE + 2)
            + " where order_number = %d".formatted(BASE + 6));
    rows.sql(
        "update marketing.red_packet set held = 21, used = 20 where order_number = %d"
            .formatted(BASE + 6));
    rows.sql(
        "insert into marketing.red_packet_take (order_number, packet, user_id, amount, state, at)"
            + " select %d, id, user_id, 9, 'held', now() from marketing.red_packet"
                .formatted(BASE + 1)
            + " where order_number = %d".formatted(BASE + 9));
    rows.sql(
        "update marketing.red_packet set held = 9 where order_number = %d".formatted(BASE + 9));
    discounts(1, "[2,\"3\",[100]],[3,\"5\",[5]],[4,\"1\",[21]],[4,\"3\",[9]]");
    discounts(2, "[1,\"7\",[0,177]],[2,\"5\",[0,100]],[3,\"3\",[0,3]],[4,\"1\",[0,20]]");
    discounts(4, "[3,\"4\",[4]]");
  }

  private void discounts(int n, String all) throws SQLException {
    rows.sql(
        "update ordering.orders set discounts = '[1,%s]' where number = %d"
            .formatted(all, BASE + n));
  }

  /** Everything was published, and every consumer has done what it hears. */
  private void delivery() throws SQLException {
    AuditOptions.CONSUMERS.forEach((consumer, types) -> {
      try {
        rows.sql(
            """
            insert into messaging.receipt (consumer, slot, range, bits)
            select '%1$s', 1, 0, bit_or(set_bit(0::bit(8192), position::int, 1))
            from messaging.log where type in ('%2$s')
            """
                .formatted(consumer, String.join("', '", types)));
        rows.sql(
            "insert into messaging.audited select '%s', max(position) from messaging.log"
                .formatted(consumer));
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    });
    rows.sql(
        "insert into messaging.dead_letter (consumer, position, type, key, state, tries, next_at,"
            + " error, closed_by, closed_reason) select 'points', position, type, key, 'discarded',"
            + " 3, now(), 'it broke', 'staff:ann', 'granted by hand' from messaging.log where type"
            + " = 'order.paid.v1' limit 1");
    rows.sql(
        "insert into staff.act (actor, act, subject, detail) select 'staff:ann',"
            + " 'dead-letter.discard', 'dead-letter ' || id, '{}' from messaging.dead_letter");
    rows.sql("update messaging.relay set snapshot = pg_current_snapshot()");
  }
}
