package io.tidegate.server.audit;

import java.util.List;

/**
 * Questions about money. Verdicts of captures: 1 paid, 2 second, 3 late, 4 parked. States of
 * refunds: 4 needs a person, 5 succeeded, 6 reversed, 7 ended; ends: 1 replaced, 2 by hand, 3 given
 * up. Reasons: 1 second, 2 late, 3 customer, 4 parked.
 */
final class MoneyProbes {

  private static final String OF_RANGE = "order_number >= :first and order_number < :next";

  /**
   * Of each order: what paid it, what its customer's refunds brought back (with what was deducted
   * from them), and what else was captured and has gone back, waits for a person or was given up;
   * of parked captures those that a person sent back. What went back after its end counts again.
   */
  private static final Probe NO_FEN_ASTRAY =
      Probe.orders(
          "M2",
          "ordering.orders payment.capture payment.refund payment.ledger",
          """
          with taken as (
            select order_number, coalesce(sum(amount) filter (where verdict = 1), 0) as paid,
              coalesce(sum(amount) filter (where verdict in (2, 3)), 0)
                + coalesce(sum(coalesce(taken_amount, amount))
                  filter (where verdict = 4 and decided = 1), 0) as over
            from payment.capture where %1$s group by 1
          ), back as (
            select order_number,
              coalesce(sum(amount * ((state = 5 or coalesce(ended, 0) = 2)::int + late))
                filter (where reason = 3), 0) as refunded,
              coalesce(sum(amount * ((state in (4, 5, 6) or coalesce(ended, 0) in (2, 3))::int + late))
                filter (where reason <> 3), 0) as over
            from (
              select *, (state = 7 and succeeded_at is not null and reversed_at is null)::int as late
              from payment.refund where %1$s) r
            group by 1
          ), spent as (
            select order_number, sum(case when credit = 'perks_deducted' then amount
              else -amount end) as deducted
            from payment.ledger
            where %1$s and (credit = 'perks_deducted' or debit = 'perks_deducted') group by 1
          ), wanted as (
            select o.number, case when o.state in (2, 3, 4, 5, 6, 9) then o.total else 0 end as paid,
              case when o.state = 9 then o.total else o.refunded_total end as refunded
            from ordering.orders o where o.number >= :first and o.number < :next
          )
          select coalesce(w.number, t.order_number, b.order_number, s.order_number)::text as key,
            not (w.number is not null and coalesce(t.paid, 0) = w.paid
              and coalesce(b.refunded, 0) + coalesce(s.deducted, 0) = w.refunded
              and coalesce(b.over, 0) = coalesce(t.over, 0)) as bad,
            format('captured for it %%s, refunded %%s; back of what was too much %%s',
              coalesce(w.paid, 0), coalesce(w.refunded, 0), coalesce(t.over, 0)) as expected,
            format('captured for it %%s, refunded %%s and deducted %%s; back of what was too much'
              ' %%s', coalesce(t.paid, 0), coalesce(b.refunded, 0), coalesce(s.deducted, 0),
              coalesce(b.over, 0)) as actual
          from wanted w
          full join taken t on t.order_number = w.number
          full join back b on b.order_number = coalesce(w.number, t.order_number)
          full join spent s on s.order_number = coalesce(w.number, t.order_number, b.order_number)
          where w.number is null or w.paid > 0 or t.order_number is not null
            or b.order_number is not null or s.order_number is not null
          """
              .formatted(OF_RANGE));

  private static final Probe ONLY_THE_RIGHT_AMOUNT =
      Probe.orders(
          "M3",
          "ordering.orders payment.capture payment.attempt",
          """
          select c.order_number || '/' || c.transaction as key,
            not coalesce(a.provider = c.provider and case c.verdict
              when 1 then c.amount = o.total and c.currency = o.currency
                and a.amount = c.amount and a.currency = c.currency and a.state = 4
              else o.paid_at is null or exists (
                select 1 from payment.capture p
                where p.order_number = c.order_number and p.verdict = 1) end, false) as bad,
            case c.verdict when 1 then format('%s %s by %s', o.total, o.currency, a.provider)
              else 'pays nothing' end as expected,
            format('%s %s by %s, attempt %s in state %s, order in state %s', c.amount, c.currency,
              c.provider, c.attempt, coalesce(a.state::text, 'none'),
              coalesce(o.state::text, 'none')) as actual
          from payment.capture c
          left join (select * from ordering.orders where number >= :first and number < :next) o
            on o.number = c.order_number
          left join (
            select * from payment.attempt where order_number >= :first and order_number < :next) a
            on a.order_number = c.order_number and a.seq = c.attempt
          where c.verdict in (1, 4) and c.order_number >= :first and c.order_number < :next
          """);

