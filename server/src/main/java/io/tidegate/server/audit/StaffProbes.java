package io.tidegate.server.audit;

import java.util.List;

/** C6: what staff did is in the record of acts. */
final class StaffProbes {

  /** A stock system's feed moves as much in a day as staff in years. */
  private static final Probe STOCK =
      Probe.ids(
          "C6",
          "inventory.movement staff.act",
          """
          select 'movement ' || m.id as key, count(a.id) <> 1 as bad,
            'one act of ' || m.actor as expected, count(a.id) || ' acts' as actual
          from (select * from inventory.movement where id >= :first and id < :next) m
          left join (
            select *, (detail->>'movement')::bigint as movement from staff.act
            where act = 'stock.adjust' and (detail->>'movement')::bigint >= :first
              and (detail->>'movement')::bigint < :next) a
            on a.movement = m.id and a.subject = 'sku ' || m.sku and a.actor = m.actor
              and (a.detail->>'delta')::bigint = m.delta
          group by m.id, m.actor
          """);

  /** SKUs are edited and priced by staff only, and each time raises the version. */
  private static final Probe PRICES =
      Probe.whole(
          "C6",
          "catalog.sku staff.act",
          """
          with act as (
            select subject, count(*) as rows, count(distinct detail->>'version') as versions,
              max((detail->>'version')::int) as last
            from staff.act where act in ('price.set', 'sku.edit') group by 1
          )
          select 'sku ' || s.code as key,
            not (coalesce(a.rows, 0) = s.version - 1
              and (s.version = 1 or a.versions = a.rows and a.last = s.version)) as bad,
            s.version - 1 || ' acts' as expected, coalesce(a.rows, 0) || ' acts' as actual
          from catalog.sku s left join act a on a.subject = 'sku ' || s.code
          where s.version > 1 or a.subject is not null
          """);

  /** Freight is edited by staff only, and each time raises the version; new couriers begin at 1. */
  private static final Probe FREIGHT =
      Probe.whole(
          "C6",
          "fulfilment.courier staff.act",
          """
          with act as (
            select subject, count(distinct detail->>'version') as versions,
              max((detail->>'version')::int) as last
            from staff.act where act = 'freight.set' and (detail->>'version')::int > 1 group by 1
          )
          select 'courier ' || c.id as key,
            not (coalesce(a.versions, 0) = c.version - 1 and coalesce(a.last, 1) = c.version) as bad,
            c.version - 1 || ' acts' as expected, coalesce(a.versions, 0) || ' acts' as actual
          from fulfilment.courier c left join act a on a.subject = 'courier ' || c.id
          where c.version > 1 or a.subject is not null
          """);

  /** Each version of a product after its first is an act of staff. */
  private static final Probe PRODUCTS =
      Probe.whole(
          "C6",
          "catalog.product staff.act",
          """
          with act as (
            select subject, count(*) as rows, max((detail->>'version')::int) as last
            from staff.act where act = 'product.edit' group by 1
          )
          select 'product ' || p.id as key,
            not (coalesce(a.rows, 0) = p.version - 1 and coalesce(a.last, 1) = p.version) as bad,
            p.version - 1 || ' acts' as expected, coalesce(a.rows, 0) || ' acts' as actual
          from catalog.product p left join act a on a.subject = 'product ' || p.id
          where p.version > 1 or a.subject is not null
          """);

  /**
   * Price lists and promotions are made, edited and withdrawn by staff: each raises the version.
   */
  private static final Probe PROMOTIONS =
      Probe.whole(
          "C6",
          "promotion.price_list promotion.promotion staff.act",
          """
          with act as (
            select subject, count(*) as rows from staff.act
            where act like 'price-list.%' or act like 'promotion.%' group by 1
          ), made as (
            select 'price-list ' || id as subject, version from promotion.price_list
            union all select 'promotion ' || id, version from promotion.promotion
          )
          select m.subject as key, coalesce(a.rows, 0) <> m.version as bad,
            m.version || ' acts' as expected, coalesce(a.rows, 0) || ' acts' as actual
          from made m left join act a on a.subject = m.subject
          """);

