package io.tidegate.server.audit;

import java.util.List;

/**
 * Questions about customers' refunds. States: 1 requested, 2 stopping, 3 awaits approval, 4 at the
 * provider, 5 its money is back, 6 succeeded, 7 refusing, 8 refused, 9 reversed.
 */
final class AftersalesProbes {

  /** What an order says is refunded is what its refunds are, and refunding all refunds all. */
  static final Probe REFUNDED =
      Probe.orders(
          "M12",
          "ordering.orders ordering.refunded_line aftersales.refund_case",
          """
          with asked as (
            select order_number, coalesce(sum(amount + deducted) filter (where state = 6), 0) as back
            from aftersales.refund_case
            where order_number >= :first and order_number < :next group by 1
          ), lines as (
            select order_number, coalesce(sum(amount) filter (where reversed_at is null), 0) as back
            from ordering.refunded_line
            where order_number >= :first and order_number < :next group by 1
          )
          select o.number::text as key,
            not (o.refunded_total = coalesce(a.back, 0) and o.refunded_total = coalesce(l.back, 0)
              and (o.state <> 9 or o.refunded_total = o.total)) as bad,
            format('refunded %s%s', o.refunded_total,
              case when o.state = 9 then ' of ' || o.total else '' end) as expected,
            format('%s by its refunds, %s by its lines', coalesce(a.back, 0), coalesce(l.back, 0))
              as actual
          from ordering.orders o
          left join asked a on a.order_number = o.number
          left join lines l on l.order_number = o.number
          where o.number >= :first and o.number < :next
            and (o.state = 9 or o.refunded_total <> 0 or a.back <> 0 or l.back <> 0)
          """);

  /** Money above the limit goes when two people have approved it, and each is on record. */
  private static final Probe APPROVED =
      Probe.whole(
          "C6",
          "aftersales.refund_case staff.act",
          """
          with named as (
            select c.order_number, c.seq, a.value->>0 as person
            from aftersales.refund_case c
            cross join lateral json_array_elements(('[' || c.approvals || ']')::json) a
            where c.approvals_wanted > 0
          ), act as (
            select distinct subject, actor from staff.act where act = 'refund.approve'
          ), approved as (
            select n.order_number, n.seq, count(distinct n.person) as people,
              count(distinct a.actor) as acts
            from named n
            left join act a on a.subject = 'refund ' || n.order_number || 'a' || n.seq
              and a.actor = n.person
            group by 1, 2
          )
          select 'refund ' || c.order_number || 'a' || c.seq as key,
            not (c.money_seq is null or coalesce(p.people, 0) >= c.approvals_wanted
              and p.acts = p.people) as bad,
            c.approvals_wanted || ' people and their acts' as expected,
            format('%s people, %s acts', coalesce(p.people, 0), coalesce(p.acts, 0)) as actual
          from aftersales.refund_case c
          left join approved p on p.order_number = c.order_number and p.seq = c.seq
          where c.approvals_wanted > 0
          """);

  /** Each decision about money that waited is somebody's act; of two people's both are. */
  private static final Probe DECIDED =
      Probe.whole(
          "C6",
          "aftersales.decision staff.act",
          """
          with act as (
            select distinct act, subject, actor, detail->>'action' as action
            from staff.act where act in ('refund.propose', 'refund.resolve')
          )
          select 'decision ' || d.id || ' of ' || d.refund as key,
            not (r.subject is not null and (d.people_wanted = 1
              or d.proposed_by <> d.decided_by and p.subject is not null)) as bad,
            format('acts of %s people', d.people_wanted) as expected,
            format('decided by %s, proposed by %s', d.decided_by, d.proposed_by) as actual
          from aftersales.decision d
          left join act r on r.act = 'refund.resolve' and r.subject = 'refund ' || d.refund
            and r.actor = d.decided_by and r.action = d.action
          left join act p on p.act = 'refund.propose' and p.subject = 'refund ' || d.refund
            and p.actor = d.proposed_by and p.action = d.action
          where d.decided_by is not null
          """);

  private static final Probe STEPS =
      Probe.whole(
          "L1",
          "aftersales.refund_case",
          """
          select 'refund ' || c.order_number || 'a' || c.seq as key, c.next_step_at is null as bad,
            'a next step' as expected, 'none, state ' || c.state as actual
          from aftersales.refund_case c where c.state in (1, 2, 5, 7)
          """);

  /** What is at a provider has its money there; what it took back waits for a person (M9). */
  private static final Probe AT_PROVIDER =
      Probe.whole(
          "L1",
          "aftersales.refund_case payment.refund",
          """
          select 'refund ' || c.order_number || 'a' || c.seq as key, r.seq is null as bad,
            'money under its number' as expected, 'none, state ' || c.state as actual
          from aftersales.refund_case c
          left join payment.refund r on r.order_number = c.order_number and r.seq = c.money_seq
            and r.amount = c.amount and r.reason = 3
          where c.state in (4, 9)
          """);

  private AftersalesProbes() {}

  static List<Probe> whole() {
    return List.of(APPROVED, DECIDED, STEPS, AT_PROVIDER);
  }
}
