package io.tidegate.server.audit;

import java.util.List;

/** Questions about what refunds take back of points, coupons and red packets. */
final class ReclaimProbes {

  private static final String TABLES =
      "ordering.orders points.entry points.reclaim marketing.coupon marketing.coupon_reclaim"
          + " marketing.red_packet marketing.red_packet_reclaim";

  private static final String RECLAIMS =
      """
      with reclaim as (
        select 'points' as kind, order_number, refund, taken, lacking, state, deducted, paid
        from points.reclaim where order_number >= :first and order_number < :next
        union all
        select 'coupon', order_number, refund, taken, lacking, state, deducted, paid
        from marketing.coupon_reclaim where order_number >= :first and order_number < :next
        union all
        select 'red packet', order_number, refund, taken, lacking, state, deducted, paid
        from marketing.red_packet_reclaim where order_number >= :first and order_number < :next
      ), brought as (
        select 'points' as kind, order_number, amount from points.entry
        where kind = 'earned' and order_number >= :first and order_number < :next
        union all
        select 'coupon', order_number, count(*) from marketing.coupon
        where order_number >= :first and order_number < :next group by order_number
        union all
        select 'red packet', order_number, amount from marketing.red_packet
        where order_number >= :first and order_number < :next
      )
      """;

  /** All refunds of an order together take what it brought, and never more. */
  private static final Probe RECLAIMED =
      Probe.orders(
          "P2",
          TABLES,
          RECLAIMS
              + """
              , live as (
                select kind, order_number, sum(taken + lacking)::bigint as whole from reclaim
                where state <> 'released' group by 1, 2
              )
              select b.order_number || '/' || b.kind as key,
                not case when o.state = 9 then coalesce(l.whole, 0) = b.amount
                  else coalesce(l.whole, 0) <= b.amount end as bad,
                case when o.state = 9 then 'all of ' else 'at most ' end || b.amount as expected,
                coalesce(l.whole, 0)::text as actual
              from brought b
              left join live l on l.kind = b.kind and l.order_number = b.order_number
              left join (select * from ordering.orders where number >= :first and number < :next) o
                on o.number = b.order_number
              where l.whole is not null or o.state = 9
              """);

  /** A coupon is where its order's refunds say. */
  private static final Probe COUPONS =
      Probe.orders(
          "P2",
          "marketing.coupon marketing.coupon_reclaim",
          """
          with taken as (
            select coupon, count(*) as refunds from marketing.coupon_reclaim
            where taken = 1 and state <> 'released'
              and order_number >= :first and order_number < :next group by 1
          )
          select c.order_number || '/coupon ' || c.id as key,
            not (coalesce(t.refunds, 0) = case c.state when 'reclaimed' then 1 else 0 end) as bad,
            format('taken by %s refunds', case c.state when 'reclaimed' then 1 else 0 end)
              as expected,
            format('by %s', coalesce(t.refunds, 0)) as actual
          from marketing.coupon c left join taken t on t.coupon = c.id
          where c.order_number >= :first and c.order_number < :next
            and (c.state = 'reclaimed' or t.coupon is not null)
          """);

  /** What is taken back has come, so none comes after its reclaim. */
  private static final Probe NONE_LATER =
      Probe.orders(
          "P3",
          TABLES,
          RECLAIMS
              + """
              select format('%s/%s/%s', r.order_number, r.refund, r.kind) as key,
                b.kind is null as bad, 'a grant' as expected,
                case when b.kind is null then 'none yet' else 'a grant' end as actual
              from reclaim r
              left join brought b on b.kind = r.kind and b.order_number = r.order_number
              """);

  /** What was spent is deducted or owed, and no more of it is paid than is owed. */
  private static final Probe SPENT =
      Probe.orders(
          "P4",
          TABLES,
          RECLAIMS
              + """
              select format('%s/%s/%s', order_number, refund, kind) as key,
                not (deducted >= 0 and paid >= 0 and deducted + paid <= lacking
                  and (paid = 0 or state = 'confirmed')) as bad,
                format('%s lacking, deducted or owed', lacking) as expected,
                format('%s deducted, %s paid, %s', deducted, paid, state) as actual
              from reclaim
              """);

