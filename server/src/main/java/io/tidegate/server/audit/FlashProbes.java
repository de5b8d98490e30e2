package io.tidegate.server.audit;

import java.util.List;

/**
 * S4: sales with pools of their own. What pools have free is compared where stock is: StockSums.
 */
final class FlashProbes {

  /** Each grant is its order's one line, and in the state of the order. */
  private static final Probe GRANTED =
      Probe.orders(
          "S4",
          "flashsale.grant ordering.orders",
          """
          with granted as (
            select g.*, o.number, o.user_id as buyer, l.*,
              case when o.state = 1 then 'held' when o.state in (7, 8) then 'released'
                when o.state = 9 then 'refunded' else 'paid' end as wanted
            from flashsale.grant g
            left join ordering.orders o on o.number = g.order_number
            left join lateral (
              select count(*) as lines, min(i->>0) as line_sku, min((i->>2)::bigint) as pieces,
                min((i->>5)::bigint) as line_pool
              from json_array_elements(case when o.items is json array then o.items::json end)
                with ordinality as e(i, n) where n > 1) l on true
            where g.order_number >= :first and g.order_number < :next
          )
          select order_number::text as key,
            not (number is not null and lines = 1 and buyer = user_id and line_sku = sku
                 and pieces = quantity and line_pool = pool and wanted = state) as bad,
            case when number is null then 'no grant'
              else format('%s of %s from pool %s, user %s, %s', pieces, line_sku, line_pool, buyer,
                          wanted) end as expected,
            format('%s of %s from pool %s, user %s, %s', quantity, sku, pool, user_id, state)
              as actual
          from granted
          """);

  /** No more is granted than was set aside, and of an open pool all that is not free. */
  private static final Probe POOLS =
      Probe.whole(
          "S4",
          "inventory.pool flashsale.grant ordering.refunded_line reporting.retired_month"
              + " reporting.opening",
          """
          with back as (
            select order_number, sum(quantity) as pieces
            from ordering.refunded_line where restocked group by 1
          ), retired as (
            select month, first_number, next_number from reporting.retired_month
            where state in ('retired', 'dropped')
          ), granted as (
            select pool, sum(live) as live from (
              select g.pool, g.quantity - coalesce(b.pieces, 0) as live
              from flashsale.grant g left join back b on b.order_number = g.order_number
              where g.state in ('held', 'paid') and not exists (
                select from retired m
                where g.order_number >= m.first_number and g.order_number < m.next_number)
              union all
              -- What orders have that have left the database.
              select o.key::bigint, o.amount from reporting.opening o join retired m using (month)
              where o.what = 'pool') x
            group by 1
          )
          select 'pool ' || p.id as key,
            not case when p.open then coalesce(g.live, 0) = p.allocation - p.free
                else coalesce(g.live, 0) <= p.allocation end as bad,
            case when p.open then format('%s granted', p.allocation - p.free)
              else format('at most %s granted', p.allocation) end as expected,
            format('%s granted', coalesce(g.live, 0)) as actual
          from inventory.pool p left join granted g on g.pool = p.id
          """);

  private static final Probe LIMITS =
      Probe.whole(
          "S4",
          "flashsale.grant flashsale.item",
          """
          select format('sale %s, user %s, %s', g.sale, g.user_id, g.sku) as key,
            not (sum(g.quantity) <= min(i.per_user)) as bad,
            'at most ' || coalesce(min(i.per_user), 0) as expected,
            sum(g.quantity)::text as actual
          from flashsale.grant g
          left join flashsale.item i on i.sale = g.sale and i.sku = g.sku
          where g.state <> 'released'
          group by g.sale, g.user_id, g.sku
          """);

  /** A warm sale has open pools as large as its allocations; no other pool is open. */
  private static final Probe GOODS =
      Probe.whole(
          "S4",
          "inventory.pool flashsale.item flashsale.sale",
          """
          select case when i.sale is null then 'pool ' || p.id
              else format('sale %s, %s', i.sale, i.sku) end as key,
            not case when i.sale is null then false
                when i.pool is null then s.stage <> 'warm'
                else p.sku = i.sku and p.allocation = i.allocation and p.open = (s.stage = 'warm')
                end as bad,
            case when i.sale is null then 'a sale'
              else format('%s %s in %s', i.allocation, i.sku,
                case s.stage when 'warm' then 'an open pool' else 'no open pool' end) end
              as expected,
            case when i.sale is null then 'none'
              else coalesce(format('%s %s in %s pool %s', p.allocation, p.sku,
                case when p.open then 'open' else 'closed' end, p.id), 'no pool') end as actual
          from inventory.pool p
          full join flashsale.item i on i.pool = p.id
          left join flashsale.sale s on s.id = i.sale
          """);

