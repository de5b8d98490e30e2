package io.tidegate.server.audit;

import java.util.List;
import java.util.stream.Stream;

/** Breaks of stock and orders (S, O). */
final class StockAndOrderBreaks {
  private static final String NO_STOCK_CHECK =
      "alter table inventory.stock drop constraint stock_check,"
          + " drop constraint stock_available_check;";
  private static final String NO_TRANSITION_CHECK =
      "alter table ordering.orders drop constraint orders_transition;";
  private static final String NO_TOTAL_CHECK =
      "alter table ordering.orders drop constraint orders_total;";

  /** Order 4 is closed too, at some time; its deadline was an hour ago. */
  static final String CLOSED_TOO =
      "update ordering.orders set state = 7, pay_before = now() - interval '1 hour', closed_at = %s"
          + " where number = #4; ";

  private static final List<Break> STOCK =
      List.of(
          new Break(
              "S1",
              NO_STOCK_CHECK + "update inventory.stock set available = 92 where sku = 'A'",
              "A",
              "total 100",
              "available 92 + locked 3 + sold 4"),
          new Break(
              "S1",
              NO_STOCK_CHECK
                  + "update inventory.stock set available = -1, total = 0 where sku = 'B'",
              "B",
              "total 0",
              "available -1 + locked 0 + sold 1"),
          new Break(
              "S2",
              "update inventory.stock set locked = 2, available = 94 where sku = 'A'",
              "A",
              "locked 3, sold 4",
              "locked 2, sold 4"),
          new Break(
              "S2",
              "update inventory.stock set sold = 5, available = 92 where sku = 'A'",
              "A",
              "locked 3, sold 4",
              "locked 3, sold 5"),
          new Break(
              "S2",
              "delete from inventory.stock where sku = 'B'",
              "B",
              "locked 0, sold 1",
              "no stock row"),
          new Break(
              "S2",
              "update inventory.pool set free = 7, allocation = 9 where id = 1",
              "C",
              "locked 9, sold 0",
              "locked 10, sold 0"),
          new Break(
              "S4",
              "update inventory.pool set allocation = 11 where id = 1",
              "pool 1",
              "open, free 9",
              "open, free 8"),
          new Break(
              "S4",
              "update inventory.pool set open = false, free = 0 where id = 1;"
                  + " alter table inventory.pool drop constraint pool_check1;"
                  + " update inventory.pool set free = 1 where id = 2",
              "pool 2",
              "closed, free 0",
              "closed, free 1"),
          new Break(
              "S4",
              "update ordering.orders set items = replace(items, ',0,1]', ',0,3]') where number ="
                  + " #0",
              "pool 3",
              "a pool",
              "none, orders have 2"),
          new Break(
              "S4",
              "update ordering.orders set items = '[1,[\"C\",\"Thing\",2,2000,0]]' where number ="
                  + " #0",
              "pool 1",
              "open, free 10",
              "open, free 8"),
          new Break(
              "S4",
              "update flashsale.grant set quantity = 1",
              "#0",
              "2 of C from pool 1, user 1, held",
              "1 of C from pool 1, user 1, held"),
          new Break(
              "S4",
              "update flashsale.grant set state = 'paid'",
              "#0",
              "2 of C from pool 1, user 1, held",
              "2 of C from pool 1, user 1, paid"),
          new Break(
              "S4",
              "update flashsale.grant set user_id = 2",
              "#0",
              "2 of C from pool 1, user 1, held",
              "2 of C from pool 1, user 2, held"),
          new Break(
              "S4",
              "update flashsale.grant set order_number = 4711",
              "4711",
              "no grant",
              "2 of C from pool 1, user 1, held"),
          new Break("S4", "delete from flashsale.grant", "pool 1", "2 granted", "0 granted"),
          new Break(
              "S4",
              "insert into flashsale.grant (order_number, sale, pool, sku, user_id, quantity,"
                  + " key_hash, state, version) values (4711, 2, 2, 'C', 2, 6, 0, 'paid', 2)",
              "pool 2",
              "at most 5 granted",
              "6 granted"),
          new Break(
              "S4",
              "update flashsale.item set per_user = 1 where sale = 1",
              "sale 1, user 1, C",
              "at most 1",
              "2"),
          new Break(
              "S4",
              "update flashsale.sale set stage = 'ended' where id = 1",
              "sale 1, C",
              "10 C in no open pool",
              "10 C in open pool 1"),
          new Break(
              "S4",
              "update flashsale.item set allocation = 9 where sale = 1",
              "sale 1, C",
              "9 C in an open pool",
              "10 C in open pool 1"),
          new Break(
              "S4",
              "insert into inventory.pool (sku, allocation, free, open) values ('C', 0, 0, true)",
              "pool 3",
              "a sale",
              "none"),
          new Break(
              "S4",
              "update flashsale.sale set starts_at = now() - interval '1 day', draw_at = now() -"
                  + " interval '1 hour', ends_at = now() - interval '2 minutes' where id = 1",
              "sale 1",
              "over since ",
              "warm"),
          new Break(
              "S4",
              "update flashsale.sale set starts_at = now() - interval '1 day', draw_at = now() -"
                  + " interval '2 minutes' where id = 3",
              "sale 3",
              "1 entries, at most 0 won, none waits",
              "1 entries, 0 won, 1 wait"),
          new Break(
              "S4",
              "update flashsale.draw set entries = 3 where sale = 1",
              "sale 1",
              "3 entries, at most 1 won, none waits",
              "2 entries, 1 won, 0 wait"),
          new Break(
              "S4",
              "update flashsale.entry set state = 'won' where sale = 1",
              "sale 1",
              "2 entries, at most 1 won, none waits",
              "2 entries, 2 won, 0 wait"),
          new Break(
              "S4",
              "delete from flashsale.grant",
              "#0",
              "won: an order, its grant",
              "won: an order, no grant"),
          new Break(
              "S4",
              "delete from ordering.orders where number = #0",
              "#0",
              "won: an order, its grant",
              "won: no order, its grant"),
          new Break(
              "S4",
              "update flashsale.entry set quantity = 1 where number = #0",
              "#0",
              "won: an order, its grant",
              "won: an order, another grant"),
          new Break(
              "S4",
              "update flashsale.entry set state = 'lost' where number = #0",
              "#0",
              "lost: no order, no grant, no consignee",
              "lost: an order, its grant, a consignee"),
          new Break(
              "S4",
              "delete from flashsale.entry where number = #0",
              "#0",
              "an entry of sale 1",
              "none"),
          new Break(
              "S4",
              "insert into customer.consignee (order_number, name, phone, region, line) values ("
                  + SmallShop.LOSER
                  + ", 'a', 'b', '330106', 'c')",
              Long.toString(SmallShop.LOSER),
              "lost: no order, no grant, no consignee",
              "lost: no order, no grant, a consignee"),
          new Break(
              "S4",
              "delete from customer.consignee where order_number = " + SmallShop.ENTERED,
              Long.toString(SmallShop.ENTERED),
              "entered: no order, no grant, a consignee",
              "entered: no order, no grant, no consignee"),
          new Break(
              "S3",
              "insert into messaging.log (type, key, version, time, traceparent, data) select type,"
                  + " key, version, time, traceparent, data from messaging.log where key = #3 and"
                  + " type = 'order.closed.v1'",
              "#3",
              "placed 1, paid 0, ended 1: A x3",
              "placed 1, paid 0, ended 2: A x3"),
          new Break(
              "S3",
              "update messaging.log set data = replace(convert_from(data, 'UTF8'),"
                  + " '\"quantity\":2', '\"quantity\":1')::bytea where key = #5 and type ="
                  + " 'order.paid.v1'",
              "#5",
              "placed 1, paid 1, ended 0: A x2",
              "placed 1, paid 1, ended 0: A x1 and A x2"),
          new Break(
              "S3",
              "insert into messaging.log (type, key, version, time, traceparent, data) select type,"
                  + " 4711, 1, time, traceparent, data from messaging.log where key = #1",
              "4711",
              "placed 0, paid 0, ended 0: no order",
              "placed 1, paid 0, ended 0: A x2"),
          new Break(
              "S5",
              "update inventory.stock set sold = 3, available = 47 where sku = 'B'",
              "B",
              "sold 1",
              "sold 3"),
          new Break(
              "S2",
              "update ordering.refunded_line set restocked = false where order_number = #9",
              "B",
              "locked 0, sold 2",
              "locked 0, sold 1"),
          new Break(
              "S5",
              "delete from inventory.given_back where order_number = #8",
              "#8/1/B",
              "2 given back, of pieces that are held back",
              "0 given back, 2 held back, 0 had left"),
          new Break(
              "S5",
              "insert into inventory.given_back values (#8, 2, 'B', 2, null, now())",
              "#8/2/B",
              "0 given back",
              "2 given back, 0 held back, 0 had left"),
          new Break(
              "S5",
              "update fulfilment.held_back set released_at = now() where order_number = #9",
              "#9/1/B",
              "1 given back, of pieces that are held back",
              "1 given back, 0 held back, 0 had left"),
          new Break(
              "S5",
              "insert into inventory.given_back values (#2, 1, 'A', 1, 'w1', now());"
                  + " insert into ordering.refunded_line values (#2, 1, 1, 1, 1000, true, null)",
              "#2/1/A",
              "1 given back, of pieces that had left",
              "1 given back, 0 held back, 0 had left"),
          new Break(
              "S6",
              "insert into inventory.given_back values (#5, 1, 'A', 1, 'w1', now())",
              "A",
              "on hand 98, planned 0",
              "on hand 97, planned 0"),
          new Break(
              "S6",
              "update inventory.on_hand set quantity = 96 where sku = 'A'",
              "A",
              "on hand 97, planned 0",
              "on hand 96, planned 0"),
          new Break(
              "S6",
              "update inventory.on_hand set planned = 1 where sku = 'B'",
              "B",
              "on hand 50, planned 0",
              "on hand 50, planned 1"),
          new Break(
              "S3",
              "update messaging.log set data = 'no json' where key = #5 and type = 'order.paid.v1'",
              "#5",
              "placed 1, paid 1, ended 0: A x2",
              "placed 1, paid 1, ended 0: A x2"));

