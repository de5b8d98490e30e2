package io.tidegate.server.audit;

import java.util.Set;

/**
 * Questions about the event log. The first three of E1 are asked only where a range's sums differ
 * from what the log tells: they name the rows.
 */
final class EventProbes {

  /** An order's steps say which events it has told: same version, same names. */
  static final Probe STEPS_TOLD =
      Probe.orders(
          "E1",
          "ordering.orders messaging.log",
          """
          with told as (
            select l.key, string_agg(l.version || ' ' || l.type, ', '
                order by l.version, l.type collate "C") as facts
            from messaging.log l
            where l.type in ('order.placed.v1', 'order.paid.v1', 'order.partially_shipped.v1',
                'order.shipped.v1', 'order.delivered.v1', 'order.completed.v1', 'order.closed.v1',
                'order.cancelled.v1', 'order.refunded.v1', 'order.partially_refunded.v1',
                'order.refund_reversed.v1')
              and l.key >= :first and l.key < :next
            group by l.key
          ), wanted as (
            select o.number, (
              select string_agg(version || ' order.' || fact || '.v1', ', '
                  order by version, fact collate "C")
              from (
                select (s->>0)::int as version, case
                    when (s->>2)::int in ((s->>3)::int, 9) then substr(s->>4, 7)
                    else case (s->>3)::int when 1 then 'placed'
                    when 2 then 'paid' when 3 then 'partially_shipped' when 4 then 'shipped'
                    when 5 then 'delivered' when 6 then 'completed' when 7 then 'closed'
                    when 8 then 'cancelled' when 9 then 'refunded' end end as fact
                from jsonb_array_elements(case when ('[' || o.history || ']') is json array
                  then ('[' || o.history || ']')::jsonb end) s
                union all
                select 1, 'placed' from (select 1) one where o.history like '[1,%,0,2,%') f)
              as facts
            from ordering.orders o
            where o.number >= :first and o.number < :next
          )
          select coalesce(w.number, t.key)::text as key,
            w.facts is distinct from t.facts as bad,
            coalesce(w.facts, 'no order') as expected, coalesce(t.facts, 'no event') as actual
          from wanted w full join told t on t.key = w.number
          """);

  static final Probe MONEY_TOLD =
      Probe.orders(
          "E1",
          "payment.capture payment.refund messaging.log",
          """
          with told as (
            select key, type, count(*) as rows from messaging.log
            where type in ('payment.given_back.v1', 'payment.parked.v1', 'payment.dismissed.v1',
                'refund.succeeded.v1', 'refund.reversed.v1', 'refund.ended.v1')
              and key >= :first and key < :next
            group by 1, 2
          ), wanted as (
            select c.order_number as key, x.type, count(*) as rows
            from payment.capture c
            cross join lateral (values ('payment.parked.v1', c.verdict = 4),
              ('payment.given_back.v1', c.verdict <> 4 or c.decided = 1),
              ('payment.dismissed.v1', c.decided = 2)) x(type, told)
            where c.verdict <> 1 and x.told
              and c.order_number >= :first and c.order_number < :next group by 1, 2
            union all
            select r.order_number, x.type, count(*)
            from payment.refund r
            cross join lateral (values ('refund.succeeded.v1', r.succeeded_at),
              ('refund.reversed.v1', r.reversed_at), ('refund.ended.v1', r.ended_at)) x(type, at)
            where x.at is not null and r.order_number >= :first and r.order_number < :next
            group by 1, 2
          )
          select key || '/' || type as key,
            coalesce(w.rows, 0) <> coalesce(t.rows, 0) as bad,
            coalesce(w.rows, 0) || ' events' as expected, coalesce(t.rows, 0) || ' events' as actual
          from wanted w full join told t using (key, type)
          """);

  static final Probe PARCELS_TOLD =
      Probe.orders(
          "E1",
          "fulfilment.shipment messaging.log",
          """
          with told as (
            select key, type, count(*) as rows from messaging.log
            where type in ('shipment.planned.v1', 'shipment.picked.v1', 'shipment.shipped.v1',
                'shipment.delivered.v1', 'shipment.cancelled.v1')
              and key >= :first and key < :next
            group by 1, 2
          ), wanted as (
            select s.order_number as key, 'shipment.' || x.name || '.v1' as type, count(*) as rows
            from fulfilment.shipment s
            cross join lateral (values ('planned', s.planned_at), ('picked', s.picked_at),
              ('shipped', s.shipped_at), ('delivered', s.delivered_at),
              ('cancelled', s.cancelled_at)) as x(name, at)
            where x.at is not null
              and s.order_number >= :first and s.order_number < :next
            group by 1, 2
          )
          select key || '/' || type as key,
            coalesce(w.rows, 0) <> coalesce(t.rows, 0) as bad,
            coalesce(w.rows, 0) || ' events' as expected, coalesce(t.rows, 0) || ' events' as actual
          from wanted w full join told t using (key, type)
          """);

  static final Probe DEAD_LETTERS =
      Probe.whole(
          "E5",
          "messaging.dead_letter messaging.log",
          """
          select d.consumer || '/' || d.position as key,
            not (l.position is not null and l.type = d.type and l.key = d.key and d.error <> ''
              and (d.state <> 'discarded'
                or d.closed_by is not null and d.closed_reason is not null)) as bad,
            'an event of the log, its error, and who discarded it and why' as expected,
            format('%s of %s, %s, %s', d.type, d.key,
              case when l.position is null then 'not in the log' else 'log: ' || l.type || ' of '
                || l.key end,
              d.state || coalesce(' by ' || d.closed_by, '')) as actual
          from messaging.dead_letter d
          left join lateral (
            select position, type, key from messaging.log where position = d.position offset 0) l
            on true
          """);

  private EventProbes() {}

  static String typeList(Set<String> types) {
    return "('" + String.join("', '", types) + "')";
  }
}
