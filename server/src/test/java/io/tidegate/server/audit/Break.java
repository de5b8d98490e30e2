package io.tidegate.server.audit;

import java.util.List;

/**
 * A row that is broken by SQL, and what the audit must say of it.
 *
 * @param sql {@code #n} stands for the number of order n, here and in the key
 * @param expected the beginning of what the audit says should be
 * @param actual the beginning of what it says is
 */
record Break(String name, String sql, String key, String expected, String actual) {

  /** All of them. */
  static List<Break> all() {
    String noStockCheck =
        "alter table inventory.stock drop constraint stock_check,"
            + " drop constraint stock_available_check;";
    String noTransitionCheck = "alter table ordering.orders drop constraint orders_transition;";
    String noTotalCheck = "alter table ordering.orders drop constraint orders_total;";
    String noGuard = "alter table payment.ledger disable trigger append_only;";
    return List.of(
        one(
            "S1",
            noStockCheck + "update inventory.stock set available = 92 where sku = 'A'",
            "A",
            "total 100",
            "available 92 + locked 3 + sold 4"),
        one(
            "S1",
            noStockCheck + "update inventory.stock set available = -1, total = 0 where sku = 'B'",
            "B",
            "total 0",
            "available -1 + locked 0 + sold 1"),
        one(
            "S2",
            "update inventory.stock set locked = 2, available = 94 where sku = 'A'",
            "A",
            "locked 3, sold 4",
            "locked 2, sold 4"),
        one(
            "S2",
            "update inventory.stock set sold = 5, available = 92 where sku = 'A'",
            "A",
            "locked 3, sold 4",
            "locked 3, sold 5"),
        one(
            "S2",
            "delete from inventory.stock where sku = 'B'",
            "B",
            "locked 0, sold 1",
            "no stock row"),
        one(
            "S3",
            "insert into messaging.log (type, key, version, time, traceparent, data) select type,"
                + " key, version, time, traceparent, data from messaging.log where key = #3 and"
                + " type = 'order.closed.v1'",
            "#3",
            "placed 1, paid 0, ended 1: A x3",
            "placed 1, paid 0, ended 2: A x3"),
        one(
            "S3",
            "update messaging.log set data = replace(convert_from(data, 'UTF8'), '\"quantity\":2',"
                + " '\"quantity\":1')::bytea where key = #5 and type = 'order.paid.v1'",
            "#5",
            "placed 1, paid 1, ended 0: A x2",
            "placed 1, paid 1, ended 0: A x1 and A x2"),
        one(
            "S3",
            "insert into messaging.log (type, key, version, time, traceparent, data) select type,"
                + " 4711, 1, time, traceparent, data from messaging.log where key = #1",
            "4711",
            "placed 0, paid 0, ended 0: no order",
            "placed 1, paid 0, ended 0: A x2"),
        one(
            "S5",
            "update inventory.stock set sold = 3, available = 47 where sku = 'B'",
            "B",
            "sold 1",
            "sold 3"),
        one(
            "S6",
            "update inventory.on_hand set quantity = 96 where sku = 'A'",
            "A",
            "on hand 97, planned 0",
            "on hand 96, planned 0"),
        one(
            "S6",
            "update inventory.on_hand set planned = 1 where sku = 'B'",
            "B",
            "on hand 50, planned 0",
            "on hand 50, planned 1"),
        one(
            "O1",
            noTransitionCheck + "update ordering.orders set state = 6 where number = #2",
            "#2",
            "state 2 from 1, version 2, declared steps without a gap",
            "state 6 from 1, version 2"),
        one(
            "O1",
            "update ordering.orders set version = 3 where number = #2",
            "#2",
            "state 2 from 1, version 2, declared steps without a gap",
            "state 2 from 1, version 3"),
        one(
            "O1",
            "update ordering.orders set history = replace(history, '[2,', '[4,')"
                + " where number = #5",
            "#5",
            "state 5 from 4, version 4, declared steps without a gap",
            "state 5 from 4, version 4, versions with a gap"),
        one(
            "O1",
            noTransitionCheck
                + "update ordering.orders set state = 2, previous = 7, version = 3, history ="
                + " history || ',[3,1,7,2,\"order.paid\",\"system\",\"\"]' where number = #3",
            "#3",
            "state 2 from 7, version 3, declared steps without a gap",
            "state 2 from 7, version 3, a step that is not declared"),
        one(
            "O1",
            "update ordering.orders set history = '[1,' where number = #4",
            "#4",
            "state -1 from -1, version 0, declared steps without a gap",
            "state 8 from 1, version 2, an unreadable history"),
        one(
            "O2",
            "update ordering.orders set paid_at = now() where number = #3",
            "#3",
            "closed, never paid",
            "state 7, paid, closed"),
        one(
            "O2",
            "update ordering.orders set version = 3, history = replace(history, '[2,', '[3,')"
                + " || ',[2,1,1,2,\"order.paid\",\"system\",\"\"]' where number = #4",
            "#4",
            "closed, never paid",
            "state 8, never paid, closed, has a step to paid"),
        one(
            "O2",
            noTransitionCheck
                + "update ordering.orders set state = 1, previous = 8, closed_at = null, version ="
                + " 3, history = history || ',[3,1,8,1,\"order.reopened\",\"system\",\"\"]'"
                + " where number = #4",
            "#4",
            "neither paid nor closed",
            "state 1, never paid, never closed, has left its end"),
        one(
            "O3",
            noTotalCheck + "update ordering.orders set total = 1 where number = #1",
            "#1",
            "items 2000, total 2000",
            "items 2000, total 1"),
        one(
            "O3",
            "update ordering.orders set items = replace(items, '2,1000', '2,1001')"
                + " where number = #1",
            "#1",
            "items 2002, total 2002",
            "items 2000, total 2000"),
        one(
            "O3",
            "update ordering.orders set items = '[1,' where number = #5",
            "#5",
            "lines",
            "unreadable items"),
        one(
            "S3",
            "update messaging.log set data = 'no json' where key = #5 and type = 'order.paid.v1'",
            "#5",
            "placed 1, paid 1, ended 0: A x2",
            "placed 1, paid 1, ended 0: A x2"),
        one(
            "O8",
            "update fulfilment.shipment set items = 'no json' where order_number = #5",
            "#5/parcel 1",
            "items",
            "unreadable"),
        one(
            "O4",
            "update db.idempotency set reference = 7200000000000077 where reference = #1",
            "7200000000000077",
            "an order",
            "key 00000000000000000000000000000001 of no order"),
        one("O4", "delete from db.idempotency where reference = #2", "#2", "one key", "0 keys"),
        one(
            "O4",
            "insert into db.idempotency select decode(lpad('ff', 32, '0'), 'hex'), command_hash,"
                + " reference from db.idempotency where reference = #3",
            "#3",
            "one key",
            "2 keys"),
        one(
            "O7",
            "update ordering.orders set pay_before = now() - interval '6 seconds' where number ="
                + " #1; update ordering.order_due set due_at = now() + interval '1 minute'",
            "#1",
            "due and closed by ",
            "due "),
        one(
            "O7",
            "update ordering.order_due set numbers = array_remove(numbers, #7) where kind = 1",
            "#7",
            "due and closed by ",
            "due never, unpaid at "),
        one(
            "O8",
            "insert into fulfilment.shipment (order_number, seq, warehouse,"
                + " state, version, items, planned_at) values (#1, 1, 'w1', 'shipped', 1,"
                + " '[{\"line\":1,\"sku\":\"A\",\"quantity\":2}]', now())",
            "#1/1",
            "paid, at most 2 of A",
            "state 1, never paid, task none, 2 of A, 2 gone"),
        one(
            "O8",
            "update fulfilment.shipment set items = replace(items, '2', '3')"
                + " where order_number = #5",
            "#5/1",
            "paid, at most 2 of A",
            "state 5, paid, task left, 3 of A, 3 gone"),
        one(
            "O8",
            "insert into fulfilment.shipment (order_number, seq, warehouse, state, version, items,"
                + " planned_at) values (#8, 1, 'w1', 'packed', 1,"
                + " '[{\"line\":1,\"sku\":\"B\",\"quantity\":2}]', now())",
            "#8/1",
            "paid, at most 2 of B",
            "state 9, paid, task not left, 2 of B, 2 gone"),
        one(
            "M1",
            "update payment.refund set amount = 1001 where order_number = #6",
            "#6/t2",
            "at most 1000 CNY back",
            "1001 CNY back"),
        one(
            "M1",
            "insert into payment.refund select order_number, 2, provider, attempt, transaction, 1,"
                + " currency, reason, 3, version, created_at, null, now() from payment.refund"
                + " where order_number = #3",
            "#3/t1",
            "at most 3000 CNY back",
            "3001 CNY back"),
        one(
            "M2",
            "delete from payment.capture where order_number = #5",
            "#5",
            "captured for it 2000, refunded 0",
            "captured for it 0, refunded 0"),
        one(
            "M2",
            "delete from payment.refund where order_number = #3",
            "#3",
            "captured for it 0, refunded 3000",
            "captured for it 0, refunded 0"),
        one(
            "M3",
            "update payment.capture set amount = 1999 where order_number = #5",
            "#5/t1",
            "2000 CNY by sandbox",
            "1999 CNY by sandbox, attempt 1 in state 4, order in state 5"),
        one(
            "M3",
            "update ordering.orders set paid_at = now() where number = #7",
            "#7/t1",
            "pays nothing",
            "999 CNY by sandbox, attempt 1 in state 7, order in state 1"),
        one(
            "M4",
            "delete from payment.refund where order_number = #6",
            "#6",
            "at most one capture pays, 1000 back",
            "1 pay, 0 back"),
        one(
            "M4",
            "update payment.capture set verdict = 1 where order_number = #6",
            "#6",
            "at most one capture pays, 0 back",
            "2 pay, 1000 back"),
        one(
            "M5",
            "delete from payment.refund where order_number = #3",
            "#3/t1",
            "3000 CNY back, begun by ",
            "no refund"),
        one(
            "M5",
            "update payment.refund set created_at = created_at + interval '61 seconds'"
                + " where order_number = #3",
            "#3/t1",
            "3000 CNY back, begun by ",
            "3000 CNY back, begun at "),
        one(
            "M10",
            noGuard
                + "delete from payment.ledger where order_number = #2;"
                + "alter table payment.ledger enable trigger append_only",
            "#2p1",
            "1 times 2700 CNY from orders to provider:sandbox",
            "0 times"),
        one(
            "M10",
            "insert into payment.ledger (order_number, at, debit, credit, amount, currency,"
                + " reference) values (#1, now(), 'refunds_owed', 'orders', 5, 'CNY', 'x')",
            "#1/refunds_owed",
            "at least 0",
            "-5"),
        one("M10", noGuard, "append_only", "an enabled trigger", "0 triggers"),
        one(
            "M12",
            "update ordering.orders set items = replace(items, ',300]', ',299]')"
                + " where number = #2",
            "#2",
            "discount 299 on lines, refunded at most 2700",
            "discount 300, refunded 0"),
        one(
            "M12",
            "update ordering.orders set refunded_total = total + 1 where number = #6",
            "#6",
            "discount 0 on lines, refunded at most 1000",
            "discount 0, refunded 1001"),
        one(
            "P1",
            "alter table points.entry drop constraint entry_pkey; insert into points.entry"
                + " (order_number, kind, user_id, amount, at) values (#2, 'earned', 1, 27, now());"
                + " update points.account set balance = balance + 27",
            "#2/points earned",
            "one, of an order that was paid",
            "2, of an order that was paid"),
        one(
            "P1",
            "insert into marketing.red_packet (order_number, user_id, amount, currency, state, at)"
                + " values (#4, 1, 88, 'CNY', 'granted', now())",
            "#4/red packet",
            "one, of an order that was paid",
            "1, of an order that was never paid"),
        one(
            "P2",
            "delete from points.entry where kind = 'reclaimed' and order_number = #8;"
                + "update points.account set balance = 97",
            "#8/points",
            "at most 40, reclaimed",
            "not reclaimed"),
        one(
            "P2",
            "update marketing.coupon set state = 'granted'",
            "#8/coupon thank-you-10",
            "reclaimed",
            "granted"),
        one(
            "P2",
            "update marketing.red_packet set state = 'granted'",
            "#8/red packet",
            "reclaimed",
            "granted"),
        one(
            "P2",
            "update points.entry set amount = -41 where kind = 'reclaimed' and amount < 0",
            "#8/points",
            "at most 40, reclaimed",
            "41"),
        one(
            "P3",
            "update points.entry set amount = 20 where order_number = #9 and kind = 'earned';"
                + "update points.account set balance = 77",
            "#9/points",
            "0",
            "20"),
        one(
            "P6",
            "update points.account set balance = 58",
            "1",
            "balance 57, not below 0",
            "balance 58"),
        one(
            "P6",
            "alter table points.account drop constraint account_balance_check; update"
                + " points.account set balance = -1; update points.entry set amount = -98 where"
                + " amount < 0",
            "1",
            "balance -1, not below 0",
            "balance -1"),
        one(
            "E1",
            "delete from messaging.log where key = #6 and type = 'order.completed.v1'",
            "#6",
            "1 order.placed.v1, 2 order.paid.v1, 3 order.shipped.v1, 4 order.delivered.v1, 5 order.completed.v1",
            "1 order.placed.v1, 2 order.paid.v1, 3 order.shipped.v1, 4 order.delivered.v1"),
        one(
            "E1",
            "update messaging.log set version = 3 where key = #2 and version = 2",
            "#2",
            "1 order.placed.v1, 2 order.paid.v1",
            "1 order.placed.v1, 3 order.paid.v1"),
        one(
            "E1",
            "delete from messaging.log where key = #7 and type = 'payment.parked.v1'",
            "#7/payment.parked.v1",
            "1 events",
            "0 events"),
        one(
            "E1",
            "delete from messaging.log where key = #5 and type = 'shipment.picked.v1'",
            "#5/shipment.picked.v1",
            "1 events",
            "0 events"),
        one(
            "E2",
            "update messaging.receipt set bits = set_bit(bits, 3, 0) where consumer = 'warehouse'",
            "warehouse/3",
            "a receipt for order.paid.v1 of #2",
            "none"),
        one(
            "E3",
            "update messaging.receipt set bits = set_bit(bits, 8000, 1) where consumer = 'coupon'",
            "coupon/0",
            "5 events with a receipt",
            "6 receipts"),
        one(
            "E3",
            "update ordering.orders set state = 4, previous = 2 where number = #5",
            "#5",
            "shipment.delivered.v1 was taken in",
            "state 4"),
        one(
            "E3",
            "delete from fulfilment.task where order_number = #2",
            "warehouse/#2",
            "a row of fulfilment.task",
            "none"),
        one(
            "E3",
            "delete from notification.message where order_number = #6",
            "notification/#6",
            "a row of notification.message",
            "none"),
        one(
            "E5",
            "update messaging.dead_letter set closed_by = null",
            "points/3",
            "an event of the log, its error, and who discarded it and why",
            "order.paid.v1 of #2, log: order.paid.v1 of #2, discarded"),
        one(
            "E5",
            "update messaging.dead_letter set position = 9999",
            "points/9999",
            "an event of the log, its error, and who discarded it and why",
            "order.paid.v1 of #2, not in the log, discarded by staff:ann"),
        one(
            "C6",
            "delete from staff.act where act = 'dead-letter.discard'",
            "dead-letter 1",
            "an act of staff:ann",
            "none"),
        one(
            "C6",
            "update staff.act set actor = 'staff:bob' where act = 'dead-letter.discard'",
            "dead-letter 1",
            "an act of staff:ann",
            "none"),
        one(
            "C6",
            "insert into inventory.movement (sku, warehouse, delta, reason, actor, told) values"
                + " ('A', 'w1', 1, 'found', 'staff:ann', '{}')",
            "movement 1",
            "one act of staff:ann",
            "0 acts"),
        one("C6", "update catalog.sku set version = 2", "sku A", "1 acts", "0 acts"),
        one(
            "C6",
            "insert into staff.act (actor, act, subject, detail) values ('staff:ann', 'price.set',"
                + " 'sku A', '{\"version\":2}')",
            "sku A",
            "0 acts",
            "1 acts"),
        one(
            "L1",
            "delete from ordering.order_due where kind = 1",
            "order #1",
            "a deadline",
            "none"),
        one(
            "L1",
            "delete from ordering.order_due where kind = 2",
            "order #5",
            "a day of completion",
            "none"),
        one(
            "L1",
            "delete from fulfilment.task where order_number = #2",
            "order #2",
            "a task of a warehouse",
            "none"),
        one(
            "L1",
            "update payment.attempt set ask_at = null",
            "payment #1p1",
            "a time to ask",
            "none, state 2"),
        one(
            "L1",
            "update payment.refund set state = 2 where order_number = #3",
            "refund #3r1",
            "a next try",
            "none, state 2"),
        one(
            "L1",
            "update fulfilment.shipment set next_step_at = null where order_number = #2",
            "shipment #2s1",
            "a next step",
            "none, planned"));
  }

  private static Break one(String name, String sql, String key, String expected, String actual) {
    return new Break(name, sql, key, expected, actual);
  }

  static String numbered(String text) {
    return text.replaceAll("#(\\d)", SmallShop.BASE / 10 + "$1");
  }
}
