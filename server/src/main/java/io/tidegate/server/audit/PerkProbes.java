package io.tidegate.server.audit;

import java.util.List;

/** Questions about points, coupons and red packets. */
final class PerkProbes {

  private static final String TABLES =
      "ordering.orders points.entry marketing.coupon marketing.red_packet";

  private static final Probe ONE_GRANT =
      Probe.orders(
          "P1",
          TABLES,
          """
          with granted as (
            select order_number, 'points ' || kind as kind, count(*) as rows from points.entry
            where kind = 'earned'
              and order_number >= :first and order_number < :next group by 1, 2
            union all
            select order_number, 'coupon ' || template, count(*) from marketing.coupon
            where order_number >= :first and order_number < :next group by 1, 2
            union all
            select order_number, 'red packet', count(*) from marketing.red_packet
            where order_number >= :first and order_number < :next group by 1
          )
          select g.order_number || '/' || g.kind as key,
            not (g.rows = 1 and o.paid_at is not null) as bad,
            'one, of an order that was paid' as expected,
            format('%s, of %s', g.rows, case when o.number is null then 'no order'
              when o.paid_at is null then 'an order that was never paid'
              else 'an order that was paid' end) as actual
          from granted g
          left join (select * from ordering.orders where number >= :first and number < :next) o
            on o.number = g.order_number
          """);

  /** What an order holds of its customer's points is given back or used, once and whole. */
  private static final Probe POINTS_SETTLED =
      Probe.orders(
          "P6",
          "points.entry",
          """
          with held as (
            select order_number, coalesce(-sum(amount) filter (where kind = 'held'), 0) as held,
              count(*) filter (where kind in ('released', 'used')) as settled,
              coalesce(sum(amount) filter (where kind = 'released'), 0) as released
            from points.entry where kind in ('held', 'released', 'used')
              and order_number >= :first and order_number < :next
            group by 1
          )
          select order_number || '/points' as key,
            not (held > 0 and settled <= 1 and released in (0, held)) as bad,
            format('%s held, once released or used', held) as expected,
            format('%s held, settled %s times, %s released', held, settled, released) as actual
          from held
          """);

  private static final Probe BALANCE =
      Probe.whole(
          "P6",
          "points.account points.entry",
          """
          with sums as (
            select user_id, sum(amount) as amount,
              coalesce(-sum(amount) filter (where kind = 'held'), 0) - coalesce(sum(
                (select -h.amount from points.entry h
                  where h.order_number = e.order_number and h.kind = 'held'))
                filter (where kind in ('released', 'used')), 0) as held
            from points.entry e group by 1
          )
          select coalesce(a.user_id, s.user_id)::text as key,
            not (coalesce(a.balance, 0) >= 0
              and coalesce(a.balance, 0) = coalesce(s.amount, 0)) as bad,
            'balance ' || coalesce(s.amount, 0) || ', not below 0' as expected,
            'balance ' || coalesce(a.balance::text, 'of no account') as actual
          from points.account a full join sums s on s.user_id = a.user_id
          union all
          select a.user_id || '/held', a.held <> coalesce(s.held, 0),
            coalesce(s.held, 0) || ' held', a.held || ' held'
          from points.account a left join sums s on s.user_id = a.user_id
          where a.held <> 0 or s.held <> 0
          """);

  /** What orders take from a packet is taken out of it, and no more than was in it. */
  private static final Probe PACKETS =
      Probe.whole(
          "P6",
          "marketing.red_packet marketing.red_packet_take",
          """
          with taken as (
            select user_id, packet, coalesce(sum(amount) filter (where state = 'held'), 0) as held,
              coalesce(sum(amount - returned) filter (where state = 'used'), 0) as used
            from marketing.red_packet_take group by 1, 2
          )
          select coalesce(r.order_number::text, 'unknown') || '/red packet' as key,
            not (r.id is not null and r.held = coalesce(t.held, 0) and r.used = coalesce(t.used, 0)
              and r.held + r.used + r.reclaimed + r.withheld <= r.amount) as bad,
            format('%s held, %s used of %s', coalesce(t.held, 0), coalesce(t.used, 0),
              coalesce(r.amount, 0)) as expected,
            format('%s held, %s used', coalesce(r.held, 0), coalesce(r.used, 0)) as actual
          from marketing.red_packet r
          full join taken t on t.user_id = r.user_id and t.packet = r.id
          where t.packet is not null or r.held <> 0 or r.used <> 0
          """);

