package io.tidegate.server.audit;

import java.util.List;

/** Questions about what was decided that orders bring. */
final class DecisionProbes {

  private static final String TABLES =
      "effects.decision points.entry marketing.coupon marketing.red_packet";

  private static final String BROUGHT =
      """
      with brought as (
        select d.order_number, d.state, d.points, d.coupon, d.packet, e.amount as had_points,
          c.templates as had_coupon, r.amount as had_packet
        from (
          select * from effects.decision
          where order_number >= :first and order_number < :next) d
        left join (
          select order_number, amount from points.entry where kind = 'earned'
            and order_number >= :first and order_number < :next) e
          on e.order_number = d.order_number
        left join (
          select order_number, string_agg(template, ' ') as templates from marketing.coupon
          where order_number >= :first and order_number < :next group by 1) c
          on c.order_number = d.order_number
        left join (
          select order_number, amount from marketing.red_packet
          where order_number >= :first and order_number < :next) r
          on r.order_number = d.order_number
      )
      """;

  /** What has come is what was decided, to the point; nothing has come of what still waits. */
  private static final Probe AS_DECIDED =
      Probe.orders(
          "P1",
          TABLES,
          BROUGHT
              + """
              select order_number || '/as decided' as key,
                not case state
                  when 'granted' then coalesce(had_points, 0) = points
                    and had_coupon is not distinct from coupon
                    and coalesce(had_packet, 0) = packet
                  when 'decided' then coalesce(had_points, points) = points
                    and coalesce(had_coupon, coupon) is not distinct from coupon
                    and coalesce(had_packet, packet) = packet
                  else had_points is null and had_coupon is null and had_packet is null end as bad,
                format('%s: %s points, coupon %s, packet %s', state, coalesce(points, 0),
                  coalesce(coupon, 'none'), coalesce(packet, 0)) as expected,
                format('%s points, coupon %s, packet %s', coalesce(had_points, 0),
                  coalesce(had_coupon, 'none'), coalesce(had_packet, 0)) as actual
              from brought where state <> 'withheld'
              """);

  /** A refund that came before the decision withheld all: nothing comes after it. */
  private static final Probe WITHHELD =
      Probe.orders(
          "P3",
          TABLES,
          BROUGHT
              + """
              select order_number || '/withheld' as key,
                not (had_points is null and had_coupon is null and had_packet is null) as bad,
                'nothing' as expected,
                format('%s points, coupon %s, packet %s', coalesce(had_points, 0),
                  coalesce(had_coupon, 'none'), coalesce(had_packet, 0)) as actual
              from brought where state = 'withheld'
              """);

  /** From the first order that is recorded on, nothing comes without a record. */
  private static final Probe RECORDED =
      Probe.orders(
          "P1",
          TABLES + " effects.recording",
          """
          with brought as (
            select order_number, 'points' as kind from points.entry where kind = 'earned'
              and order_number >= :first and order_number < :next
            union all
            select order_number, 'coupon' from marketing.coupon
            where order_number >= :first and order_number < :next
            union all
            select order_number, 'red packet' from marketing.red_packet
            where order_number >= :first and order_number < :next
          )
          select b.order_number || '/' || b.kind as key, d.order_number is null as bad,
            'a decision on record' as expected, coalesce(d.state, 'none') as actual
          from brought b
          left join (
            select order_number, state from effects.decision
            where order_number >= :first and order_number < :next) d
            on d.order_number = b.order_number
          where b.order_number
            >= (select coalesce(min(first_number), 9223372036854775807) from effects.recording)
          """);

  private DecisionProbes() {}

  static List<Probe> ranged() {
    return List.of(AS_DECIDED, RECORDED, WITHHELD);
  }
}
