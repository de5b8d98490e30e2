package io.tidegate.server.audit;

/** Questions about stock. S2, S5 and S6 compare sums of ranges: see StockSums. */
final class StockProbes {

  static final Probe BALANCED =
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
  static final Probe MOVED_ONCE =
      Probe.orders(
          "S3",
          "ordering.orders messaging.log",
          """
          with fact as (
            select l.key, l.type, (
                select string_agg((i->>'sku') || ' x' || (i->>'quantity'), ', '
                                  order by (i->>'line')::int)
                from jsonb_array_elements(case when convert_from(l.data, 'UTF8') is json object
                  then convert_from(l.data, 'UTF8')::jsonb->'items' end) i) as lines
            from messaging.log l
            where l.type in ('order.placed.v1', 'order.paid.v1', 'order.closed.v1',
                             'order.cancelled.v1')
              and l.key >= :first and l.key < :next
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
                from jsonb_array_elements(case when o.items is json array then o.items::jsonb end)
                  with ordinality as l(i, ord)
                where ord > 1) as lines
            from ordering.orders o
            where o.number >= :first and o.number < :next
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

  private StockProbes() {}
}