  /**
   * What providers took and gave back, and what is owed and parked, against what the ledger says: a
   * refund owes its amount once, under the first of its numbers.
   */
  private static final Probe POSTED =
      Probe.orders(
          "M10",
          "payment.capture payment.refund payment.ledger",
          """
          with wanted as (
            select order_number, debit, credit, amount, currency, reference, count(*) as rows
            from (
              select order_number, 'provider:' || provider as debit,
                case verdict when 1 then 'orders' when 4 then 'parked' else 'refunds_owed' end
                  as credit,
                amount, currency, order_number || 'p' || attempt as reference
              from payment.capture where %1$s
              union all
              select c.order_number, x.debit, x.credit, x.amount, x.currency,
                c.order_number || 'p' || c.attempt
              from payment.capture c
              cross join lateral (
                select 'parked' as debit, 'provider:' || c.provider as credit, c.amount, c.currency
                where c.taken_amount is not null
                union all
                select 'provider:' || c.provider, 'parked', c.taken_amount, c.taken_currency
                where c.taken_amount is not null
                union all
                select 'parked', case c.parked_why when 2 then 'provider:' || c.provider
                  else 'kept' end, c.amount, c.currency
                where c.decided = 2) x
              where c.%1$s and c.verdict = 4
              union all
              select r.order_number, x.debit, x.credit, r.amount, r.currency,
                r.order_number || 'r' || r.seq
              from payment.refund r
              cross join lateral (
                select case r.reason when 3 then 'orders' else 'parked' end as debit,
                  'refunds_owed' as credit
                where r.reason in (3, 4) and r.replaces is null
                union all
                select case when r.state = 7 and r.reversed_at is null then 'refunds_undue'
                  else 'refunds_owed' end, 'provider:' || r.provider
                where r.succeeded_at is not null
                union all
                select 'provider:' || r.provider, 'refunds_owed' where r.reversed_at is not null
                union all
                select 'refunds_owed', case when r.ended = 2 then 'by_hand'
                  when r.reason = 3 then 'orders' else 'kept' end
                where r.ended in (2, 3)) x
              where r.%1$s) x
            group by 1, 2, 3, 4, 5, 6
          ), posted as (
            select order_number, debit, credit, amount, currency, reference, count(*) as rows
            from payment.ledger
            where %1$s and (debit like 'provider:%%' or credit like 'provider:%%'
              or debit in ('refunds_owed', 'parked', 'by_hand', 'kept')
              or credit in ('refunds_owed', 'parked', 'by_hand', 'kept'))
            group by 1, 2, 3, 4, 5, 6
          )
          select reference as key,
            coalesce(w.rows, 0) <> coalesce(p.rows, 0) as bad,
            format('%%s times %%s %%s from %%s to %%s', coalesce(w.rows, 0), amount, currency, credit,
              debit) as expected,
            coalesce(p.rows, 0) || ' times' as actual
          from wanted w
          full join posted p using (order_number, debit, credit, amount, currency, reference)
          """
              .formatted(OF_RANGE));

