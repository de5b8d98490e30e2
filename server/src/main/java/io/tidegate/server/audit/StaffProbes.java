package io.tidegate.server.audit;

import java.util.List;

/** C6: what staff did is in the record of acts. */
final class StaffProbes {

  private static final Probe STOCK =
      Probe.whole(
          "C6",
          "inventory.movement staff.act",
          """
          select 'movement ' || m.id as key, count(a.id) <> 1 as bad,
            'one act of ' || m.actor as expected, count(a.id) || ' acts' as actual
          from inventory.movement m
          left join staff.act a on a.act = 'stock.adjust' and a.subject = 'sku ' || m.sku
            and a.detail->>'movement' = m.id::text and a.actor = m.actor
            and (a.detail->>'delta')::bigint = m.delta
          group by m.id, m.actor
          """);

  /** Prices are set by staff only, and each time raises the version. */
  private static final Probe PRICES =
      Probe.whole(
          "C6",
          "catalog.sku staff.act",
          """
          with act as (
            select subject, count(*) as rows, count(distinct detail->>'version') as versions,
              max((detail->>'version')::int) as last
            from staff.act where act = 'price.set' group by 1
          )
          select 'sku ' || s.code as key,
            not (coalesce(a.rows, 0) = s.version - 1
              and (s.version = 1 or a.versions = a.rows and a.last = s.version)) as bad,
            s.version - 1 || ' acts' as expected, coalesce(a.rows, 0) || ' acts' as actual
          from catalog.sku s left join act a on a.subject = 'sku ' || s.code
          where s.version > 1 or a.subject is not null
          """);

  private static final Probe DEAD_LETTERS =
      Probe.whole(
          "C6",
          "messaging.dead_letter staff.act",
          """
          select 'dead-letter ' || d.id as key,
            not exists (select 1 from staff.act a where a.act = 'dead-letter.discard'
              and a.subject = 'dead-letter ' || d.id and a.actor = d.closed_by) as bad,
            'an act of ' || coalesce(d.closed_by, 'nobody') as expected, 'none' as actual
          from messaging.dead_letter d where d.state = 'discarded'
          """);

  private StaffProbes() {}

  static List<Probe> whole() {
    return List.of(STOCK, PRICES, DEAD_LETTERS);
  }
}
