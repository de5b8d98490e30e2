package io.tidegate.server.audit;

import java.util.List;

/** Questions about orders, from their rows alone and with what refers to them. */
final class OrderProbes {

  private static final Probe HISTORY =
      Probe.unsettled(
          "O1",
          """
          select o.number::text as key,
            not coalesce(h.steps > 0 and h.gapless and h.chained and h.declared
                 and (t.j->-1->>0)::int = o.version and (t.j->-1->>2)::int = o.previous
                 and (t.j->-1->>3)::int = o.state, false) as bad,
            'state ' || coalesce(t.j->-1->>3, '?') || ' from ' || coalesce(t.j->-1->>2, '?')
              || ', version ' || coalesce(h.steps, 0) || ', declared steps without a gap'
              as expected,
            format('state %s from %s, version %s%s', o.state, o.previous, o.version, case
              when t.j is null then ', an unreadable history'
              when not h.gapless then ', versions with a gap'
              when not h.chained then ', a step that does not begin where the last one ended'
              when not h.declared then ', a step that is not declared' end) as actual
          from ordering.orders o
          cross join lateral (
            select case when ('[' || o.history || ']') is json array
              then ('[' || o.history || ']')::jsonb end as j) t
          cross join lateral (
            select count(*) as steps,
              bool_and((s.step->>0)::int = s.ord) as gapless,
              bool_and((s.step->>2)::int
                = case s.ord when 1 then 0 else (t.j->(s.ord::int - 2)->>3)::int end) as chained,
              bool_and(((s.step->>2)::int, (s.step->>3)::int) in (
                (0, 1), (0, 2), (1, 1), (1, 2), (1, 7), (1, 8), (2, 2), (2, 3), (2, 4), (2, 9),
                (3, 3), (3, 4), (4, 4), (4, 5), (4, 6), (4, 9), (5, 5), (5, 6), (5, 9), (6, 6),
                (6, 9), (9, 9), (9, 2), (9, 4), (9, 5), (9, 6))) as declared
            from jsonb_array_elements(t.j) with ordinality as s(step, ord)) h
          where o.number >= :first and o.number < :next
          """);

  private static final Probe ONE_END =
      Probe.unsettled(
          "O2",
          """
          select o.number::text as key,
            not (case when o.state in (7, 8)
                   then o.paid_at is null and o.closed_at is not null and not t.was_paid
                   when o.state = 1 then o.paid_at is null and o.closed_at is null
                   else o.paid_at is not null and o.closed_at is null end
                 and not t.left_end) as bad,
            case when o.state in (7, 8) then 'closed, never paid'
              when o.state = 1 then 'neither paid nor closed'
              else 'paid, never closed' end as expected,
            concat_ws(', ', 'state ' || o.state,
              case when o.paid_at is not null then 'paid at ' || o.paid_at end,
              case when o.closed_at is not null then 'closed at ' || o.closed_at end,
              case when t.was_paid then 'has a step to paid' end,
              case when t.left_end then 'has left its end' end) as actual
          from ordering.orders o
          cross join lateral (
            select coalesce(jsonb_path_exists(j, 'strict $[*] ? (@[3] == 2)'), false) as was_paid,
              coalesce(jsonb_path_exists(j, 'strict $[*] ? (@[2] == 7 || @[2] == 8)'), false)
                as left_end
            from (select case when ('[' || o.history || ']') is json array
              then ('[' || o.history || ']')::jsonb end as j) x) t
          where o.number >= :first and o.number < :next
          """);

  private static final String ITEMS =
      """
      cross join lateral (
        select (o.items is json array) as readable,
          sum((s.item->>2)::numeric * (s.item->>3)::numeric) as gross,
          sum((s.item->>4)::numeric) as discount,
          bool_and((s.item->>2)::int > 0 and (s.item->>3)::bigint >= 0
            and (s.item->>4)::numeric between 0
              and (s.item->>2)::numeric * (s.item->>3)::numeric) as sane
        from jsonb_array_elements(
          case when o.items is json array then o.items::jsonb else '[]' end)
          with ordinality as s(item, ord)
        where s.ord > 1) i
      where o.number >= :first and o.number < :next
      """;

  private static final Probe TOTAL =
      Probe.unsettled(
          "O3",
          """
          select o.number::text as key,
            not coalesce(i.readable and i.sane and i.gross = o.items_total and o.freight >= 0
              and o.total = o.items_total - o.discount_total + o.freight and o.total >= 0, false)
              as bad,
            format('items %s, total %s', i.gross, i.gross - o.discount_total + o.freight)
              as expected,
            format('items %s, total %s', o.items_total, o.total) as actual
          from ordering.orders o
          """
              + ITEMS);