  private static final Probe DEAD_LETTERS =
      Probe.whole(
          "C6",
          "messaging.dead_letter staff.act",
          """
          with act as (
            select distinct subject, actor from staff.act where act = 'dead-letter.discard'
          )
          select 'dead-letter ' || d.id as key, a.subject is null as bad,
            'an act of ' || coalesce(d.closed_by, 'nobody') as expected, 'none' as actual
          from messaging.dead_letter d
          left join act a on a.subject = 'dead-letter ' || d.id and a.actor = d.closed_by
          where d.state = 'discarded'
          """);

  /** Templates are made and edited by staff only; those that ship with the program are not made. */
  private static final Probe COUPON_TEMPLATES =
      Probe.whole(
          "C6",
          "marketing.coupon_template staff.act",
          """
          with act as (
            select subject, count(*) as rows, count(distinct detail->>'version') as versions,
              max((detail->>'version')::int) as last
            from staff.act where act = 'coupon-template.edit' group by 1
          )
          select 'coupon-template ' || t.id as key,
            not (coalesce(a.rows, 0) = t.version - 1
              and (t.version = 1 or a.versions = a.rows and a.last = t.version)) as bad,
            t.version - 1 || ' acts' as expected, coalesce(a.rows, 0) || ' acts' as actual
          from marketing.coupon_template t
          left join act a on a.subject = 'coupon-template ' || t.id
          where t.version > 1 or a.subject is not null
          """);

  private static final Probe COUPON_ISSUES =
      Probe.whole(
          "C6",
          "marketing.coupon_issue staff.act",
          """
          with act as (
            select detail->>'issue' as issue, actor, sum((detail->>'asked')::int) as asked,
              sum((detail->>'issued')::int) as issued
            from staff.act where act = 'coupon.issue' group by 1, 2
          )
          select 'issue ' || i.id as key,
            not (coalesce(a.asked, 0) = i.done and coalesce(a.issued, 0) = i.issued) as bad,
            format('acts of %s: %s of %s issued', i.actor, i.issued, i.done) as expected,
            format('%s of %s', coalesce(a.issued, 0), coalesce(a.asked, 0)) as actual
          from marketing.coupon_issue i
          left join act a on a.issue = i.id::text and a.actor = i.actor
          """);

  /** What became of a parked capture is the act of the person who decided it. */
  private static final Probe PARKED =
      Probe.whole(
          "C6",
          "payment.capture staff.act",
          """
          with act as (
            select distinct act, subject, detail->>'provider' as provider,
              detail->>'transaction' as transaction
            from staff.act where act in ('parked.return', 'parked.dismiss')
          )
          select 'parked ' || c.order_number || '/' || c.transaction as key,
            a.subject is null as bad, 'an act of a person' as expected, 'none' as actual
          from payment.capture c
          left join act a
            on a.act = case c.decided when 1 then 'parked.return' else 'parked.dismiss' end
              and a.subject = 'order ' || c.order_number and a.provider = c.provider
              and a.transaction = c.transaction
          where c.decided is not null
          """);

  /** Staff plan each sale, and stop those that are stopped. */
  private static final Probe SALES =
      Probe.whole(
          "C6",
          "flashsale.sale staff.act",
          """
          with act as (
            select subject, count(*) filter (where act = 'sale.plan') as planned,
              count(*) filter (where act = 'sale.stop') as stopped
            from staff.act where act in ('sale.plan', 'sale.stop') group by 1
          )
          select 'sale ' || s.id as key,
            not (a.planned = 1 and a.stopped = (s.stage = 'stopped')::int) as bad,
            'acts: 1 planned, ' || (s.stage = 'stopped')::int || ' stopped' as expected,
            format('%s planned, %s stopped', coalesce(a.planned, 0), coalesce(a.stopped, 0))
              as actual
          from flashsale.sale s left join act a on a.subject = 'sale ' || s.id
          """);

  private StaffProbes() {}

  static List<Probe> whole() {
    return List.of(
        STOCK,
        PRICES,
        PRODUCTS,
        PROMOTIONS,
        FREIGHT,
        DEAD_LETTERS,
        COUPON_TEMPLATES,
        COUPON_ISSUES,
        PARKED,
        SALES);
  }
}
