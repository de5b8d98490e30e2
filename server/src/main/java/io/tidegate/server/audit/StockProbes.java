package io.tidegate.server.audit;

import java.util.List;

/** Questions about stock. S2 and S5 compare sums of many snapshots' work: see StockFold. */
final class StockProbes {

  private static final Probe BALANCED =
      Probe.whole(
          "S1",
          "inventory.stock",
          """
          select s.sku as key,
            not (s.available >= 0 and s.locked >= 0 and s.sold >= 0
                 and s.available + s.locked + s.sold = s.total) as bad,
            'total ' || s.total as expected,
            format('available %s + locked %s + sold %s', s.available, s.locked, s.sold) as actual
          from inventory.stock s
          """);

  /** No row says that a line moved, but the order's events do, with its lines. */
  private static final Probe MOVED_ONCE =
      Probe.slices(
          "S3",
          "ordering.orders messaging.log",
          """
          with fact as (
            select l.key, l.type, (
                select string_agg((i->>'sku') || ' x' || (i->>'quantity'), ', '
                                  order by (i->>'line')::int)
                from jsonb_array_elements(convert_from(l.data, 'UTF8')::jsonb->'items') i) as lines
            from messaging.log l
            where l.type in ('order.placed.v1', 'order.paid.v1', 'order.closed.v1',
                             'order.cancelled.v1')
              and (hashint8(l.key)::bigint & 2147483647) % :slices = :slice
          ), told as (
            select key, count(*) filter (where type = 'order.placed.v1') as placed,
              count(*) filter (where type = 'order.paid.v1') as paid,
              count(*) filter (where type in ('order.closed.v1', 'order.cancelled.v1')) as ended,
              min(lines) as least, max(lines) as most, count(lines) = count(*) as readable
            from fact group by key
          ), wanted as (
            select o.number, 1 as placed, (o.state in (2, 3, 4, 5, 6, 9))::int as paid,
              (o.state in (7, 8))::int as ended, (
                select string_agg((i->>0) || ' x' || (i->>2), ', ' order by ord)
                from jsonb_array_elements(o.items::jsonb) with ordinality as l(i, ord)
                where ord > 1) as lines
            from ordering.orders o
            where (hashint8(o.number)::bigint & 2147483647) % :slices = :slice
          )
          select coalesce(w.number, t.key)::text as key,
            not (w.number is not null and t.key is not null and w.placed = t.placed
                 and w.paid = t.paid and w.ended = t.ended and t.readable
                 and w.lines = t.least and w.lines = t.most) as bad,
            format('placed %s, paid %s, ended %s: %s', coalesce(w.placed, 0), coalesce(w.paid, 0),
                   coalesce(w.ended, 0), left(coalesce(w.lines, 'no order'), 200)) as expected,
            format('placed %s, paid %s, ended %s: %s', coalesce(t.placed, 0), coalesce(t.paid, 0),
                   coalesce(t.ended, 0), left(case when t.least = t.most then t.least
                   else concat_ws(' and ', t.least, t.most) end, 400)) as actual
          from wanted w full join told t on t.key = w.number
          """);

  /** What was picked is gone from the shelves, and sold pieces lie there until then. */
  private static final Probe ON_HAND =
      Probe.whole(
          "S6",
          "inventory.stock inventory.on_hand fulfilment.shipment",
          """
          with hand as (
            select h.sku collate "C" as sku, sum(h.quantity) as quantity, sum(h.planned) as planned
            from inventory.on_hand h group by 1
          ), piece as (
            select i->>'sku' collate "C" as sku,
              sum((i->>'quantity')::bigint) filter (where s.state
                in ('picked', 'packed', 'shipped', 'delivered')) as picked,
              sum((i->>'quantity')::bigint) filter (where s.state = 'planned'
                and s.problem is null) as planned
            from fulfilment.shipment s cross join jsonb_array_elements(s.items::jsonb) i
            group by 1
          )
          select coalesce(s.sku, h.sku) as key,
            not (s.sku is not null
                 and coalesce(h.quantity, 0) + coalesce(p.picked, 0)
                     = s.available + s.locked + s.sold
                 and coalesce(h.planned, 0) = coalesce(p.planned, 0)) as bad,
            format('on hand %s, planned %s',
                   s.available + s.locked + s.sold - coalesce(p.picked, 0),
                   coalesce(p.planned, 0)) as expected,
            format('on hand %s, planned %s', coalesce(h.quantity, 0), coalesce(h.planned, 0))
              as actual
          from inventory.stock s full join hand h on h.sku = s.sku
            left join piece p on p.sku = coalesce(s.sku, h.sku)
          where exists (select 1 from inventory.on_hand)
          """);

  private StockProbes() {}

  static List<Probe> all() {
    return List.of(BALANCED, MOVED_ONCE, ON_HAND);
  }
}
