package io.tidegate.server.audit;

import java.util.List;

/** Breaks of what refunds take back and give back (P2-P6). */
final class ReclaimBreaks {

  static final List<Break> ALL =
      List.of(
          new Break(
              "P1",
              "update effects.decision set points = 21 where order_number = #5",
              "#5/as decided",
              "granted: 21 points, coupon thank-you-10, packet 0",
              "20 points, coupon thank-you-10, packet 0"),
          new Break(
              "P1",
              "delete from marketing.coupon where order_number = #5",
              "#5/as decided",
              "granted: 20 points, coupon thank-you-10, packet 0",
              "20 points, coupon none, packet 0"),
          new Break(
              "P1",
              "update effects.decision set state = 'waiting', question = '{}', points = null,"
                  + " packet = null, coupon = null, coupon_kept_from = null, coupon_from = null,"
                  + " coupon_to = null, decided_at = null, next_try_at = now()"
                  + " where order_number = #5",
              "#5/as decided",
              "waiting: 0 points, coupon none, packet 0",
              "20 points, coupon thank-you-10, packet 0"),
          new Break(
              "P1",
              "insert into effects.recording (first_number) values (#6)",
              "#6/points",
              "a decision on record",
              "none"),
          new Break(
              "P3",
              "insert into points.entry (order_number, kind, user_id, amount, at) values"
                  + " (#4, 'earned', 1, 5, now())",
              "#4/withheld",
              "nothing",
              "5 points, coupon none, packet 0"),
          new Break(
              "L1",
              "alter table effects.decision drop constraint decision_next;"
                  + " update effects.decision set state = 'decided' where order_number = #5",
              "what order #5 brings",
              "a next try",
              "none, decided"),
          new Break(
              "P2",
              "delete from points.reclaim where order_number = #8",
              "#8/points",
              "all of 40",
              "0"),
          new Break("P2", "delete from marketing.coupon_reclaim", "#8/coupon", "all of 1", "0"),
          new Break(
              "P2",
              "update marketing.coupon set state = 'granted' where order_number = #8",
              "#8/coupon 2",
              "taken by 0 refunds",
              "by 1"),
          new Break(
              "P2",
              "update points.reclaim set lacking = 7 where order_number = #9",
              "#9/points",
              "all of 20",
              "22"),
          new Break(
              "P2",
              "update marketing.red_packet_reclaim set taken = 89 where order_number = #8",
              "#8/red packet",
              "all of 88",
              "89"),
          new Break(
              "P2",
              "insert into points.reclaim values (#5, 1, 1, 21, 0, 'held', 0, 0, now())",
              "#5/points",
              "at most 20",
              "21"),
          new Break(
              "P3",
              "delete from points.entry where kind = 'earned' and order_number = #9",
              "#9/1/points",
              "a grant",
              "none yet"),
          new Break(
              "P3",
              "delete from marketing.red_packet where order_number = #8",
              "#8/1/red packet",
              "a grant",
              "none yet"),
          new Break(
              "P4",
              "alter table points.reclaim drop constraint reclaim_paid; update points.reclaim set"
                  + " paid = 4 where order_number = #9",
              "#9/1/points",
              "5 lacking, deducted or owed",
              "2 deducted, 4 paid, confirmed"),
          new Break(
              "P4",
              "alter table points.reclaim drop constraint reclaim_paid; update points.reclaim set"
                  + " state = 'held' where order_number = #9",
              "#9/1/points",
              "5 lacking, deducted or owed",
              "2 deducted, 1 paid, held"),
          new Break(
              "P4",
              "update points.entry set amount = -2 where kind = 'repaid'",
              "1/points",
              "1 withheld",
              "2 withheld"),
          new Break(
              "P4",
              "update marketing.coupon set state = 'withheld' where order_number = #5",
              "1/coupon thank-you-10",
              "0 withheld",
              "1 withheld"),
          new Break(
              "P4",
              "update marketing.red_packet set withheld = 7 where withheld = 8",
              "1/red packet CNY",
              "8 withheld",
              "7 withheld"),
          new Break(
              "P5",
              "insert into marketing.coupon_return values (#2, 1, 5, now())",
              "#2/coupon 5",
              "used",
              "used by #2, returned"),
          new Break(
              "P5",
              "update ordering.orders set state = 9, previous = 2 where number = #2",
              "#2/coupon 5",
              "returned",
              "used by #2"),
          new Break(
              "P5",
              "update ordering.orders set state = 9, previous = 2 where number = #2",
              "#2/points",
              "3 returned",
              "3 held, used"),
          new Break(
              "P5",
              "update ordering.orders set state = 9, previous = 2 where number = #2",
              "#2/red packet 1",
              "20 returned",
              "20 used"),
          new Break(
              "P5",
              "insert into points.entry (order_number, kind, refund, user_id, amount, at) values"
                  + " (#2, 'returned', 1, 1, 4, now())",
              "#2/points",
              "3 used",
              "3 held, used, 4 returned"),
          new Break(
              "P5",
              "insert into points.entry (order_number, kind, refund, user_id, amount, at) values"
                  + " (#5, 'returned', 1, 1, 4, now())",
              "#5/points",
              "an order that names them",
              "returned by #5"),
          new Break(
              "P5",
              "insert into marketing.coupon_return values (#5, 1, 1, now())",
              "#5/coupon 1",
              "an order that names it",
              "returned by #5"),
          new Break(
              "P6",
              "update points.entry set amount = -16 where kind = 'reclaimed' and order_number = #9",
              "#9/1",
              "15 taken, 0 restored",
              "16 taken, 0 restored"),
          new Break(
              "P6",
              "update points.reclaim set state = 'released' where order_number = #8",
              "#8/1",
              "40 taken, 40 restored",
              "40 taken, 0 restored"),
          new Break(
              "P6",
              "update marketing.red_packet set reclaimed = 10 where order_number = #9",
              "#9/red packet",
              "11 reclaimed",
              "10 reclaimed"),
          new Break(
              "P6",
              "update marketing.red_packet_take set returned = 5 where state = 'used'",
              "#2/red packet 1",
              "0 returned",
              "5 returned"));

  private ReclaimBreaks() {}
}