  /** What discounts paid of orders that are paid, against what the ledger says of it. */
  private static final Probe GIVEN =
      Probe.orders(
          "M10",
          "ordering.orders payment.ledger",
          """
          with wanted as (
            select o.number as order_number, o.currency,
              case (d.value->>0)::int when 1 then 'promotions' when 2 then 'coupons'
                when 3 then 'points' else 'red_packets' end as debit,
              case (d.value->>0)::int when 1 then 'promotion' when 2 then 'coupon'
                when 3 then 'points' else 'red_packet' end || ':' || (d.value->>1) as reference,
              (select sum(share::bigint)::bigint from json_array_elements_text(d.value->2) share)
                as amount, count(*) as rows
            from (
              select number, currency, discounts from ordering.orders
              where number >= :first and number < :next and paid_at is not null
                and discounts is json array) o
            cross join json_array_elements(o.discounts::json) with ordinality d(value, n)
            where d.n > 1
            group by 1, 2, 3, 4, 5
          ), posted as (
            select order_number, currency, debit, reference, amount, count(*) as rows
            from payment.ledger
            where %1$s and debit in ('promotions', 'coupons', 'points', 'red_packets')
              and credit = 'orders' and reference not like '%%/%%'
            group by 1, 2, 3, 4, 5
          )
          select order_number || '/' || reference as key,
            coalesce(w.rows, 0) <> coalesce(p.rows, 0) as bad,
            format('%%s times %%s %%s from %%s', coalesce(w.rows, 0), amount, currency, debit)
              as expected,
            coalesce(p.rows, 0) || ' times' as actual
          from wanted w
          full join posted p using (order_number, currency, debit, reference, amount)
          """
              .formatted(OF_RANGE));

  /**
   * Refunds take back of each discount's account at most what it gave, and all of it where the
   * order is refunded; then nothing is left of what the order brought.
   */
  private static final Probe TAKEN_BACK =
      Probe.orders(
          "M10",
          "ordering.orders payment.ledger",
          """
          with moved as (
            select order_number, account,
              coalesce(sum(amount) filter (where reference not like '%%/%%' and gives), 0) as given,
              coalesce(sum(case when gives then -amount else amount end)
                filter (where reference like '%%/%%'), 0) as back
            from (
              select order_number, debit as account, amount, reference, true as gives
              from payment.ledger where %1$s and credit = 'orders'
                and debit in ('promotions', 'coupons', 'points', 'red_packets')
              union all
              select order_number, credit, amount, reference, false
              from payment.ledger where %1$s and debit = 'orders'
                and credit in ('promotions', 'coupons', 'points', 'red_packets')) x
            group by 1, 2
          ), orders as (
            select number, state from ordering.orders where number >= :first and number < :next
          )
          select m.order_number || '/' || m.account || ' back' as key,
            not (case when o.state = 9 then m.back = m.given
              else m.back >= 0 and m.back <= m.given end) as bad,
            case when o.state = 9 then 'all ' else 'at most ' end || m.given || ' back' as expected,
            m.back || ' back' as actual
          from moved m left join orders o on o.number = m.order_number
          union all
          select o.number || '/orders left', sum(case when l.credit = 'orders' then l.amount
              else -l.amount end) <> 0, '0',
            sum(case when l.credit = 'orders' then l.amount else -l.amount end)::text
          from orders o
          join payment.ledger l on l.order_number = o.number and l.%1$s
            and 'orders' in (l.debit, l.credit)
          where o.state = 9
          group by o.number
          """
              .formatted(OF_RANGE));