  /** A coupon says itself which order has it: one, while it is held or used, and none otherwise. */
  private static final Probe ONE_HOLDER =
      Probe.whole(
          "P5",
          "marketing.coupon",
          """
          select 'coupon ' || id as key,
            not ((held_by is not null) = (state in ('held', 'used'))) as bad,
            case when state in ('held', 'used') then 'an order' else 'no order' end as expected,
            coalesce('order ' || held_by, 'no order') as actual
          from marketing.coupon where held_by is not null or state in ('held', 'used')
          """);

  /** Coupons that no order brought are within the limits of their template, and counted. */
  private static final Probe LIMITS =
      Probe.whole(
          "P1",
          "marketing.coupon_template marketing.coupon",
          """
          with out as (
            select template, user_id, count(*) as rows, max(nth) as last from marketing.coupon
            where nth is not null group by 1, 2
          ), sums as (select template, sum(rows)::bigint as rows from out group by 1)
          select 'coupon-template ' || t.id as key,
            not (t.issued = coalesce(s.rows, 0)
              and (t.total_max is null or t.issued <= t.total_max)) as bad,
            format('%s issued, at most %s', coalesce(s.rows, 0), coalesce(t.total_max::text, 'any'))
              as expected,
            format('%s issued', t.issued) as actual
          from marketing.coupon_template t left join sums s on s.template = t.id
          where t.issued <> 0 or s.rows is not null
          union all
          select 'coupon-template ' || o.template || '/' || o.user_id, o.rows <> o.last,
            o.rows || ' coupons, counted to ' || o.rows, 'counted to ' || o.last
          from out o
          """);

  /** An issue of staff gave as many coupons as it says, one to a customer. */
  private static final Probe ISSUES =
      Probe.whole(
          "P1",
          "marketing.coupon_issue marketing.coupon",
          """
          select 'issue ' || i.id as key,
            not (count(c.id) = i.issued and count(distinct c.user_id) = i.issued
              and i.done = i.issued + jsonb_array_length(i.skipped)) as bad,
            format('%s coupons, %s skipped of %s', i.issued, i.done - i.issued, i.done) as expected,
            format('%s coupons, %s skipped', count(c.id), jsonb_array_length(i.skipped)) as actual
          from marketing.coupon_issue i left join marketing.coupon c on c.issue = i.id
          group by i.id
          """);

  private static final String NAMED =
      """
      with named as (
        select o.number, o.state, (d.value->>0)::int as kind, (d.value->>1)::bigint as id,
          (select sum(share::bigint)::bigint from json_array_elements_text(d.value->2) share)
            as amount
        from (
          select number, state, discounts from ordering.orders
          where number >= :first and number < :next and discounts is json array) o
        cross join json_array_elements(o.discounts::json) with ordinality d(value, n)
        where d.n > 1 and (d.value->>0)::int > 1 and d.value->>1 ~ '^[0-9]{1,18}$'
      ), becomes as (
        select *, case when state = 1 then 'held' when state in (7, 8) then 'given back'
          when state = 9 then 'returned' else 'used' end as wanted from named
      )
      """;