  /** Its pieces are everybody's soon after its end. */
  private static final Probe ENDED =
      Probe.whole(
          "S4",
          "flashsale.sale",
          """
          select 'sale ' || s.id as key,
            s.stage in ('planned', 'warm') and s.ends_at < now() - interval '60 seconds' as bad,
            'over since ' || s.ends_at as expected, s.stage as actual
          from flashsale.sale s
          """);

  /**
   * Who won a draw has an order with its grant; who lost has neither, and nobody is kept of whom;
   * who waits has a consignee only. While a draw is settled an order may be there before its entry
   * knows.
   */
  private static final Probe ENTERED =
      Probe.orders(
          "S4",
          "flashsale.entry flashsale.sale flashsale.grant ordering.orders customer.consignee",
          """
          with entered as (
            select e.number, e.state,
              s.draw_at <= now() or s.stage in ('ended', 'stopped') as due,
              concat_ws(', ',
                case when o.number is null then 'no order' else 'an order' end,
                case when g.order_number is null then 'no grant'
                  when (g.sale, g.sku, g.user_id, g.quantity)
                    = (e.sale, e.sku, e.user_id, e.quantity) then 'its grant'
                  else 'another grant' end,
                -- A winner's is the order's: it may be erased, and be there.
                case when e.state = 'won' then null
                  when c.order_number is null then 'no consignee'
                  else 'a consignee' end) as has
            from flashsale.entry e
            join flashsale.sale s on s.id = e.sale
            left join flashsale.grant g
              on g.order_number = e.number and g.order_number >= :first and g.order_number < :next
            left join ordering.orders o
              on o.number = e.number and o.number >= :first and o.number < :next
            left join customer.consignee c
              on c.order_number = e.number and c.order_number >= :first and c.order_number < :next
            where e.number >= :first and e.number < :next
          ), told as (
            select *, case state when 'won' then 'an order, its grant'
                when 'lost' then 'no order, no grant, no consignee'
                else 'no order, no grant, a consignee' end as wanted
            from entered
          )
          select number::text as key, has <> wanted and not (state = 'entered' and due) as bad,
            format('%s: %s', state, wanted) as expected, format('%s: %s', state, has) as actual
          from told
          """);

  /** Nobody gets goods of a draw who did not enter it. */
  private static final Probe DRAWN =
      Probe.orders(
          "S4",
          "flashsale.grant flashsale.sale flashsale.entry",
          """
          select g.order_number::text as key, e.number is null as bad,
            'an entry of sale ' || g.sale as expected, coalesce(e.state, 'none') as actual
          from flashsale.grant g
          join flashsale.sale s on s.id = g.sale and s.mode = 'draw'
          left join flashsale.entry e
            on e.number = g.order_number and e.number >= :first and e.number < :next
          where g.order_number >= :first and g.order_number < :next
          """);

  /** All entries are counted, no more win than were drawn, and soon after that nobody waits. */
  private static final Probe DRAWS =
      Probe.whole(
          "S4",
          "flashsale.draw flashsale.sale flashsale.entry",
          """
          with entered as (
            select sale, count(*) as entries, count(*) filter (where state = 'won') as won,
              count(*) filter (where state = 'entered') as waiting
            from flashsale.entry group by sale
          ), counted as (
            select d.sale, d.entries as wanted, coalesce(d.winners, 0) as winners,
              coalesce(e.entries, 0) as entries, coalesce(e.won, 0) as won,
              coalesce(e.waiting, 0) as waiting,
              d.settled_at is not null or s.draw_at < now() - interval '60 seconds' as over
            from flashsale.draw d join flashsale.sale s on s.id = d.sale
            left join entered e on e.sale = d.sale
          )
          select 'sale ' || sale as key,
            not (entries = wanted and won <= winners and not (over and waiting > 0)) as bad,
            format('%s entries, at most %s won%s', wanted, winners,
              case when over then ', none waits' end) as expected,
            format('%s entries, %s won, %s wait', entries, won, waiting) as actual
          from counted
          """);

  private FlashProbes() {}

  static List<Probe> whole() {
    return List.of(POOLS, LIMITS, GOODS, ENDED, DRAWS);
  }

  static List<Probe> ranged() {
    return List.of(GRANTED, ENTERED, DRAWN);
  }
}
