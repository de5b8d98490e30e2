package io.tidegate.shop.reconciliation;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/** What is the same in both books and what differs, as rows of temporary tables. */
final class Judgement {

  /** So near to midnight a row may stand in the neighbour day's statement. */
  static final Duration NEAR_MIDNIGHT = Duration.ofHours(1);

  /**
   * Each line with what we have of it; then what we have and no statement has. Kinds are those of
   * {@link Kind}, 0 for what is the same. A line is extra where earlier ones have told all that we
   * have under its number already. Under a refund's number the refunds less the reversals count: as
   * many more of both there, of one amount, are the same as none here.
   */
  private static final Sql JUDGE =
      Sql.of(
          """
          create temp table verdict on commit drop as
          with day as (
            select x.provider, x.day, x.first, x.next, x.judged, x.open_only,
              exists (select 1 from reconciliation.day n where n.provider = x.provider
                and n.day = x.day - 1 and n.state >= 2) as has_before,
              exists (select 1 from reconciliation.day n where n.provider = x.provider
                and n.day = x.day + 1 and n.state >= 2) as has_after
            from (values (?::text, ?::date, ?::timestamptz, ?::timestamptz, ?::timestamptz,
              ?::boolean)) x(provider, day, first, next, judged, open_only)
          ), told as materialized (
            select l.*, case when l.order_number = 0 then 0 else (
                select count(*) from reconciliation.line m
                where m.order_number = l.order_number and m.seq = l.seq and m.type = l.type
                  and m.provider = l.provider and (l.type <> 1 or m.transaction = l.transaction)
                  and (m.at, m.day, m.id) < (l.at, l.day, l.id)) end as before
            from day
            join reconciliation.line l on l.provider = day.provider and l.day = day.day
            where not day.open_only or exists (
              select 1 from reconciliation.difference d
              where d.provider = day.provider and d.day = day.day and d.type = l.type
                and d.number = l.number and d.transaction = l.transaction and d.state = 1)
          ), counted as (
            select t.*, t.before > 0 and t.before >= (
                select count(*) from ours o where o.order_number = t.order_number
                  and o.seq = t.seq and o.type = t.type
                  and (t.type <> 1 or t.transaction in ('', o.transaction))) as extra
            from told t
          )
          select l.type, l.number, l.transaction, l.order_number, l.seq,
            l.amount as theirs_amount, l.currency as theirs_currency, l.at as theirs_at,
            o.amount as ours_amount, o.currency as ours_currency, o.at as ours_at,
            o.state as ours_state,
            (case
              when l.type <> 1 and (l.extra or o.type is not null and o.at is null) and (
                select count(distinct (m.amount, m.currency)) = 1
                  and count(*) filter (where m.type = 2) - count(*) filter (where m.type = 3) = (
                    select count(*) filter (where w.type = 2) - count(*) filter (where w.type = 3)
                    from ours w
                    where w.order_number = l.order_number and w.seq = l.seq and w.type <> 1
                      and w.at is not null)
                from reconciliation.line m
                where m.order_number = l.order_number and m.seq = l.seq and m.type in (2, 3)
                  and m.provider = l.provider) then 0
              when o.type is null then 2
              when o.at is null then 4
              when o.amount <> l.amount or o.currency <> l.currency then 3
              when o.at < day.first or o.at >= day.next then 6 else 0 end)::smallint as kind,
            l.extra
          from day
          join counted l on true
          left join ours o on o.order_number = l.order_number and o.seq = l.seq
            and o.type = l.type and (l.type <> 1 or l.transaction in ('', o.transaction))
            and (not l.extra or o.at is null)
          union all
          select o.type, o.number, o.transaction, o.order_number, o.seq, null, null, null,
            o.amount, o.currency, o.at, o.state,
            (case when (o.at >= day.next - ?::interval and not day.has_after)
                or (o.at < day.first + ?::interval and not day.has_before) then 6
              when o.type = 2 then 5 else 1 end)::smallint, false
          from day join ours o on o.at >= day.first and o.at < day.judged
          where not exists (
            select 1 from reconciliation.line l
            where l.order_number = o.order_number and l.seq = o.seq and l.type = o.type
              and l.provider = day.provider
              and (l.type <> 1 or l.transaction in ('', o.transaction)))
            and (not day.open_only or exists (
              select 1 from reconciliation.difference d
              where d.provider = day.provider and d.day = day.day and d.type = o.type
                and d.number = o.number and d.transaction = o.transaction and d.state = 1))
          """);

  /**
   * A line without the provider's own number is the same as any payment under ours. What is told
   * once too often differs although the rest under its number is the same.
   */
  private static final Sql PICK =
      Sql.of(
          """
          create temp table differing on commit drop as
          select distinct on (v.type, v.number, v.transaction) v.* from verdict v
          where v.kind <> 0 and (v.extra or not exists (
            select 1 from verdict w where w.kind = 0 and not w.extra and w.type = v.type
              and w.number = v.number and w.transaction = v.transaction))
          order by v.type, v.number, v.transaction, v.kind
          """);

  private Judgement() {}

  /**
   * Judges a day whose own rows are in {@code ours}; what differs is in {@code differing} then.
   *
   * @param judged what we have of later is not missed in the statement
   * @param openOnly only what differed before
   */
  static void pass(
      Bulk bulk,
      String provider,
      LocalDate day,
      Instant first,
      Instant next,
      Instant judged,
      boolean openOnly) {
    String near = NEAR_MIDNIGHT.toString();
    bulk.run(
        JUDGE,
        provider,
        day.toString(),
        first,
        next,
        judged.isAfter(next) ? next : judged,
        openOnly,
        near,
        near);
    bulk.run(PICK);
  }
}