  /** What pays debts came in: points, red packets and coupons are withheld for them. */
  private static final Probe PAID =
      Probe.whole(
          "P4",
          "points.entry points.reclaim marketing.coupon marketing.coupon_reclaim"
              + " marketing.red_packet marketing.red_packet_reclaim",
          """
          with paid as (
            select user_id, 'points' as what, sum(paid) as paid from points.reclaim group by 1
            union all
            select user_id, 'coupon ' || template, sum(paid) from marketing.coupon_reclaim
            group by 1, 2
            union all
            select user_id, 'red packet ' || currency, sum(paid) from marketing.red_packet_reclaim
            group by 1, 2
          ), withheld as (
            select user_id, 'points' as what, -sum(amount) as amount from points.entry
            where kind = 'repaid' group by 1
            union all
            select user_id, 'coupon ' || template, count(*) from marketing.coupon
            where state = 'withheld' group by 1, 2
            union all
            select user_id, 'red packet ' || currency, sum(withheld) from marketing.red_packet
            where withheld <> 0 group by 1, 2
          )
          select format('%s/%s', coalesce(p.user_id, w.user_id), coalesce(p.what, w.what)) as key,
            coalesce(p.paid, 0) <> coalesce(w.amount, 0) as bad,
            coalesce(p.paid, 0) || ' withheld' as expected,
            coalesce(w.amount, 0) || ' withheld' as actual
          from paid p full join withheld w on w.user_id = p.user_id and w.what = p.what
          where coalesce(p.paid, 0) <> 0 or coalesce(w.amount, 0) <> 0
          """);

  /** What a refund takes of points leaves the balance by an entry, and comes back by one. */
  private static final Probe ENTERED =
      Probe.orders(
          "P6",
          "points.entry points.reclaim",
          """
          with entered as (
            select order_number, refund,
              coalesce(-sum(amount) filter (where kind = 'reclaimed'), 0) as taken,
              coalesce(sum(amount) filter (where kind = 'restored'), 0) as restored
            from points.entry
            where kind in ('reclaimed', 'restored')
              and order_number >= :first and order_number < :next group by 1, 2
          ), reclaim as (
            select order_number, refund, taken,
              case state when 'released' then taken else 0 end as restored
            from points.reclaim where order_number >= :first and order_number < :next
          )
          select format('%s/%s', coalesce(r.order_number, e.order_number),
              coalesce(r.refund, e.refund)) as key,
            not (coalesce(r.taken, 0) = coalesce(e.taken, 0)
              and coalesce(r.restored, 0) = coalesce(e.restored, 0)) as bad,
            format('%s taken, %s restored', coalesce(r.taken, 0), coalesce(r.restored, 0))
              as expected,
            format('%s taken, %s restored', coalesce(e.taken, 0), coalesce(e.restored, 0)) as actual
          from reclaim r
          full join entered e on e.order_number = r.order_number and e.refund = r.refund
          """);

  /** What refunds take of a packet and give back to it. */
  private static final Probe PACKETS =
      Probe.orders(
          "P6",
          "marketing.red_packet marketing.red_packet_reclaim marketing.red_packet_take"
              + " marketing.red_packet_return",
          """
          with taken as (
            select order_number, sum(taken)::bigint as taken from marketing.red_packet_reclaim
            where state <> 'released' and order_number >= :first and order_number < :next group by 1
          ), returned as (
            select order_number, packet, user_id, sum(amount)::bigint as amount
            from marketing.red_packet_return
            where order_number >= :first and order_number < :next group by 1, 2, 3
          ), take as (
            select * from marketing.red_packet_take
            where order_number >= :first and order_number < :next
          )
          select r.order_number || '/red packet' as key,
            r.reclaimed <> coalesce(t.taken, 0) as bad,
            coalesce(t.taken, 0) || ' reclaimed' as expected, r.reclaimed || ' reclaimed' as actual
          from marketing.red_packet r left join taken t on t.order_number = r.order_number
          where r.order_number >= :first and r.order_number < :next
            and (r.reclaimed <> 0 or t.order_number is not null)
          union all
          select format('%s/red packet %s', coalesce(k.order_number, b.order_number),
              coalesce(k.packet, b.packet)),
            coalesce(k.returned, 0) <> coalesce(b.amount, 0),
            coalesce(b.amount, 0) || ' returned', coalesce(k.returned, 0) || ' returned'
          from take k full join returned b on b.order_number = k.order_number
            and b.packet = k.packet and b.user_id = k.user_id
          where coalesce(k.returned, 0) <> 0 or b.packet is not null
          """);

  private ReclaimProbes() {}

  static List<Probe> ranged() {
    return List.of(RECLAIMED, COUPONS, NONE_LATER, SPENT, ENTERED, PACKETS);
  }

  static List<Probe> whole() {
    return List.of(PAID);
  }
}