  /** Each line of a statement that was taken, against our book, and our book against it. */
  private static final Probe STATEMENTS =
      Probe.orders(
          "M11",
          "payment.capture payment.refund reconciliation.line reconciliation.day"
              + " reconciliation.difference",
          """
          with theirs as (
            select order_number, seq, type, provider, day, number, transaction, amount, currency, at,
              row_number() over (partition by order_number, seq, type, provider,
                case type when 1 then transaction end order by at, day, id) as nth,
              sum(case type when 2 then 1 else -1 end) over refund as net,
              min(amount || ' ' || currency) over refund
                <> max(amount || ' ' || currency) over refund as differ
            from reconciliation.line where %1$s
            window refund as (partition by order_number, seq, provider, type = 1)
          ), book as (
            select order_number, attempt as seq, 1 as type, provider, transaction,
              coalesce(taken_amount, amount) as amount, coalesce(taken_currency, currency) as currency,
              captured_at as at
            from payment.capture where %1$s and parked_why is distinct from 2
            union all
            select r.order_number, r.seq, x.type, r.provider, '', r.amount, r.currency, x.at
            from payment.refund r
            cross join lateral (values (2, r.succeeded_at), (3, r.reversed_at)) x(type, at)
            where r.%1$s and x.at is not null
          ), ours as (
            select *, count(*) over (partition by order_number, seq, type, provider) as lines,
              count(*) over (partition by order_number, seq, type, provider, transaction)
                as of_transaction
            from book
          ), moved as (
            select order_number, seq, provider, sum(case type when 2 then 1 else -1 end) as net
            from book where type <> 1 group by 1, 2, 3
          ), lacking as (
            select o.* from ours o where not exists (
              select 1 from theirs t where t.order_number = o.order_number and t.seq = o.seq
                and t.type = o.type and t.provider = o.provider
                and (t.type <> 1 or t.transaction in ('', o.transaction)))
          ), looked as (
            select t.provider, t.day, t.type, t.number, t.transaction,
              t.amount || ' ' || t.currency as theirs, o.amount || ' ' || o.currency as ours
            from theirs t
            left join ours o on o.order_number = t.order_number and o.seq = t.seq
              and o.type = t.type and o.provider = t.provider
              and (t.type <> 1 or t.transaction in ('', o.transaction))
              and t.nth <= case when t.type = 1 and t.transaction <> '' then o.of_transaction
                else o.lines end
            left join moved m on m.order_number = t.order_number and m.seq = t.seq
              and m.provider = t.provider
            where o.order_number is not null or t.type = 1 or t.differ
              or t.net <> coalesce(m.net, 0)
            union all
            select l.provider, y.day, l.type,
              l.order_number || case l.type when 1 then 'p' else 'r' end || l.seq, l.transaction,
              null, l.amount || ' ' || l.currency
            from lacking l
            join reconciliation.day y on y.provider = l.provider and y.state >= 2
              and l.at >= y.first_at and l.at < y.judged_until
            where not exists (
              select 1 from reconciliation.difference d
              where d.provider = y.provider and d.day = y.day and d.type = l.type and d.kind = 6
                and d.order_number = l.order_number and d.seq = l.seq)
          )
          select k.number || case k.type when 1 then '' when 2 then '' else '/reversal' end as key,
            k.theirs is distinct from k.ours and not exists (
              select 1 from reconciliation.difference d
              where d.provider = k.provider and d.day = k.day and d.type = k.type
                and d.number = k.number and d.transaction = k.transaction
                and d.how = 'accepted') as bad,
            coalesce(k.theirs, 'nothing') || ', by the statement of ' || k.day as expected,
            coalesce(k.ours, 'nothing') as actual
          from looked k
          """
              .formatted(OF_RANGE));

  /** No day without a statement between those that have one. */
  private static final Probe STATEMENT_GAPS =
      Probe.whole(
          "M11",
          "reconciliation.day",
          """
          select x.provider || ' ' || d.day::date as key, coalesce(y.state, 0) < 2 as bad,
            'a statement' as expected, case when y.state is null then 'nothing' else 'none yet' end
              as actual
          from (
            select provider, min(day) as first, max(day) as last
            from reconciliation.day where state >= 2 group by provider) x
          cross join lateral generate_series(x.first, x.last, interval '1 day') as d(day)
          left join reconciliation.day y on y.provider = x.provider and y.day = d.day::date
          """);

  /** Nothing leaves these accounts that had not come in. */
  private static final Probe COVERED =
      Probe.orders(
          "M10",
          "payment.ledger",
          """
          select order_number || '/' || account as key, sum(amount) < 0 as bad,
            'at least 0' as expected, sum(amount)::text as actual
          from (
            select order_number, credit as account, amount from payment.ledger where %1$s
            union all
            select order_number, debit, -amount from payment.ledger where %1$s) x
          where account in ('orders', 'refunds_owed', 'parked', 'perks_deducted')
          group by order_number, account
          """
              .formatted(OF_RANGE));

  private static final Probe APPEND_ONLY =
      Probe.guard(
          "M10",
          "payment.ledger",
          """
          select 'append_only' as key, count(*) <> 1 as bad, 'an enabled trigger' as expected,
            count(*) || ' triggers' as actual
          from pg_trigger
          where tgrelid = 'payment.ledger'::regclass and tgname = 'append_only'
            and tgenabled in ('O', 'A')
          """);

  private MoneyProbes() {}

  static List<Probe> ranged() {
    return List.of(
        NO_FEN_ASTRAY, ONLY_THE_RIGHT_AMOUNT, POSTED, GIVEN, TAKEN_BACK, COVERED, STATEMENTS);
  }

  static List<Probe> whole() {
    return List.of(APPEND_ONLY, STATEMENT_GAPS);
  }
}
