package io.tidegate.server.audit;

import java.util.List;

/**
 * Questions about money. Verdicts of captures: 1 paid, 2 second, 3 late, 4 parked. States of
 * refunds: 4 needs a person, 5 succeeded.
 */
final class MoneyProbes {

  private static final String OF_RANGE = "order_number >= :first and order_number < :next";

  private static final Probe NEVER_MORE_BACK =
      Probe.orders(
          "M1",
          "payment.capture payment.refund",
          """
          with back as (
            select order_number, provider, transaction, sum(amount) as amount,
              min(currency) as currency, count(distinct currency) as currencies
            from payment.refund where %1$s group by 1, 2, 3
          ), taken as (select * from payment.capture where %1$s)
          select coalesce(c.order_number, b.order_number) || '/'
              || coalesce(c.transaction, b.transaction) as key,
            not (c.amount is not null and (b.amount is null
              or b.amount <= c.amount and b.currencies = 1 and b.currency = c.currency)) as bad,
            format('at most %%s %%s back', coalesce(c.amount, 0), c.currency) as expected,
            format('%%s %%s back', b.amount, b.currency) as actual
          from taken c full join back b
            on b.order_number = c.order_number and b.provider = c.provider
              and b.transaction = c.transaction
          """
              .formatted(OF_RANGE));

  private static final Probe NO_FEN_ASTRAY =
      Probe.orders(
          "M2",
          "ordering.orders payment.capture payment.refund",
          """
          with taken as (
            select order_number, coalesce(sum(amount) filter (where verdict = 1), 0) as paid,
              coalesce(sum(amount) filter (where verdict in (2, 3)), 0) as over
            from payment.capture where %1$s group by 1
          ), back as (
            select r.order_number, sum(r.amount) as amount
            from payment.refund r
            where r.state = 5 and r.%1$s and not exists (
              select 1 from payment.capture c
              where c.order_number = r.order_number and c.provider = r.provider
                and c.transaction = r.transaction and c.verdict = 4)
            group by 1
          ), wanted as (
            select o.number, case when o.state in (2, 3, 4, 5, 6, 9) then o.total else 0 end as paid,
              case when o.state = 9 then o.total else o.refunded_total end as refunded
            from ordering.orders o where o.number >= :first and o.number < :next
          )
          select coalesce(w.number, t.order_number, b.order_number)::text as key,
            not (w.number is not null and coalesce(t.paid, 0) = w.paid
              and coalesce(b.amount, 0) = w.refunded + coalesce(t.over, 0)) as bad,
            format('captured for it %%s, refunded %%s', coalesce(w.paid, 0),
              coalesce(w.refunded, 0) + coalesce(t.over, 0)) as expected,
            format('captured for it %%s, refunded %%s', coalesce(t.paid, 0),
              coalesce(b.amount, 0)) as actual
          from wanted w
          full join taken t on t.order_number = w.number
          full join back b on b.order_number = coalesce(w.number, t.order_number)
          where w.number is null or w.paid > 0 or t.order_number is not null
            or b.order_number is not null
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

  private static final Probe SECOND_GOES_BACK =
      Probe.orders(
          "M4",
          "payment.capture payment.refund",
          """
          with taken as (
            select order_number, count(*) filter (where verdict = 1) as paying,
              coalesce(sum(amount) filter (where verdict = 2), 0) as second
            from payment.capture where %1$s and verdict <> 4
            group by 1 having count(*) > 1 or count(*) filter (where verdict = 2) > 0
          ), back as (
            select order_number, sum(amount) as amount
            from payment.refund where %1$s and reason = 1 group by 1
          )
          select t.order_number::text as key,
            not (t.paying <= 1 and t.second = coalesce(b.amount, 0)) as bad,
            format('at most one capture pays, %%s back', t.second) as expected,
            format('%%s pay, %%s back', t.paying, coalesce(b.amount, 0)) as actual
          from taken t left join back b on b.order_number = t.order_number
          """
              .formatted(OF_RANGE));

  private static final Probe LATE_GOES_BACK =
      Probe.orders(
          "M5",
          "payment.capture payment.refund",
          """
          select c.order_number || '/' || c.transaction as key,
            not coalesce(r.amount = c.amount and r.currency = c.currency
              and r.created_at <= c.recorded_at + interval '60 seconds'
              and (r.state in (4, 5) or r.next_try_at is not null), false) as bad,
            format('%s %s back, begun by %s', c.amount, c.currency,
              c.recorded_at + interval '60 seconds') as expected,
            case when r.amount is null then 'no refund'
              else format('%s %s back, begun at %s, state %s, next try %s', r.amount, r.currency,
                r.created_at, r.state, coalesce(r.next_try_at::text, 'never')) end as actual
          from payment.capture c
          left join (
            select * from payment.refund where order_number >= :first and order_number < :next) r
            on r.order_number = c.order_number and r.provider = c.provider and r.transaction = c.transaction and r.reason = 2
          where c.verdict = 3 and c.order_number >= :first and c.order_number < :next
          """);

  /** What providers took and gave back, against what the ledger says of them. */
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
              select order_number, 'refunds_owed', 'provider:' || provider, amount, currency,
                order_number || 'r' || seq
              from payment.refund where %1$s and state = 5) x
            group by 1, 2, 3, 4, 5, 6
          ), posted as (
            select order_number, debit, credit, amount, currency, reference, count(*) as rows
            from payment.ledger
            where %1$s and (debit like 'provider:%%' or credit like 'provider:%%')
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
          where account in ('orders', 'refunds_owed', 'parked')
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
        NEVER_MORE_BACK,
        NO_FEN_ASTRAY,
        ONLY_THE_RIGHT_AMOUNT,
        SECOND_GOES_BACK,
        LATE_GOES_BACK,
        POSTED,
        COVERED);
  }

  static List<Probe> whole() {
    return List.of(APPEND_ONLY);
  }
}
