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
              "M2",
              "delete from payment.capture where order_number = #5",
              "#5",
              "captured for it 2000, refunded 0",
              "captured for it 0, refunded 0"),
          new Break(
              "M2",
              "delete from payment.refund where order_number = #3",
              "#3",
              "captured for it 0, refunded 3000",
              "captured for it 0, refunded 0"),
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
              "insert into marketing.red_packet (order_number, user_id, amount, currency, state, at)"
                  + " values (#4, 1, 88, 'CNY', 'granted', now())",
              "#4/red packet",
              "one, of an order that was paid",
              "1, of an order that was never paid"),
          new Break(
              "P2",
              "delete from points.entry where kind = 'reclaimed' and order_number = #8;"
                  + "update points.account set balance = 97",
              "#8/points",
              "at most 40, reclaimed",
              "not reclaimed"),
          new Break(
              "P2",
              "update marketing.coupon set state = 'granted'",
              "#8/coupon thank-you-10",
              "reclaimed",
              "granted"),
          new Break(
              "P2",
              "update marketing.red_packet set state = 'granted'",
              "#8/red packet",
              "reclaimed",
              "granted"),
          new Break(
              "P2",
              "update points.entry set amount = -41 where kind = 'reclaimed' and amount < 0",
              "#8/points",
              "at most 40, reclaimed",
              "41"),
          new Break(
              "P3",
              "update points.entry set amount = 20 where order_number = #9 and kind = 'earned';"
                  + "update points.account set balance = 77",
              "#9/points",
              "0",
              "20"),
          new Break(
              "P6",
              "update points.account set balance = 58",
              "1",
              "balance 57, not below 0",
              "balance 58"),
          new Break(
              "P6",
              "alter table points.account drop constraint account_balance_check; update"
                  + " points.account set balance = -1; update points.entry set amount = -98 where"
                  + " amount < 0",
              "1",
              "balance -1, not below 0",
              "balance -1"));

  private MoneyAndPerkBreaks() {}

  static Stream<Break> all() {
    return Stream.of(MONEY, PERKS).flatMap(List::stream);
  }
}
