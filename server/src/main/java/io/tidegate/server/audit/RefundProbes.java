package io.tidegate.server.audit;

import java.util.List;

/**
 * Questions about what goes back of captures, and what each of them begins. Verdicts, states, ends
 * and reasons are those of {@link MoneyProbes}.
 */
final class RefundProbes {

  private static final String OF_RANGE = "order_number >= :first and order_number < :next";

  /**
   * In flight and back, by the provider and by hand; what was replaced or given up moves none,
   * unless it went back all the same.
   */
  private static final Probe NEVER_MORE_BACK =
      Probe.orders(
          "M1",
          "payment.capture payment.refund",
          """
          with back as (
            select order_number, provider, transaction, sum(amount * times) as amount,
              min(currency) as currency, count(distinct currency) as currencies
            from (
              select *, (state <> 7 or ended = 2)::int
                + (state = 7 and succeeded_at is not null and reversed_at is null)::int as times
              from payment.refund where %1$s) r
            where times > 0 group by 1, 2, 3
          ), taken as (
            select order_number, provider, transaction, coalesce(taken_amount, amount) as amount,
              coalesce(taken_currency, currency) as currency
            from payment.capture where %1$s
          )
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
            from payment.refund
            where %1$s and reason = 1 and ended is distinct from 1 group by 1
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
              and (r.state in (4, 5, 6, 7) or r.next_try_at is not null), false) as bad,
            format('%s %s back, begun by %s', c.amount, c.currency,
              c.recorded_at + interval '60 seconds') as expected,
            case when r.amount is null then 'no refund'
              else format('%s %s back, begun at %s, state %s, next try %s', r.amount, r.currency,
                r.created_at, r.state, coalesce(r.next_try_at::text, 'never')) end as actual
          from payment.capture c
          left join (
            select * from payment.refund where order_number >= :first and order_number < :next) r
            on r.order_number = c.order_number and r.provider = c.provider
              and r.transaction = c.transaction and r.reason = 2 and r.replaces is null
          where c.verdict = 3 and c.order_number >= :first and c.order_number < :next
          """);

  /**
   * What a provider took back counts as back no more, and waits or was ended. That it was told is a
   * question of E1, which reads the log once for all: here each row would search it.
   */
  private static final Probe REOPENED =
      Probe.orders(
          "M9",
          "payment.refund",
          """
          select r.order_number || 'r' || r.seq as key,
            not (r.state in (6, 7) and r.succeeded_at is not null) as bad,
            'taken back: state 6 or 7' as expected, 'state ' || r.state as actual
          from payment.refund r where r.reversed_at is not null and r.%1$s
          """
              .formatted(OF_RANGE));

  private RefundProbes() {}

  static List<Probe> ranged() {
    return List.of(NEVER_MORE_BACK, SECOND_GOES_BACK, LATE_GOES_BACK, REOPENED);
  }
}
