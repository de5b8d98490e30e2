package io.tidegate.server.audit;

import java.util.List;
import java.util.stream.Stream;

/** Breaks of money and perks (M, P). */
final class MoneyAndPerkBreaks {
  private static final String NO_GUARD = "alter table payment.ledger disable trigger append_only;";

  private static final List<Break> MONEY =
      List.of(
          new Break(
              "M1",
              "update payment.refund set amount = 1001 where order_number = #6",
              "#6/t2",
              "at most 1000 CNY back",
              "1001 CNY back"),
          new Break(
              "M1",
              "insert into payment.refund select order_number, 2, provider, attempt, transaction, 1,"
                  + " currency, reason, 3, version, created_at, null, now() from payment.refund"
                  + " where order_number = #3",
              "#3/t1",
              "at most 3000 CNY back",
              "3001 CNY back"),
          new Break(
              "M1",
              "update payment.refund set state = 5, ended = null, ended_at = null where"
                  + " order_number = #9",
              "#9/t1",
              "at most 2000 CNY back",
              "4000 CNY back"),
          new Break(
              "M2",
              NO_GUARD
                  + "delete from payment.ledger where credit = 'perks_deducted';"
                  + "alter table payment.ledger enable trigger append_only",
              "#8",
              "captured for it 4000, refunded 4000;",
              "captured for it 4000, refunded 3950 and deducted 0;"),
          new Break(
              "M2",
              "update payment.refund set state = 6 where order_number = #8",
              "#8",
              "captured for it 4000, refunded 4000;",
              "captured for it 4000, refunded 0 and deducted 50;"),
          new Break(
              "M2",
              "update payment.refund set state = 7, ended = 1, ended_at = now(),"
                  + " succeeded_at = null where order_number = #3",
              "#3",
              "captured for it 0, refunded 0; back of what was too much 3000",
              "captured for it 0, refunded 0 and deducted 0; back of what was too much 0"),
          new Break(
              "M2",
              "update payment.capture set decided = 1, decided_at = now() where"
                  + " order_number = #7",
              "#7",
              "captured for it 0, refunded 0; back of what was too much 999",
              "captured for it 0, refunded 0 and deducted 0; back of what was too much 0"),
          new Break(
              "M2",
              "update payment.refund set state = 7, ended = 2, ended_at = now() where"
                  + " order_number = #6",
              "#6",
              "captured for it 1000, refunded 0; back of what was too much 1000",
              "captured for it 1000, refunded 0 and deducted 0; back of what was too much 2000"),
          new Break(
              "M1",
              "update payment.refund set state = 7, ended = 2, ended_at = now() where"
                  + " order_number = #6",
              "#6/t2",
              "at most 1000 CNY back",
              "2000 CNY back"),
          new Break(
              "M10",
              "update payment.refund set state = 7, ended = 3, ended_at = now() where"
                  + " order_number = #6",
              "#6r1",
              "1 times 1000 CNY from provider:sandbox to refunds_undue",
              "0 times"),
          new Break(
              "C6",
              "update payment.capture set decided = 1, decided_at = now() where"
                  + " order_number = #7",
              "parked #7/t1",
              "an act of a person",
              "none"),
          new Break(
              "M2",
              "delete from payment.capture where order_number = #5",
              "#5",
              "captured for it 2000, refunded 0",
              "captured for it 0, refunded 0"),
          new Break(
              "M2",
              "delete from payment.refund where order_number = #3",
              "#3",
              "captured for it 0, refunded 0; back of what was too much 3000",
              "captured for it 0, refunded 0 and deducted 0; back of what was too much 0"),
          new Break(
              "M3",
              "update payment.capture set amount = 1999 where order_number = #5",
              "#5/t1",
              "2000 CNY by sandbox",
              "1999 CNY by sandbox, attempt 1 in state 4, order in state 5"),
          new Break(
              "M3",
              "update ordering.orders set paid_at = now() where number = #7",
              "#7/t1",
              "pays nothing",
              "999 CNY by sandbox, attempt 1 in state 7, order in state 1"),
          new Break(
              "M4",
              "delete from payment.refund where order_number = #6",
              "#6",
              "at most one capture pays, 1000 back",
              "1 pay, 0 back"),
          new Break(
              "M4",
              "update payment.capture set verdict = 1 where order_number = #6",
              "#6",
              "at most one capture pays, 0 back",
              "2 pay, 1000 back"),
          new Break(
              "M5",
              "delete from payment.refund where order_number = #3",
              "#3/t1",
              "3000 CNY back, begun by ",
              "no refund"),
          new Break(
              "M5",
              "update payment.refund set created_at = created_at + interval '61 seconds'"
                  + " where order_number = #3",
              "#3/t1",
              "3000 CNY back, begun by ",
              "3000 CNY back, begun at "),
          new Break(
              "M10",
              NO_GUARD
                  + "delete from payment.ledger where order_number = #2;"
                  + "alter table payment.ledger enable trigger append_only",
              "#2p1",
              "1 times 2700 CNY from orders to provider:sandbox",
              "0 times"),
          new Break(
              "M10",
              "insert into payment.ledger (order_number, at, debit, credit, amount, currency,"
                  + " reference) values (#1, now(), 'refunds_owed', 'orders', 5, 'CNY', 'x')",
              "#1/refunds_owed",
              "at least 0",
              "-5"),
          new Break(
              "M10",
              NO_GUARD
                  + "delete from payment.ledger where debit = 'coupons';"
                  + "alter table payment.ledger enable trigger append_only",
              "#2/coupon:5",
              "1 times 100 CNY from coupons",
              "0 times"),
          new Break(
              "M10",
              "insert into payment.ledger (order_number, at, debit, credit, amount, currency,"
                  + " reference) values (#1, now(), 'points', 'orders', 5, 'CNY', 'points:5')",
              "#1/points:5",
              "0 times 5 CNY from points",
              "1 times"),
          new Break(
              "M9",
              "update payment.refund set state = 5, ended = null, ended_at = null where"
                  + " order_number = #9 and seq = 1",
              "#9r1",
              "taken back: state 6 or 7",
              "state 5"),
          new Break(
              "M10",
              "update payment.refund set state = 7, ended = 2, ended_at = now() where"
                  + " order_number = #6",
              "#6r1",
              "1 times 1000 CNY from by_hand to refunds_owed",
              "0 times"),
          new Break(
              "M10",
              "update payment.capture set decided = 2, decided_at = now(), parked_why = 2 where"
                  + " order_number = #7",
              "#7p1",
              "1 times 999 CNY from provider:sandbox to parked",
              "0 times"),
          new Break(
              "M10",
              "insert into payment.ledger (order_number, at, debit, credit, amount, currency,"
                  + " reference) values (#2, now(), 'orders', 'points', 5, 'CNY', '#2a1/points:3')",
              "#2/points back",
              "at most 3 back",
              "5 back"),
          new Break(
              "M10",
              "insert into payment.ledger (order_number, at, debit, credit, amount, currency,"
                  + " reference) values (#8, now(), 'perks_deducted', 'orders', 7, 'CNY', '#8a1')",
              "#8/orders left",
              "0",
              "7"),
          new Break(
              "M11",
              "update reconciliation.line set amount = 1999 where order_number = #5",
              "#5p1",
              "1999 CNY, by the statement of 2026-11-25",
              "2000 CNY"),
          new Break(
              "M11",
              "delete from reconciliation.line where order_number = #3 and type = 2",
              "#3r1",
              "nothing, by the statement of 2026-11-25",
              "3000 CNY"),
          new Break(
              "M11",
              "insert into reconciliation.line values (#1, 1, 1, 'sandbox', '2026-11-25', '#1p1',"
                  + " 't1', 1865, 'CNY', now())",
              "#1p1",
              "1865 CNY, by the statement of 2026-11-25",
              "nothing"),
          new Break(
              "M11",
              "insert into reconciliation.line select order_number, seq, 3, provider, day, number, '',"
                  + " amount, currency, at from reconciliation.line where order_number = #3"
                  + " and type = 2",
              "#3r1/reversal",
              "3000 CNY, by the statement of 2026-11-25",
              "nothing"),
          new Break(
              "M11",
              "delete from reconciliation.line where type = 3",
              "#9r1/reversal",
              "nothing, by the statement of 2026-11-25",
              "2000 CNY"),
          new Break(
              "M11",
              "insert into reconciliation.line (order_number, seq, type, provider, day, number,"
                  + " transaction, amount, currency, at) select order_number, seq, x.type, provider,"
                  + " day, number, '', amount, currency, at + x.type * interval '1 s' from"
                  + " reconciliation.line cross join (values (2), (3), (2)) x(type)"
                  + " where order_number = #3 and line.type = 2",
              "#3r1",
              "3000 CNY, by the statement of 2026-11-25",
              "nothing"),
          new Break(
              "M11",
              "insert into reconciliation.line (order_number, seq, type, provider, day, number,"
                  + " transaction, amount, currency, at) select order_number, seq, type, provider,"
                  + " day, number, transaction, amount, currency, at from reconciliation.line"
                  + " where order_number = #5 and type = 1",
              "#5p1",
              "2000 CNY, by the statement of 2026-11-25",
              "nothing"),
          new Break(
              "M11",
              "insert into reconciliation.day (provider, day, first_at, state, version, judged_until)"
                  + " select provider, day + 2, now(), 3, 1, now() from reconciliation.day",
              "sandbox 2026-11-26",
              "a statement",
              "nothing"),
          new Break("M10", NO_GUARD, "append_only", "an enabled trigger", "0 triggers"),
          new Break(
              "M12",
              "update ordering.orders set items = replace(items, ',300]', ',299]')"
                  + " where number = #2",
              "#2",
              "discount 299 on lines, refunded at most 2700",
              "discount 300, refunded 0"),
          new Break(
              "M12",
              "update ordering.orders set discounts = replace(discounts, '[0,100]', '[1,99]')"
                  + " where number = #2",
              "#2",
              "line 1 bears 0",
              "its shares are 1"),
          new Break(
              "M12",
              "update ordering.orders set discounts = 'x' where number = #2",
              "#2",
              "discounts",
              "unreadable"),
          new Break(
              "M12",
              "update ordering.refunded_line set amount = amount - 1 where order_number = #8",
              "#8",
              "refunded 4000 of 4000",
              "4000 by its refunds, 3999 by its lines"),
          new Break(
              "M12",
              "update ordering.orders set refunded_total = total + 1 where number = #6",
              "#6",
              "discount 0 on lines, refunded at most 1000",
              "discount 0, refunded 1001"));