  /**
   * What an order names is behind it, as its state says. Refunds return it: all of it once the
   * order is refunded, a coupon then only.
   */
  private static final Probe BEHIND =
      Probe.orders(
          "P5",
          "ordering.orders marketing.coupon marketing.coupon_return marketing.red_packet_take"
              + " points.entry",
          NAMED
              + """
              select b.number || '/coupon ' || b.id as key,
                not coalesce(case
                  when r.coupon is not null then b.wanted in ('used', 'returned')
                    and r.coupon = b.id and c.held_by is distinct from b.number
                  when b.wanted = 'held' then c.state = 'held' and c.held_by = b.number
                  when b.wanted = 'used' then c.state = 'used' and c.held_by = b.number
                  when b.wanted = 'given back' then c.held_by is distinct from b.number
                  else false end, false) as bad,
                b.wanted as expected,
                format('%s by %s%s', coalesce(c.state, 'no coupon'),
                  coalesce(c.held_by::text, 'none'),
                  case when r.coupon is not null then ', returned' end) as actual
              from becomes b
              left join lateral (
                select state, held_by from marketing.coupon where id = b.id offset 0) c on true
              left join (
                select * from marketing.coupon_return
                where order_number >= :first and order_number < :next) r
                on r.order_number = b.number
              where b.kind = 2
              union all
              select b.number || '/points', not coalesce(case b.wanted
                  when 'held' then e.held = b.id and not e.released and not e.used
                  when 'used' then e.held = b.id and not e.released and e.used
                  when 'given back' then e.held = b.id and e.released and not e.used
                  else e.held = b.id and e.used and e.returned = b.id end, false)
                  or (e.returned > 0 and not (e.used and e.returned <= e.held)),
                b.id || ' ' || b.wanted,
                format('%s held%s%s%s', coalesce(e.held, 0),
                  case when e.released then ', released' end, case when e.used then ', used' end,
                  case when e.returned > 0 then format(', %s returned', e.returned) end)
              from becomes b left join (
                select order_number, coalesce(-sum(amount) filter (where kind = 'held'), 0) as held,
                  bool_or(kind = 'released') as released, bool_or(kind = 'used') as used,
                  coalesce(sum(amount) filter (where kind = 'returned'), 0) as returned
                from points.entry where order_number >= :first and order_number < :next
                group by 1) e on e.order_number = b.number
              where b.kind = 3
              union all
              select b.number || '/red packet ' || b.id, not coalesce(t.amount = b.amount
                  and case b.wanted when 'held' then t.state = 'held'
                    when 'used' then t.state = 'used' when 'given back' then t.state = 'released'
                    else t.state = 'used' and t.returned = t.amount end, false),
                b.amount || ' ' || b.wanted,
                coalesce(format('%s %s%s', t.amount, t.state,
                  case when t.returned > 0 then format(', %s returned', t.returned) end),
                  'nothing taken')
              from becomes b left join (
                select * from marketing.red_packet_take
                where order_number >= :first and order_number < :next) t
                on t.order_number = b.number and t.packet = b.id
              where b.kind = 4
              """);

  /** And nothing else is. */
  private static final Probe NAMED_BY_ITS_ORDER =
      Probe.orders(
          "P5",
          "ordering.orders marketing.coupon_return marketing.red_packet_take points.entry",
          NAMED
              + """
              select e.order_number || '/points' as key, b.number is null as bad,
                'an order that names them' as expected,
                e.kind || ' by ' || e.order_number as actual
              from points.entry e
              left join becomes b on b.number = e.order_number and b.kind = 3
              where e.kind in ('held', 'returned') and e.order_number >= :first and e.order_number < :next
              union all
              select t.order_number || '/red packet ' || t.packet, b.number is null,
                'an order that names it', t.state || ' by ' || t.order_number
              from marketing.red_packet_take t
              left join becomes b
                on b.number = t.order_number and b.kind = 4 and b.id = t.packet
              where t.order_number >= :first and t.order_number < :next
              union all
              select r.order_number || '/coupon ' || r.coupon, b.number is null,
                'an order that names it', 'returned by ' || r.order_number
              from marketing.coupon_return r
              left join becomes b
                on b.number = r.order_number and b.kind = 2 and b.id = r.coupon
              where r.order_number >= :first and r.order_number < :next
              """);

  private static final Probe ONE_ORDER =
      Probe.whole(
          "P5",
          "ordering.orders marketing.coupon reporting.retired_month",
          """
          select c.id::text as key,
            not coalesce(position('[2,"' || c.id || '",' in o.discounts) > 0, false) as bad,
            'an order that names it' as expected,
            format('%s by %s', c.state, coalesce(o.number::text, 'no order')) as actual
          from marketing.coupon c
          left join lateral (
            select number, discounts from ordering.orders where number = c.held_by offset 0) o
            on true
          where c.held_by is not null and not exists (
            -- Of an order that has left the database its month's sums tell.
            select from reporting.retired_month m where m.state in ('retired', 'dropped')
              and c.held_by >= m.first_number and c.held_by < m.next_number)
          """);

  private PerkProbes() {}

  static List<Probe> ranged() {
    return List.of(ONE_GRANT, POINTS_SETTLED, BEHIND, NAMED_BY_ITS_ORDER);
  }

  static List<Probe> whole() {
    return List.of(BALANCE, PACKETS, ONE_HOLDER, ONE_ORDER, LIMITS, ISSUES);
  }
}
