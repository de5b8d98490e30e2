package io.tidegate.server.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Questions about the event log, and what consumers have done with it. */
final class EventProbes {

  /** An order's steps say which events it has told: same version, same names. */
  private static final Probe STEPS_TOLD =
      Probe.slices(
          "E1",
          "ordering.orders messaging.log",
          """
          with told as (
            select l.key, string_agg(l.version || ' ' || l.type, ', '
                order by l.version, l.type collate "C") as facts
            from messaging.log l
            where l.type in ('order.placed.v1', 'order.paid.v1', 'order.partially_shipped.v1',
                'order.shipped.v1', 'order.delivered.v1', 'order.completed.v1', 'order.closed.v1',
                'order.cancelled.v1', 'order.refunded.v1')
              and (hashint8(l.key)::bigint & 2147483647) % :slices = :slice
            group by l.key
          ), wanted as (
            select o.number, (
              select string_agg(version || ' order.' || fact || '.v1', ', '
                  order by version, fact collate "C")
              from (
                select (s->>0)::int as version, case (s->>3)::int when 1 then 'placed'
                    when 2 then 'paid' when 3 then 'partially_shipped' when 4 then 'shipped'
                    when 5 then 'delivered' when 6 then 'completed' when 7 then 'closed'
                    when 8 then 'cancelled' when 9 then 'refunded' end as fact
                from jsonb_array_elements(case when ('[' || o.history || ']') is json array
                  then ('[' || o.history || ']')::jsonb end) s
                where (s->>2)::int not in ((s->>3)::int, 9)
                union all
                select 1, 'placed' from (select 1) one where o.history like '[1,%,0,2,%') f)
              as facts
            from ordering.orders o
            where (hashint8(o.number)::bigint & 2147483647) % :slices = :slice
          )
          select coalesce(w.number, t.key)::text as key,
            w.facts is distinct from t.facts as bad,
            coalesce(w.facts, 'no order') as expected, coalesce(t.facts, 'no event') as actual
          from wanted w full join told t on t.key = w.number
          """);

  private static final Probe MONEY_TOLD =
      Probe.whole(
          "E1",
          "payment.capture payment.refund messaging.log",
          """
          with told as (
            select key, type, count(*) as rows from messaging.log
            where type in ('payment.given_back.v1', 'payment.parked.v1', 'refund.succeeded.v1')
            group by 1, 2
          ), wanted as (
            select order_number as key, case verdict when 4 then 'payment.parked.v1'
              else 'payment.given_back.v1' end as type, count(*) as rows
            from payment.capture where verdict <> 1 group by 1, 2
            union all
            select order_number, 'refund.succeeded.v1', count(*)
            from payment.refund where state = 5 group by 1
          )
          select key || '/' || type as key,
            coalesce(w.rows, 0) <> coalesce(t.rows, 0) as bad,
            coalesce(w.rows, 0) || ' events' as expected, coalesce(t.rows, 0) || ' events' as actual
          from wanted w full join told t using (key, type)
          """);

  private static final Probe PARCELS_TOLD =
      Probe.slices(
          "E1",
          "fulfilment.shipment messaging.log",
          """
          with told as (
            select key, type, count(*) as rows from messaging.log
            where type in ('shipment.planned.v1', 'shipment.picked.v1', 'shipment.shipped.v1',
                'shipment.delivered.v1', 'shipment.cancelled.v1')
              and (hashint8(key)::bigint & 2147483647) % :slices = :slice
            group by 1, 2
          ), wanted as (
            select s.order_number as key, 'shipment.' || x.name || '.v1' as type, count(*) as rows
            from fulfilment.shipment s
            cross join lateral (values ('planned', s.planned_at), ('picked', s.picked_at),
              ('shipped', s.shipped_at), ('delivered', s.delivered_at),
              ('cancelled', s.cancelled_at)) as x(name, at)
            where x.at is not null
              and (hashint8(s.order_number)::bigint & 2147483647) % :slices = :slice
            group by 1, 2
          )
          select key || '/' || type as key,
            coalesce(w.rows, 0) <> coalesce(t.rows, 0) as bad,
            coalesce(w.rows, 0) || ' events' as expected, coalesce(t.rows, 0) || ' events' as actual
          from wanted w full join told t using (key, type)
          """);