  private static final Probe SPLIT =
      Probe.orders(
          "M12",
          "ordering.orders",
          """
          select o.number::text as key,
            not coalesce(i.discount = o.discount_total and o.refunded_total between 0 and o.total,
              false) as bad,
            format('discount %s on lines, refunded at most %s', i.discount, o.total) as expected,
            format('discount %s, refunded %s', o.discount_total, o.refunded_total) as actual
          from ordering.orders o
          """
              + ITEMS
              + " and (i.discount <> 0 or o.discount_total <> 0 or o.refunded_total <> 0)");

  /** Numbers of orders are far above an attempt's seq, which keys of payments refer to. */
  private static final Probe ONE_KEY =
      Probe.whole(
          "O4",
          "ordering.orders db.idempotency",
          """
          with held as (
            select k.reference, count(*) as keys, min(encode(k.key, 'hex')) as one
            from db.idempotency k where k.reference >= 4194304 group by k.reference
          )
          select coalesce(o.number, h.reference)::text as key,
            not (o.number is not null and coalesce(h.keys, 0) = 1) as bad,
            case when o.number is null then 'an order' else 'one key' end as expected,
            case when o.number is null then 'key ' || h.one || ' of no order'
              else coalesce(h.keys, 0) || ' keys' end as actual
          from ordering.orders o full join held h on h.reference = o.number
          """);

  private static final String DUE =
      """
      with due as (
        select n.number, min(d.due_at) as due_at
        from ordering.order_due d cross join unnest(d.numbers) as n(number)
        where d.kind = %d group by n.number
      )
      """;

  static final String PAY_DUE = DUE.formatted(1);
  static final String COMPLETE_DUE = DUE.formatted(2);

  /** Deadlines by the database's clock, as it was when the snapshot was taken. */
  static Probe deadlines(AuditOptions options) {
    return Probe.whole(
        "O7",
        "ordering.orders ordering.order_due",
        PAY_DUE
            + """
            select o.number::text as key,
              not (due.number is not null and due.due_at <= o.pay_before + interval '5 seconds'
                and now() <= greatest(o.pay_before + interval '%d milliseconds',
                  pg_postmaster_start_time() + interval '%d milliseconds')) as bad,
              format('due and closed by %%s', o.pay_before) as expected,
              format('due %%s, unpaid at %%s', coalesce(due.due_at::text, 'never'), now())
                as actual
            from ordering.orders o left join due on due.number = o.number
            where o.state = 1
            """
                .formatted(options.closeWithin().toMillis(), options.restartGrace().toMillis()));
  }

  private static final Probe SHIPPED_ONLY_PAID =
      Probe.orders(
          "O8",
          "ordering.orders fulfilment.shipment fulfilment.task",
          """
          with parcel as (
            select s.order_number, (i->>'line')::int as line, min(i->>'sku') as sku,
              max(i->>'sku') as other,
              sum((i->>'quantity')::bigint) filter (where s.state <> 'cancelled') as planned,
              coalesce(sum((i->>'quantity')::bigint)
                filter (where s.state in ('packed', 'shipped', 'delivered')), 0) as gone
            from fulfilment.shipment s cross join jsonb_array_elements(s.items::jsonb) i
            where s.order_number >= :first and s.order_number < :next
            group by 1, 2
          )
          select p.order_number || '/' || p.line as key,
            not coalesce(
              p.sku = o.items::jsonb->p.line->>0 and p.other = p.sku
              and coalesce(p.planned, 0) <= (o.items::jsonb->p.line->>2)::bigint
              and (p.gone = 0 or o.state in (2, 3, 4, 5, 6, 9) and o.paid_at is not null)
              and (p.planned is null or o.paid_at is not null)
              and (p.gone = 0 or t.state in ('leaving', 'delivered')), false) as bad,
            format('paid, at most %s of %s', coalesce(o.items::jsonb->p.line->>2, 'none'),
              coalesce(o.items::jsonb->p.line->>0, 'no line')) as expected,
            format('state %s, paid %s, task %s, %s of %s, %s gone', coalesce(o.state::text, 'none'),
              coalesce(o.paid_at::text, 'never'), coalesce(t.state, 'none'),
              coalesce(p.planned, 0), p.sku, p.gone) as actual
          from parcel p
          left join ordering.orders o on o.number = p.order_number
          left join fulfilment.task t on t.order_number = p.order_number
          """);

  private OrderProbes() {}

  static List<Probe> all(AuditOptions options) {
    return List.of(HISTORY, ONE_END, TOTAL, SPLIT, ONE_KEY, deadlines(options), SHIPPED_ONLY_PAID);
  }
}
