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
            where order_number >= :first and order_number < :next group by 1, 2
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

  private static final Probe RECLAIMED =
      Probe.orders(
          "P2",
          TABLES,
          """
          with point as (
            select order_number, coalesce(sum(amount) filter (where kind = 'earned'), 0) as earned,
              coalesce(-sum(amount) filter (where kind = 'reclaimed'), 0) as reclaimed,
              bool_or(kind = 'reclaimed') as has_reclaim, bool_or(before_grant) as before_grant
            from points.entry where order_number >= :first and order_number < :next
            group by 1
          )
          select p.order_number || '/points' as key,
            not (case when o.state = 9 then p.has_reclaim else true end
              and (p.before_grant or p.reclaimed <= p.earned)) as bad,
            format('at most %s%s', p.earned, case when o.state = 9 then ', reclaimed' end)
              as expected,
            case when p.has_reclaim then p.reclaimed::text else 'not reclaimed' end as actual
          from point p
          left join (select * from ordering.orders where number >= :first and number < :next) o
            on o.number = p.order_number
          where p.has_reclaim or o.state = 9
          union all
          select c.order_number || '/coupon ' || c.template, c.state in ('granted', 'held'),
            'reclaimed', c.state
          from marketing.coupon c
          join (select * from ordering.orders where number >= :first and number < :next) o
            on o.number = c.order_number
          where o.state = 9 and c.order_number >= :first and c.order_number < :next
          union all
          select r.order_number || '/red packet', r.state in ('granted', 'held'), 'reclaimed',
            r.state
          from marketing.red_packet r
          join (select * from ordering.orders where number >= :first and number < :next) o
            on o.number = r.order_number
          where o.state = 9 and r.order_number >= :first and r.order_number < :next
          """);

  private static final Probe NET_ZERO =
      Probe.orders(
          "P3",
          "points.entry",
          """
          select b.order_number || '/points' as key,
            coalesce(sum(e.amount), 0) <> 0 as bad, '0' as expected,
            coalesce(sum(e.amount), 0)::text as actual
          from points.entry b
          join (select * from points.entry where order_number >= :first and order_number < :next) e
            on e.order_number = b.order_number
          where b.kind = 'reclaimed' and b.before_grant
            and b.order_number >= :first and b.order_number < :next
          group by b.order_number
          """);

  private static final Probe BALANCE =
      Probe.whole(
          "P6",
          "points.account points.entry",
          """
          with sums as (select user_id, sum(amount) as amount from points.entry group by 1)
          select coalesce(a.user_id, s.user_id)::text as key,
            not (coalesce(a.balance, 0) >= 0
              and coalesce(a.balance, 0) = coalesce(s.amount, 0)) as bad,
            'balance ' || coalesce(s.amount, 0) || ', not below 0' as expected,
            'balance ' || coalesce(a.balance::text, 'of no account') as actual
          from points.account a full join sums s on s.user_id = a.user_id
          """);

  private PerkProbes() {}

  static List<Probe> ranged() {
    return List.of(ONE_GRANT, RECLAIMED, NET_ZERO);
  }

  static List<Probe> whole() {
    return List.of(BALANCE);
  }
}
