package io.tidegate.server.audit;

import java.util.List;

/** Many completed orders, older than those of the small shop, with all their rows. */
final class LargeShop {

  /** Below the small shop's numbers, and of another key space than payments' seqs. */
  static final long BASE = 7_100_000_000_000_000L;

  private static final List<String> ROWS =
      List.of(
          """
          insert into ordering.orders (number, user_id, state, previous, version, region, currency,
            items_total, discount_total, freight, total, pay_before, paid_at, items, history,
            discounts)
          select n, n % 1000 + 10, 6, 5, 5, 330106, 'CNY', 3000, 100, 0, 2900, now(), now(),
            '[1,["A","Thing",1,1000,0],["B","Thing",1,2000,100]]',
            '[1,1,0,1,"order.placed","customer:1",""],[2,2,1,2,"order.paid","provider:sandbox",""],'
            || '[3,3,2,4,"order.shipped","system",""],[4,4,4,5,"order.delivered","system",""],'
            || '[5,5,5,6,"order.completed","system",""]', '[1,[1,"7",[0,100]]]'
          from n\
          """,
          """
          insert into db.idempotency
          select decode(lpad(n::text, 32, 'a'), 'hex'), decode(lpad('1', 32, '0'), 'hex'), n from n\
          """,
          """
          insert into payment.attempt (order_number, seq, provider, state, version, amount,
            currency, created_at, expires_at)
          select n, 1, 'sandbox', 4, 3, 2900, 'CNY', now(), now() from n\
          """,
          """
          insert into payment.capture
          select n, 'sandbox', 't' || n, 1, 2900, 'CNY', now(), now(), 1 from n\
          """,
          """
          insert into reconciliation.line (order_number, seq, type, provider, day, number,
            transaction, amount, currency, at)
          select n, 1, 1, 'sandbox', '2026-11-25', n || 'p1', 't' || n, 2900, 'CNY', now() from n\
          """,
          """
          insert into payment.ledger (order_number, at, debit, credit, amount, currency, reference)
          select n, now(), 'provider:sandbox', 'orders', 2900, 'CNY', n || 'p1' from n\
          """,
          """
          insert into payment.ledger (order_number, at, debit, credit, amount, currency, reference)
          select n, now(), 'promotions', 'orders', 100, 'CNY', 'promotion:7' from n\
          """,
          """
          insert into fulfilment.task
          select n, 'delivered', 5, '330106', 1, now(), now() from n\
          """,
          """
          insert into fulfilment.shipment (order_number, seq, warehouse, state, version, items,
            planned_at, picked_at, packed_at, shipped_at, delivered_at)
          select n, 1, 'w1', 'delivered', 1,
            '[{"line":1,"sku":"A","quantity":1},{"line":2,"sku":"B","quantity":1}]',
            now(), now(), now(), now(), now() from n\
          """,
          """
          insert into points.entry (order_number, kind, user_id, amount, at)
          select n, 'earned', n % 1000 + 10, 29, now() from n\
          """,
          """
          insert into notification.message (order_number, template, user_id, channel, details,
            state, created_at, sent_at)
          select n, 'order_paid', 1, 'sms', '{}', 'sent', now(), now() from n\
          """,
          """
          insert into messaging.log (type, key, version, time, traceparent, data)
          select t.type, n, t.version, now(), '', case when t.items then
            '{"items":[{"line":1,"sku":"A","quantity":1},{"line":2,"sku":"B","quantity":1}]}'
            else '{"last":true}' end::bytea
          from n cross join (values ('order.placed.v1', 1, true), ('order.paid.v1', 2, true),
            ('shipment.planned.v1', 1, false), ('shipment.picked.v1', 2, false),
            ('shipment.shipped.v1', 4, false), ('order.shipped.v1', 3, false),
            ('shipment.delivered.v1', 5, false), ('order.delivered.v1', 4, false),
            ('order.completed.v1', 5, false)) as t(type, version, items)\
          """);

  private LargeShop() {}

  static void fill(String url, int orders) {
    StringBuilder sql = new StringBuilder();
    for (String rows : ROWS) {
      int select = rows.indexOf("select");
      sql.append(rows, 0, select)
          .append(
              "with n as (select generate_series(%1$d, %1$d + %2$d - 1) as n) "
                  .formatted(BASE, orders))
          .append(rows.substring(select))
          .append(";\n");
    }
    sql.append(
        "insert into points.account select user_id, sum(amount) from points.entry where user_id > 1"
            + " group by 1;\n");
    sql.append(
        "update inventory.stock set sold = sold + %1$d, total = total + %1$d where sku in ('A', 'B');\n"
            .formatted(orders));
    AuditOptions.CONSUMERS.forEach((consumer, types) ->
        sql.append(
            """
            insert into messaging.receipt as r (consumer, slot, range, bits)
            select '%1$s', 1, position / 8192,
              ('x' || lpad('', 2048, '0'))::bit(8192)
              | bit_or(set_bit(0::bit(8192), (position %% 8192)::int, 1))
            from messaging.log where type in ('%2$s') group by position / 8192
            on conflict (consumer, range, slot) do update set bits = r.bits | excluded.bits;
            update messaging.audited set position = (select max(position) from messaging.log);
            """
                .formatted(consumer, String.join("', '", types))));
    SmallShop.run(url, sql.toString());
    SmallShop.run(url, "update messaging.relay set snapshot = pg_current_snapshot()");
    SmallShop.run(url, "analyze");
  }

  /** Audits a shop of so many orders and tells how long each name took. */
  public static void main(String[] arguments) {
    String url = SmallShop.fresh();
    long began = System.nanoTime();
    fill(url, Integer.parseInt(arguments[0]));
    System.out.println("filled in ms " + (System.nanoTime() - began) / 1_000_000);
    AuditOptions options = AuditOptions.of(false, AuditOptions.CONSUMERS);
    System.out.println(Auditor.run(url, options, _ -> {}).toTable());
    System.out.println(Auditor.run(url, options, _ -> {}).toTable());
    System.out.println(Auditor.run(url, options, _ -> {}).toJson());
    System.exit(0);
  }
}
