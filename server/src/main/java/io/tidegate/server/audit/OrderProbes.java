package io.tidegate.server.audit;

/** Questions about orders, from their rows alone and with what refers to them. */
final class OrderProbes {

  /** Numbers of orders are far above an attempt's seq, which keys of payments refer to. */
  static final Probe ONE_KEY =
      Probe.orders(
          "O4",
          "ordering.orders db.idempotency",
          """
          with held as (
            select k.reference, count(*) as keys, min(encode(k.key, 'hex')) as one
            from db.idempotency k
            where k.reference >= :first and k.reference < :next and k.reference >= 4194304
            group by k.reference
          )
          select coalesce(o.number, h.reference)::text as key,
            not (o.number is not null and coalesce(h.keys, 0) = 1) as bad,
            case when o.number is null then 'an order' else 'one key' end as expected,
            case when o.number is null then 'key ' || h.one || ' of no order'
              else coalesce(h.keys, 0) || ' keys' end as actual
          from (select * from ordering.orders where number >= :first and number < :next) o
          full join held h on h.reference = o.number
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

  /**
   * Deadlines that have passed: an order was closed late if one whose deadline came later, by more
   * than it may be late, was closed before it, and not just before, by more than a restart is
   * excused for. So somebody closed orders then, in the order of their deadlines, and passed this
   * one over. A shop that was down, or closed nobody's orders, has left no trace by which its rows
   * tell that from being late: what it closed when it came back is no break.
   */
  static Probe passedOver(AuditOptions options) {
    return Probe.orders(
        "O7",
        "ordering.orders",
        """
        with closed as (
          select o.number, o.pay_before, o.closed_at,
            min(o.closed_at) over (order by o.pay_before desc
              range between unbounded preceding and interval '%d milliseconds' preceding) as later
          from ordering.orders o where o.number >= :first and o.number < :next and o.state = 7
        )
        select c.number::text as key,
          c.closed_at > c.later + interval '%d milliseconds' is true as bad,
          format('closed soon after %%s', c.pay_before) as expected,
          format('closed at %%s, one due later at %%s', c.closed_at, c.later) as actual
        from closed c
        """
            .formatted(options.closeWithin().toMillis(), options.restartGrace().toMillis()));
  }

  private OrderProbes() {}
}