  private static final List<Break> PERKS =
      List.of(
          new Break(
              "P1",
              "alter table points.entry drop constraint entry_pkey; insert into points.entry"
                  + " (order_number, kind, user_id, amount, at) values (#2, 'earned', 1, 27, now());"
                  + " update points.account set balance = balance + 27",
              "#2/points earned",
              "one, of an order that was paid",
              "2, of an order that was paid"),
          new Break(
              "P1",
              "insert into marketing.red_packet (order_number, user_id, amount, currency, at)"
                  + " values (#4, 1, 88, 'CNY', now())",
              "#4/red packet",
              "one, of an order that was paid",
              "1, of an order that was never paid"),
          new Break(
              "P5",
              "update marketing.coupon set state = 'granted', held_by = null where id = 5",
              "#2/coupon 5",
              "used",
              "granted by none"),
          new Break(
              "P5",
              "update marketing.coupon set held_by = #1, state = 'held' where id = 1",
              "1",
              "an order that names it",
              "held by #1"),
          new Break(
              "P5",
              "delete from points.entry where kind = 'used'",
              "#2/points",
              "3 used",
              "3 held"),
          new Break(
              "P5",
              "update marketing.red_packet_take set state = 'released' where state = 'used'",
              "#2/red packet 1",
              "20 used",
              "20 released"),
          new Break(
              "P5",
              "insert into marketing.red_packet_take (order_number, packet, user_id, amount, state,"
                  + " at) values (#1, 2, 1, 5, 'held', now())",
              "#1/red packet 2",
              "an order that names it",
              "held by #1"),
          new Break(
              "P6",
              "update points.account set balance = 50",
              "1",
              "balance 53, not below 0",
              "balance 50"),
          new Break("P6", "update points.account set held = 6", "1/held", "5 held", "6 held"),
          new Break(
              "P6",
              "drop index points.entry_settled; insert into points.entry (order_number, kind,"
                  + " user_id, amount, at) values (#2, 'released', 1, 3, now()); update"
                  + " points.account set balance = 56",
              "#2/points",
              "3 held, once released or used",
              "3 held, settled 2 times, 3 released"),
          new Break(
              "P6",
              "update marketing.red_packet set held = 22 where order_number = #6",
              "#6/red packet",
              "21 held, 20 used of 88",
              "22 held, 20 used"),
          new Break(
              "P6",
              "update marketing.red_packet_take set state = 'released' where state = 'used'",
              "#6/red packet",
              "21 held, 0 used of 88",
              "21 held, 20 used"),
          new Break(
              "P5",
              "alter table marketing.coupon drop constraint coupon_holder; update marketing.coupon"
                  + " set held_by = null where state = 'held'",
              "coupon 3",
              "an order",
              "no order"),
          new Break(
              "P1",
              "update marketing.coupon_template set issued = 2 where id = 'gift'",
              "coupon-template gift",
              "3 issued, at most 3",
              "2 issued"),
          new Break(
              "P1",
              "update marketing.coupon set nth = 3 where nth = 2",
              "coupon-template gift/1",
              "2 coupons, counted to 2",
              "counted to 3"),
          new Break(
              "P1",
              "update marketing.coupon set issue = null where issue = 1 and user_id = 2",
              "issue 1",
              "2 coupons, 1 skipped of 3",
              "1 coupons, 1 skipped"),
          new Break(
              "P6",
              "alter table points.account drop constraint account_balance_check; update"
                  + " points.account set balance = -1; update points.entry set amount = -94 where"
                  + " kind = 'reclaimed' and order_number = #8",
              "1",
              "balance -1, not below 0",
              "balance -1"));

  private MoneyAndPerkBreaks() {}

  static Stream<Break> all() {
    return Stream.of(MONEY, PERKS, ReclaimBreaks.ALL).flatMap(List::stream);
  }
}
