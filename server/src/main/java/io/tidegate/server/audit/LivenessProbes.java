package io.tidegate.server.audit;

import java.util.List;

/** L1: every row that is not final has somebody who looks at it next. */
final class LivenessProbes {

  private static final Probe UNPAID =
      Probe.whole(
          "L1",
          "ordering.orders ordering.order_due",
          OrderProbes.PAY_DUE
              + """
              select 'order ' || o.number as key, due.number is null as bad,
                'a deadline' as expected, 'none' as actual
              from ordering.orders o left join due on due.number = o.number where o.state = 1
              """);

  private static final Probe DELIVERED =
      Probe.whole(
          "L1",
          "ordering.orders ordering.order_due",
          OrderProbes.COMPLETE_DUE
              + """
              select 'order ' || o.number as key, due.number is null as bad,
                'a day of completion' as expected, 'none' as actual
              from ordering.orders o left join due on due.number = o.number where o.state = 5
              """);

  private static final Probe PAID =
      Probe.whole(
          "L1",
          "ordering.orders ordering.refunded_line fulfilment.task fulfilment.held_back",
          """
          select 'order ' || o.number as key,
            not (t.order_number is not null and (t.state <> 'delivered'
              -- The rest of it is a refund's, which has a next actor of its own.
              or o.state = 3 and exists (select 1 from fulfilment.held_back h
                where h.order_number = o.number and h.released_at is null)
              or o.state = 4 and exists (select 1 from ordering.refunded_line r
                where r.order_number = o.number and r.reversed_at is not null))) as bad,
            'a task of a warehouse' as expected, coalesce(t.state, 'none') as actual
          from ordering.orders o left join fulfilment.task t on t.order_number = o.number
          where o.state in (2, 3, 4)
          """);

  private static final Probe OPEN_ATTEMPTS =
      Probe.whole(
          "L1",
          "payment.attempt",
          """
          select 'payment ' || a.order_number || 'p' || a.seq as key, a.ask_at is null as bad,
            'a time to ask' as expected, 'none, state ' || a.state as actual
          from payment.attempt a where a.state in (1, 2, 3)
          """);

  private static final Probe REFUNDS =
      Probe.whole(
          "L1",
          "payment.refund",
          """
          select 'refund ' || r.order_number || 'r' || r.seq as key, r.next_try_at is null as bad,
            'a next try' as expected, 'none, state ' || r.state as actual
          from payment.refund r where r.state in (1, 2, 3)
          """);

  private static final Probe PARCELS =
      Probe.whole(
          "L1",
          "fulfilment.shipment",
          """
          select 'shipment ' || s.order_number || 's' || s.seq as key, s.next_step_at is null as bad,
            'a next step' as expected, 'none, ' || s.state as actual
          from fulfilment.shipment s where s.state not in ('delivered', 'cancelled')
          """);

  private static final Probe MESSAGES =
      Probe.whole(
          "L1",
          "notification.message",
          """
          select 'message ' || m.order_number || ' ' || m.template as key, m.next_try_at is null as bad,
            'a next try' as expected, 'none, ' || m.state as actual
          from notification.message m where m.state not in ('sent', 'failed')
          """);

  private static final Probe DECISIONS =
      Probe.whole(
          "L1",
          "effects.decision",
          """
          select 'what order ' || d.order_number || ' brings' as key, d.next_try_at is null as bad,
            'a next try' as expected, 'none, ' || d.state as actual
          from effects.decision d where d.state in ('waiting', 'decided')
          """);

  // What an inspection accepted is paid, or given up by a person, which ends the return with it.
  private static final Probe RETURNS =
      Probe.whole(
          "L1",
          "aftersales.return_case aftersales.refund_case",
          """
          select 'return ' || t.order_number || 't' || t.seq as key,
            c.order_number is null or c.state in (6, 8) as bad,
            'a refund under way' as expected,
            coalesce('its refund is in state ' || c.state, 'none') as actual
          from aftersales.return_case t
          left join aftersales.refund_case c
            on c.order_number = t.order_number and c.seq = t.refund and c.return_seq = t.seq
          where t.state = 6
          """);

  private LivenessProbes() {}

  static List<Probe> all() {
    return List.of(
        UNPAID, DELIVERED, PAID, OPEN_ATTEMPTS, REFUNDS, PARCELS, MESSAGES, DECISIONS, RETURNS);
  }
}