  private static final List<Break> ORDERS =
      List.of(
          new Break(
              "O1",
              NO_TRANSITION_CHECK + "update ordering.orders set state = 6 where number = #2",
              "#2",
              "state 2 from 1, version 2, declared steps without a gap",
              "state 6 from 1, version 2"),
          new Break(
              "O1",
              "update ordering.orders set version = 3 where number = #2",
              "#2",
              "state 2 from 1, version 2, declared steps without a gap",
              "state 2 from 1, version 3"),
          new Break(
              "O1",
              "update ordering.orders set history = replace(history, '[2,', '[4,')"
                  + " where number = #5",
              "#5",
              "state 5 from 4, version 4, declared steps without a gap",
              "state 5 from 4, version 4, versions with a gap"),
          new Break(
              "O1",
              NO_TRANSITION_CHECK
                  + "update ordering.orders set state = 2, previous = 7, version = 3, history ="
                  + " history || ',[3,1,7,2,\"order.paid\",\"system\",\"\"]' where number = #3",
              "#3",
              "state 2 from 7, version 3, declared steps without a gap",
              "state 2 from 7, version 3, a step that is not declared"),
          new Break(
              "O1",
              "update ordering.orders set history = '[1,' where number = #4",
              "#4",
              "state -1 from -1, version 0, declared steps without a gap",
              "state 8 from 1, version 2, an unreadable history"),
          new Break(
              "O2",
              "update ordering.orders set paid_at = now() where number = #3",
              "#3",
              "closed, never paid",
              "state 7, paid, closed"),
          new Break(
              "O2",
              "update ordering.orders set version = 3, history = replace(history, '[2,', '[3,')"
                  + " || ',[2,1,1,2,\"order.paid\",\"system\",\"\"]' where number = #4",
              "#4",
              "closed, never paid",
              "state 8, never paid, closed, has a step to paid"),
          new Break(
              "O2",
              NO_TRANSITION_CHECK
                  + "update ordering.orders set state = 1, previous = 8, closed_at = null, version"
                  + " = 3, history = history || ',[3,1,8,1,\"order.reopened\",\"system\",\"\"]'"
                  + " where number = #4",
              "#4",
              "neither paid nor closed",
              "state 1, never paid, never closed, has left its end"),
          new Break(
              "O3",
              NO_TOTAL_CHECK + "update ordering.orders set total = 1 where number = #1",
              "#1",
              "items 2000, total 1865",
              "items 2000, total 1"),
          new Break(
              "O3",
              "update ordering.orders set items = replace(items, '2,1000', '2,1001')"
                  + " where number = #1",
              "#1",
              "items 2002, total 1867",
              "items 2000, total 1865"),
          new Break(
              "O3",
              NO_TOTAL_CHECK + "update ordering.orders set discount_total = 299 where number = #2",
              "#2",
              "items 3000, total 2701",
              "items 3000, total 2700"),
          new Break(
              "O3",
              "update ordering.orders set items = '[1,' where number = #5",
              "#5",
              "lines",
              "unreadable items"),
          new Break(
              "O8",
              "update fulfilment.shipment set items = 'no json' where order_number = #5",
              "#5/parcel 1",
              "items",
              "unreadable"),
          new Break(
              "O4",
              "update db.idempotency set reference = 7200000000000077 where reference = #1",
              "7200000000000077",
              "an order",
              "key 00000000000000000000000000000001 of no order"),
          new Break(
              "O4", "delete from db.idempotency where reference = #2", "#2", "one key", "0 keys"),
          new Break(
              "O4",
              "insert into db.idempotency select decode(lpad('ff', 32, '0'), 'hex'), command_hash,"
                  + " reference from db.idempotency where reference = #3",
              "#3",
              "one key",
              "2 keys"),
          new Break(
              "O7",
              "update ordering.orders set pay_before = now() - interval '6 seconds' where number ="
                  + " #1; update ordering.order_due set due_at = now() + interval '1 minute'",
              "#1",
              "due and closed by ",
              "due "),
          new Break(
              "O7",
              "update ordering.order_due set numbers = array_remove(numbers, #7) where kind = 1",
              "#7",
              "due and closed by ",
              "due never, unpaid at "),
          new Break(
              "O7",
              CLOSED_TOO.formatted("now() - interval '59 minutes'")
                  + "update ordering.orders set pay_before = now() - interval '2 hours'"
                  + " where number = #3",
              "#3",
              "closed soon after ",
              "closed at "),
          new Break(
              "O8",
              "insert into fulfilment.shipment (order_number, seq, warehouse,"
                  + " state, version, items, planned_at) values (#1, 1, 'w1', 'shipped', 1,"
                  + " '[{\"line\":1,\"sku\":\"A\",\"quantity\":2}]', now())",
              "#1/1",
              "paid, at most 2 of A",
              "state 1, never paid, task none, 2 of A, 2 gone"),
          new Break(
              "O8",
              "update fulfilment.shipment set items = replace(items, '2', '3')"
                  + " where order_number = #5",
              "#5/1",
              "paid, at most 2 of A",
              "state 5, paid, task left, 3 of A, 3 gone"),
          new Break(
              "O8",
              "insert into fulfilment.shipment (order_number, seq, warehouse, state, version,"
                  + " items, planned_at) values (#8, 1, 'w1', 'packed', 1,"
                  + " '[{\"line\":1,\"sku\":\"B\",\"quantity\":2}]', now())",
              "#8/1",
              "paid, at most 2 of B",
              "state 9, paid, task not left, 2 of B, 2 gone, 2 held back"),
          new Break(
              "O8",
              "insert into fulfilment.held_back values (#5, 1, 1, 'A', 1, now(), null)",
              "#5/1",
              "paid, at most 2 of A",
              "state 5, paid, task left, 2 of A, 2 gone, 1 held back"));

  private StockAndOrderBreaks() {}

  static Stream<Break> all() {
    return Stream.of(STOCK, ORDERS).flatMap(List::stream);
  }
}