  private static final Probe DEAD_LETTERS =
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
          from messaging.dead_letter d left join messaging.log l on l.position = d.position
          """);

  private EventProbes() {}

  static List<Probe> all(AuditOptions options) {
    List<Probe> all = new ArrayList<>(List.of(STEPS_TOLD, MONEY_TOLD, PARCELS_TOLD, DEAD_LETTERS));
    for (Map.Entry<String, Set<String>> entry : options.subscriptions().entrySet()) {
      all.add(delivered(entry.getKey(), entry.getValue()));
      all.add(receiptsMeanEvents(entry.getKey(), entry.getValue()));
    }
    if (options.subscriptions().containsKey(ORDERS)) {
      all.add(PARCELS_HEARD);
    }
    if (options.subscriptions().containsKey("warehouse")) {
      all.add(effectThere("warehouse", "fulfilment.task"));
    }
    if (options.subscriptions().containsKey("notification")) {
      all.add(effectThere("notification", "notification.message"));
    }
    return all;
  }

  private static final String ORDERS = "orders";

  private static String done(String consumer) {
    return """
    with done as materialized (
      select r.range, bit_or(r.bits) as bits from messaging.receipt r
      where r.consumer = '%s' and r.range >= :first / 8192 and r.range < :next / 8192
      group by r.range
    )
    """
        .formatted(consumer);
  }

  static String typeList(Set<String> types) {
    return "('" + String.join("', '", types) + "')";
  }

  /**
   * Below the position up to which the delivery audit has settled a consumer, nothing may lack its
   * receipt; above it a missing one is still under way.
   */
  private static Probe delivered(String consumer, Set<String> types) {
    return Probe.positions(
        "E2",
        "messaging.log messaging.receipt messaging.audited messaging.dead_letter",
        done(consumer)
            + """
            select '%1$s/' || l.position as key,
              coalesce(get_bit(d.bits, (l.position %% 8192)::int), 0) = 0
                and l.position <= coalesce(
                  (select a.position from messaging.audited a where a.consumer = '%1$s'), 0)
                and not exists (select 1 from messaging.dead_letter x
                  where x.consumer = '%1$s' and x.position = l.position
                    and x.state <> 'discarded') as bad,
              'a receipt for ' || l.type || ' of ' || l.key as expected, 'none' as actual
            from messaging.log l left join done d on d.range = l.position / 8192
            where l.type in %2$s and l.position >= :first and l.position < :next
            """
                .formatted(consumer, typeList(types)));
  }

  /** Cut at whole ranges of receipts. */
  private static Probe receiptsMeanEvents(String consumer, Set<String> types) {
    return Probe.positions(
        "E3",
        "messaging.log messaging.receipt",
        done(consumer)
            + """
            , real as (
              select d.range, count(l.position) as rows
              from done d left join messaging.log l on l.position / 8192 = d.range
                and l.position >= :first and l.position < :next
                and l.type in %2$s and get_bit(d.bits, (l.position %% 8192)::int) = 1
              group by d.range
            )
            select '%1$s/' || r.range as key, r.rows <> bit_count(d.bits) as bad,
              r.rows || ' events with a receipt' as expected,
              bit_count(d.bits) || ' receipts' as actual
            from real r join done d using (range)
            """
                .formatted(consumer, typeList(types)));
  }

  /** A parcel's receipt means that its order has moved on with it. */
  private static final Probe PARCELS_HEARD =
      Probe.positions(
          "E3",
          "messaging.log messaging.receipt ordering.orders",
          done(ORDERS)
              + """
              select l.key::text as key,
                not coalesce(o.state in (5, 6, 9)
                  or o.state = 4 and l.type = 'shipment.shipped.v1', false) as bad,
                l.type || ' was taken in' as expected,
                'state ' || coalesce(o.state::text, 'of no order') as actual
              from messaging.log l join done d on d.range = l.position / 8192
              left join ordering.orders o on o.number = l.key
              where l.type in ('shipment.shipped.v1', 'shipment.delivered.v1')
                and l.position >= :first and l.position < :next
                and get_bit(d.bits, (l.position % 8192)::int) = 1
                and (convert_from(l.data, 'UTF8')::jsonb->>'last')::boolean
              """);

  /**
   * A paid order's receipt means that its effect is there. Points, coupons and red packets may be
   * nothing for a small order: the rules say, and the audit doesn't know them.
   */
  private static Probe effectThere(String consumer, String table) {
    return Probe.positions(
        "E3",
        "messaging.log messaging.receipt " + table,
        done(consumer)
            + """
            select '%1$s/' || l.key as key,
              not exists (select 1 from %2$s e where e.order_number = l.key) as bad,
              'a row of %2$s' as expected, 'none' as actual
            from messaging.log l join done d on d.range = l.position / 8192
            where l.type = 'order.paid.v1' and l.position >= :first and l.position < :next
              and get_bit(d.bits, (l.position %% 8192)::int) = 1
            """
                .formatted(consumer, table));
  }
}
