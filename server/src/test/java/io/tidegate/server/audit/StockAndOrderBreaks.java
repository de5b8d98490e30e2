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
              "S3",
              "insert into messaging.log (type, key, version, time, traceparent, data) select type,"
                  + " key, version, time, traceparent, data from messaging.log where key = #3 and"
                  + " type = 'order.closed.v1'",
              "#3",
              "placed 1, paid 0, ended 1: A x3",
              "placed 1, paid 0, ended 2: A x3"),
          new Break(
              "S3",
              "update messaging.log set data = replace(convert_from(data, 'UTF8'), '\"quantity\":2',"
                  + " '\"quantity\":1')::bytea where key = #5 and type = 'order.paid.v1'",
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
                  + "update ordering.orders set state = 1, previous = 8, closed_at = null, version ="
                  + " 3, history = history || ',[3,1,8,1,\"order.reopened\",\"system\",\"\"]'"
                  + " where number = #4",
              "#4",
              "neither paid nor closed",
              "state 1, never paid, never closed, has left its end"),
          new Break(
              "O3",
              NO_TOTAL_CHECK + "update ordering.orders set total = 1 where number = #1",
              "#1",
              "items 2000, total 2000",
              "items 2000, total 1"),
          new Break(
              "O3",
              "update ordering.orders set items = replace(items, '2,1000', '2,1001')"
                  + " where number = #1",
              "#1",
              "items 2002, total 2002",
              "items 2000, total 2000"),
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
              "insert into fulfilment.shipment (order_number, seq, warehouse, state, version, items,"
                  + " planned_at) values (#8, 1, 'w1', 'packed', 1,"
                  + " '[{\"line\":1,\"sku\":\"B\",\"quantity\":2}]', now())",
              "#8/1",
              "paid, at most 2 of B",
              "state 9, paid, task not left, 2 of B, 2 gone"));

  private StockAndOrderBreaks() {}

  static Stream<Break> all() {
    return Stream.of(STOCK, ORDERS).flatMap(List::stream);
  }
}
