package io.tidegate.server.audit;

import java.util.List;
import java.util.stream.Stream;

/** Breaks of events, staff acts and of what is to come next (E, C, L). */
final class EventAndStaffBreaks {

  private static final List<Break> EVENTS =
      List.of(
          new Break(
              "E1",
              "delete from messaging.log where key = #6 and type = 'order.completed.v1'",
              "#6",
              "1 order.placed.v1, 2 order.paid.v1, 3 order.shipped.v1, 4 order.delivered.v1, 5 order.completed.v1",
              "1 order.placed.v1, 2 order.paid.v1, 3 order.shipped.v1, 4 order.delivered.v1"),
          new Break(
              "E1",
              "delete from messaging.log where key = #9 and type = 'order.refund_reversed.v1'",
              "#9",
              "1 order.placed.v1, 2 order.paid.v1, 3 order.refunded.v1, 4 order.refund_reversed.v1,"
                  + " 5 order.refunded.v1",
              "1 order.placed.v1, 2 order.paid.v1, 3 order.refunded.v1, 5 order.refunded.v1"),
          new Break(
              "E1",
              "update messaging.log set version = 3 where key = #2 and version = 2",
              "#2",
              "1 order.placed.v1, 2 order.paid.v1",
              "1 order.placed.v1, 3 order.paid.v1"),
          new Break(
              "E1",
              "delete from messaging.log where key = #7 and type = 'payment.parked.v1'",
              "#7/payment.parked.v1",
              "1 events",
              "0 events"),
          new Break(
              "E1",
              "delete from messaging.log where key = #5 and type = 'shipment.picked.v1'",
              "#5/shipment.picked.v1",
              "1 events",
              "0 events"),
          new Break(
              "E2",
              "update messaging.receipt set bits = set_bit(bits, 3, 0) where consumer = 'warehouse'",
              "warehouse/3",
              "a receipt for order.paid.v1 of #2",
              "none"),
          new Break(
              "E3",
              "update messaging.receipt set bits = set_bit(bits, 8000, 1) where consumer = 'coupon'",
              "coupon/0",
              "5 events with a receipt",
              "6 receipts"),
          new Break(
              "E3",
              "update ordering.orders set state = 4, previous = 2 where number = #5",
              "#5",
              "shipment.delivered.v1 was taken in",
              "state 4"),
          new Break(
              "E3",
              "delete from fulfilment.task where order_number = #2",
              "warehouse/#2",
              "a row of fulfilment.task",
              "none"),
          new Break(
              "E3",
              "delete from notification.message where order_number = #6",
              "notification/#6",
              "a row of notification.message",
              "none"),
          new Break(
              "E5",
              "update messaging.dead_letter set closed_by = null",
              "points/3",
              "an event of the log, its error, and who discarded it and why",
              "order.paid.v1 of #2, log: order.paid.v1 of #2, discarded"),
          new Break(
              "E5",
              "update messaging.dead_letter set position = 9999",
              "points/9999",
              "an event of the log, its error, and who discarded it and why",
              "order.paid.v1 of #2, not in the log, discarded by staff:ann"));

  private static final List<Break> STAFF =
      List.of(
          new Break(
              "C6",
              "delete from staff.act where act = 'dead-letter.discard'",
              "dead-letter 1",
              "an act of staff:ann",
              "none"),
          new Break(
              "C6",
              "update staff.act set actor = 'staff:bob' where act = 'dead-letter.discard'",
              "dead-letter 1",
              "an act of staff:ann",
              "none"),
          new Break(
              "C6",
              "delete from staff.act where act = 'sale.stop'",
              "sale 2",
              "acts: 1 planned, 1 stopped",
              "1 planned, 0 stopped"),
          new Break(
              "C6",
              "insert into inventory.movement (sku, warehouse, delta, reason, actor, told) values"
                  + " ('A', 'w1', 1, 'found', 'staff:ann', '{}')",
              "movement 1",
              "one act of staff:ann",
              "0 acts"),
          new Break(
              "C6",
              "insert into fulfilment.courier (id, position, name_zh, name_en, active, currency,"
                  + " version) values ('bike', 1, 'a', 'b', true, 'CNY', 2)",
              "courier bike",
              "1 acts",
              "0 acts"),
          new Break(
              "C6",
              "update aftersales.refund_case set approvals = '[\"ann\",1],[\"ann\",2]'"
                  + " where approvals_wanted > 0",
              "refund #8a1",
              "2 people and their acts",
              "1 people, 1 acts"),
          new Break(
              "C6",
              "delete from staff.act where act = 'refund.propose'",
              "decision 1 of #8a1",
              "acts of 2 people",
              "decided by bob, proposed by ann"),
          new Break("C6", "update catalog.sku set version = 2", "sku A", "1 acts", "0 acts"),
          new Break(
              "C6", "update catalog.product set version = 2", "product T", "1 acts", "0 acts"),
          new Break(
              "C6",
              "insert into promotion.price_list (title, scope, skus, percent, starts_at, change)"
                  + " values ('x', 'shop', '{}', 50, now(), 1)",
              "price-list 1",
              "1 acts",
              "0 acts"),
          new Break(
              "C6",
              "update marketing.coupon_template set version = 2 where id = 'gift'",
              "coupon-template gift",
              "1 acts",
              "0 acts"),
          new Break(
              "C6",
              "delete from staff.act where act = 'coupon.issue'",
              "issue 1",
              "acts of staff:ann: 2 of 3 issued",
              "0 of 0"),
          new Break(
              "C6",
              "insert into staff.act (actor, act, subject, detail) values ('staff:ann', 'price.set',"
                  + " 'sku A', '{\"version\":2}')",
              "sku A",
              "0 acts",
              "1 acts"));

  private static final List<Break> NEXT =
      List.of(
          new Break(
              "L1",
              "delete from ordering.order_due where kind = 1",
              "order #1",
              "a deadline",
              "none"),
          new Break(
              "L1",
              "delete from ordering.order_due where kind = 2",
              "order #5",
              "a day of completion",
              "none"),
          new Break(
              "L1",
              "delete from fulfilment.task where order_number = #2",
              "order #2",
              "a task of a warehouse",
              "none"),
          new Break(
              "L1",
              "update payment.attempt set ask_at = null",
              "payment #1p1",
              "a time to ask",
              "none, state 2"),
          new Break(
              "L1",
              "update payment.refund set state = 2 where order_number = #3",
              "refund #3r1",
              "a next try",
              "none, state 2"),
          new Break(
              "L1",
              "update aftersales.refund_case set state = 5 where order_number = #8",
              "refund #8a1",
              "a next step",
              "none, state 5"),
          new Break(
              "L1",
              "update aftersales.refund_case set state = 4, money_seq = 9 where order_number = #8",
              "refund #8a1",
              "money under its number",
              "none, state 4"),
          new Break(
              "L1",
              "update fulfilment.shipment set next_step_at = null where order_number = #2",
              "shipment #2s1",
              "a next step",
              "none, planned"),
          new Break(
              "L1",
              "insert into aftersales.return_case (order_number, seq, user_id, state, version,"
                  + " lines, accepted, reason, warehouse, refund, history, created_at) values (#5,"
                  + " 7, 1, 6, 5, '[[1,1]]', '[[1,1]]', 'x', 'sha', 99, '[]', now())",
              "return #5t7",
              "a refund under way",
              "none"));

  private EventAndStaffBreaks() {}

  static Stream<Break> all() {
    return Stream.of(EVENTS, STAFF, NEXT).flatMap(List::stream);
  }
}
