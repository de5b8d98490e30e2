package io.tidegate.shop.reporting;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table of daily figures, which reports are made of. Each has one SQL text, over whatever days
 * are put in: what is kept of a day and what is read from its raw rows is the same by definition.
 *
 * <p>{@code ${days}} is a list of days, {@code ${zone}} the business's zone.
 */
enum Rollup {

  /** What was paid and what went back, by hour. */
  TURNOVER_HOURS(
      Kind.OF_DAY,
      "day date, hour integer, currency varchar, orders bigint, gross bigint, pieces bigint,"
          + " refunds bigint, refunded bigint",
      """
      with told as (
        select day, happened_at, region, currency, type, total, amount, 0 as quantity
        from orders
        where day in (${days})
          and type in ('paid', 'partially_refunded', 'refunded', 'refund_reversed')
        union all
        select day, happened_at, region, currency, 'line', 0, 0, quantity
        from lines
        where day in (${days}) and type = 'paid')
      select day, hour(happened_at at time zone 'UTC' at time zone '${zone}')::integer as hour, currency,
        count(*) filter (type = 'paid') as orders,
        coalesce(sum(total) filter (type = 'paid'), 0)::bigint as gross,
        sum(quantity)::bigint as pieces,
        count(*) filter (type in ('partially_refunded', 'refunded'))
          - count(*) filter (type = 'refund_reversed') as refunds,
        coalesce(sum(case when type = 'refund_reversed' then -amount
          when type in ('partially_refunded', 'refunded') then amount end), 0)::bigint as refunded
      from told
      group by all
      """),

  /** The same by district. */
  TURNOVER_REGIONS(
      Kind.OF_DAY,
      "day date, region varchar, currency varchar, orders bigint, gross bigint, pieces bigint,"
          + " refunds bigint, refunded bigint",
      """
      with told as (
        select day, happened_at, region, currency, type, total, amount, 0 as quantity
        from orders
        where day in (${days})
          and type in ('paid', 'partially_refunded', 'refunded', 'refund_reversed')
        union all
        select day, happened_at, region, currency, 'line', 0, 0, quantity
        from lines
        where day in (${days}) and type = 'paid')
      select day, coalesce(region, '') as region, currency,
        count(*) filter (type = 'paid') as orders,
        coalesce(sum(total) filter (type = 'paid'), 0)::bigint as gross,
        sum(quantity)::bigint as pieces,
        count(*) filter (type in ('partially_refunded', 'refunded'))
          - count(*) filter (type = 'refund_reversed') as refunds,
        coalesce(sum(case when type = 'refund_reversed' then -amount
          when type in ('partially_refunded', 'refunded') then amount end), 0)::bigint as refunded
      from told
      group by all
      """),

  /** What was sold of each category. */
  TURNOVER_CATEGORIES(
      Kind.OF_DAY,
      "day date, category varchar, currency varchar, orders bigint, gross bigint, pieces bigint,"
          + " refunds bigint, refunded bigint",
      """
      select day, coalesce(category, '') as category, currency,
        count(distinct number) filter (type = 'paid') as orders,
        coalesce(sum(total) filter (type = 'paid'), 0)::bigint as gross,
        coalesce(sum(quantity) filter (type = 'paid'), 0)::bigint as pieces,
        count(distinct (number, version)) filter (type in ('partially_refunded', 'refunded'))
          - count(distinct (number, version)) filter (type = 'refund_reversed') as refunds,
        coalesce(sum(case type when 'paid' then 0 when 'refund_reversed' then -total else total
          end), 0)::bigint as refunded
      from lines
      where day in (${days})
        and type in ('paid', 'partially_refunded', 'refunded', 'refund_reversed')
      group by all
      """),

  /** What was sold of each SKU. */
  SOLD(
      Kind.OF_DAY,
      "day date, sku varchar, product varchar, category varchar, currency varchar, pieces bigint,"
          + " turnover bigint, pieces_back bigint, turnover_back bigint",
      """
      select day, sku, max(product) as product, max(category) as category, currency,
        coalesce(sum(quantity) filter (type = 'paid'), 0)::bigint as pieces,
        coalesce(sum(total) filter (type = 'paid'), 0)::bigint as turnover,
        coalesce(sum(case type when 'paid' then 0 when 'refund_reversed' then -quantity
          else quantity end), 0)::bigint as pieces_back,
        coalesce(sum(case type when 'paid' then 0 when 'refund_reversed' then -total else total
          end), 0)::bigint as turnover_back
      from lines
      where day in (${days})
        and type in ('paid', 'partially_refunded', 'refunded', 'refund_reversed')
      group by day, sku, currency
      """),

  /** Money that providers gave back, and took back again. */
  REFUND_MONEY(
      Kind.OF_DAY,
      "day date, reason varchar, provider varchar, currency varchar, refunds bigint, amount bigint,"
          + " reversals bigint, reversed bigint",
      """
      select day, coalesce(reason, '') as reason, coalesce(provider, '') as provider, currency,
        count(*) filter (type = 'succeeded') as refunds,
        coalesce(sum(amount) filter (type = 'succeeded'), 0)::bigint as amount,
        count(*) filter (type = 'reversed') as reversals,
        coalesce(sum(amount) filter (type = 'reversed'), 0)::bigint as reversed
      from refunds
      where day in (${days}) and type in ('succeeded', 'reversed')
      group by all
      """),

  /** What became of orders, by the day they were placed. */
  OUTCOMES(
      Kind.OF_DAY,
      "day date, placed_day date, placed bigint, paid bigint, closed bigint, cancelled bigint",
      """
      select day, (placed_at at time zone 'UTC' at time zone '${zone}')::date as placed_day,
        count(*) filter (type = 'placed') as placed,
        count(*) filter (type = 'paid') as paid,
        count(*) filter (type = 'closed') as closed,
        count(*) filter (type = 'cancelled') as cancelled
      from orders
      where day in (${days}) and type in ('placed', 'paid', 'closed', 'cancelled')
      group by all
      """),

  /** What each coupon's template brought. */
  COUPON_DAYS(
      Kind.OF_DAY,
      "day date, coupon varchar, currency varchar, placed bigint, paid bigint, closed bigint,"
          + " turnover bigint, discount bigint",
      """
      select day, coalesce(t.template, o.coupon) as coupon, currency,
        count(*) filter (type = 'placed') as placed,
        count(*) filter (type = 'paid') as paid,
        count(*) filter (type in ('closed', 'cancelled')) as closed,
        coalesce(sum(total) filter (type = 'paid'), 0)::bigint as turnover,
        coalesce(sum(coupon_amount) filter (type = 'paid'), 0)::bigint as discount
      from orders o left join rollup.coupon_template t using (coupon)
      where day in (${days}) and o.coupon is not null
        and type in ('placed', 'paid', 'closed', 'cancelled')
      group by all
      """),

  /** What visitors did. */
  CLICKS(
      Kind.OF_DAY,
      "day date, hour integer, type varchar, events bigint",
      """
      select day, hour(happened_at at time zone 'UTC' at time zone '${zone}')::integer as hour,
        type, count(*) as events
      from behaviour
      where day in (${days})
      group by all
      """),

  /**
   * Who did something: a bit for each of 64 users in a row, so that people are counted once however
   * many days are put together.
   */
  USERS(
      Kind.OF_DAY,
      "day date, users64 bigint, searched ubigint, viewed ubigint, clicked ubigint,"
          + " reviewed ubigint, carted ubigint, placed ubigint, paid ubigint",
      """
      with did as (
        select day, user_id, type from behaviour where day in (${days}) and user_id is not null
        union all
        select day, user_id, type from orders
        where day in (${days}) and type in ('placed', 'paid') and user_id is not null),
      bits as (select day, user_id >> 6 as users64, 1::ubigint << (user_id & 63) as bit, type from did)
      select day, users64,
        coalesce(bit_or(bit) filter (type = 'searched'), 0)::ubigint as searched,
        coalesce(bit_or(bit) filter (type = 'viewed'), 0)::ubigint as viewed,
        coalesce(bit_or(bit) filter (type = 'clicked'), 0)::ubigint as clicked,
        coalesce(bit_or(bit) filter (type = 'reviewed'), 0)::ubigint as reviewed,
        coalesce(bit_or(bit) filter (type = 'carted'), 0)::ubigint as carted,
        coalesce(bit_or(bit) filter (type = 'placed'), 0)::ubigint as placed,
        coalesce(bit_or(bit) filter (type = 'paid'), 0)::ubigint as paid
      from bits
      group by day, users64
      """),

  /** How many people did something on each day, each counted once. */
  USER_DAYS(
      Kind.OF_DAY,
      "day date, searched bigint, viewed bigint, clicked bigint, reviewed bigint, carted bigint,"
          + " placed bigint, paid bigint",
      """
      select day, sum(bit_count(searched))::bigint as searched,
        sum(bit_count(viewed))::bigint as viewed, sum(bit_count(clicked))::bigint as clicked,
        sum(bit_count(reviewed))::bigint as reviewed, sum(bit_count(carted))::bigint as carted,
        sum(bit_count(placed))::bigint as placed, sum(bit_count(paid))::bigint as paid
      from (
      """
          + USERS.source
          + ") group by day"),

  /** How many orders came into and left each state. */
  STATE_CHANGES(
      Kind.OF_HISTORY,
      "day date, state varchar, currency varchar, orders bigint, total bigint",
      """
      with told as (
        select date '0001-01-01' as day, number, version, state, currency, total
        from rollup.order_last
        where number in (select number from orders where day in (${days}))
        union all
        select day, number, max(version), arg_max(state, version), max(currency), max(total)
        from orders where day in (${days}) group by day, number),
      after as (
        select day, number, arg_max(state, version) over w as state,
          coalesce(max(currency) over w, '') as currency, coalesce(max(total) over w, 0) as total
        from told
        window w as (partition by number order by day
          rows between unbounded preceding and current row)),
      changes as (
        select day, state, currency, total, lag(state) over v as state_before,
          lag(currency) over v as currency_before, lag(total) over v as total_before
        from after window v as (partition by number order by day)),
      counted as (
        select day, state, currency, total, 1 as n from changes where day > date '0001-01-01'
        union all
        select day, state_before, currency_before, total_before, -1 from changes
        where day > date '0001-01-01' and state_before is not null)
      select day, state, currency, sum(n)::bigint as orders, sum(n * total)::bigint as total
      from counted
      group by day, state, currency
      having sum(n) <> 0 or sum(n * total) <> 0
      """),

  /** How long after its payment something happened to an order for the first time. */
  LAGS(
      Kind.OF_HISTORY,
      "day date, step varchar, millis bigint, orders bigint",
      """
      with happened as (
        select day, number, happened_at, unnest(case type
          when 'paid' then ['paid'] when 'partially_shipped' then ['first_parcel']
          when 'shipped' then ['first_parcel', 'shipped'] else ['delivered'] end) as step
        from orders
        where day in (${days}) and type in ('paid', 'partially_shipped', 'shipped', 'delivered')
        union all
        select day, number, happened_at, 'planned' from shipments
        where day in (${days}) and type = 'planned'),
      known as (
        select number, paid_at, planned_at, left_at from rollup.order_last
        where number in (select number from happened)),
      paid as (
        select number, min(paid_at) as paid_at from (
          select number, happened_at as paid_at from happened where step = 'paid'
          union all select number, paid_at from known where paid_at is not null)
        group by number),
      firsts as (
        select number, step, min(day) as day, min(happened_at) as first_at
        from happened where step <> 'paid' group by number, step),
      lags as (
        select f.day, f.step, greatest(0, epoch_ms(f.first_at) - epoch_ms(p.paid_at)) as ms
        from firsts f join paid p using (number) left join known k using (number)
        where not (f.step = 'planned' and k.planned_at is not null)
          and not (f.step = 'first_parcel' and k.left_at is not null)),
      rough as (
        select day, step, ms, greatest(0, floor(log2(greatest(ms, 1)))::integer - 7) as shift
        from lags)
      select day, step, case when shift = 0 then ms else (((ms >> shift) + 1) << shift) - 1 end
          as millis, count(*) as orders
      from rough
      group by all
      """),

  /** The same as each day's percentiles. */
  LAG_DAYS(
      Kind.OF_HISTORY,
      "day date, step varchar, orders bigint, p50 bigint, p90 bigint, p99 bigint, most bigint",
      "with counted as (\n"
          + LAGS.source
          + """
          ),
          ranked as (
            select day, step, millis, sum(orders) over (partition by day, step order by millis)
              as upto, sum(orders) over (partition by day, step) as every
            from counted)
          select day, step, any_value(every)::bigint as orders,
            min(millis) filter (upto >= 0.50 * every) as p50,
            min(millis) filter (upto >= 0.90 * every) as p90,
            min(millis) filter (upto >= 0.99 * every) as p99, max(millis) as most
          from ranked group by day, step
          """),

  /** What a flash sale brought. */
  SALE_DAYS(
      Kind.OF_HISTORY,
      "day date, sale varchar, currency varchar, placed bigint, paid bigint, closed bigint,"
          + " refunds bigint, turnover bigint, refunded bigint",
      """
      with happened as (
        select day, number, type, currency, total, amount, sale from orders
        where day in (${days}) and type in
          ('placed', 'paid', 'closed', 'cancelled', 'partially_refunded', 'refunded',
           'refund_reversed')),
      sale_of as (
        select number, max(sale) as sale from (
          select number, sale from happened where sale is not null
          union all
          select number, sale from rollup.order_last
          where sale is not null and number in (select number from happened))
        group by number)
      select day, s.sale as sale, currency,
        count(*) filter (type = 'placed') as placed,
        count(*) filter (type = 'paid') as paid,
        count(*) filter (type in ('closed', 'cancelled')) as closed,
        count(*) filter (type in ('partially_refunded', 'refunded'))
          - count(*) filter (type = 'refund_reversed') as refunds,
        coalesce(sum(total) filter (type = 'paid'), 0)::bigint as turnover,
        coalesce(sum(case when type = 'refund_reversed' then -amount
          when type in ('partially_refunded', 'refunded') then amount end), 0)::bigint as refunded
      from happened h join sale_of s using (number)
      group by all
      """),

  /** Who bought for the first time, and who came back, by month. */
  COHORT_DAYS(
      Kind.OF_HISTORY,
      "day date, first_month date, month date, users bigint, orders bigint",
      """
      with bought as (
        select day, user_id, count(*) as orders from orders
        where day in (${days}) and type = 'paid' and user_id is not null
        group by day, user_id),
      known as (
        select user_id, first_day, last_month from rollup.buyer
        where user_id in (select user_id from bought)),
      seen as (
        select b.day, b.user_id, b.orders, date_trunc('month', b.day)::date as month,
          coalesce(k.first_day, min(b.day) over (partition by b.user_id)) as first_day,
          k.last_month
        from bought b left join known k using (user_id)),
      counted as (
        select day, date_trunc('month', first_day)::date as first_month, month, orders,
          case when day = min(day) over (partition by user_id, month)
            and (last_month is null or last_month < month) then 1 else 0 end as is_new
        from seen)
      select day, first_month, month, sum(is_new)::bigint as users, sum(orders)::bigint as orders
      from counted
      group by all
      """);

  /** What a table is made of. */
  enum Kind {
    /** Of its day's rows alone. */
    OF_DAY,

    /** Of its day's rows, and of what orders and customers were before it. */
    OF_HISTORY
  }

  private static final List<Rollup> DAILY = of(Kind.OF_DAY);
  private static final List<Rollup> HISTORIC = of(Kind.OF_HISTORY);
  private static final Set<LakeTable> HISTORY_READS =
      HISTORIC.stream()
          .flatMap(rollup -> rollup.reads.stream())
          .collect(Collectors.toUnmodifiableSet());

  private final Kind kind;
  private final String columns;
  private final String source;
  private final Set<LakeTable> reads;

  Rollup(Kind kind, String columns, String source) {
    this.kind = kind;
    this.columns = columns;
    this.source = source;
    this.reads = LakeTable.readBy(source);
  }

  /** Those that are made of a day's rows alone. */
  static List<Rollup> daily() {
    return DAILY;
  }

  /** Those that need what was before. */
  static List<Rollup> historic() {
    return HISTORIC;
  }

  private static List<Rollup> of(Kind kind) {
    return Arrays.stream(values()).filter(each -> each.kind == kind).toList();
  }

  boolean isHistoric() {
    return kind == Kind.OF_HISTORY;
  }

  /** The lake's tables that its rows are made of. */
  Set<LakeTable> reads() {
    return reads;
  }

  /** Those of all that need what was before. */
  static Set<LakeTable> historyReads() {
    return HISTORY_READS;
  }

  /** Its name in SQL. */
  String table() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Names and types of its columns, as SQL declares them. */
  String columns() {
    return columns;
  }

  /** Its rows of some days, from raw ones. */
  String source(Days days, String zone) {
    return source.replace("${days}", days.sql()).replace("${zone}", zone);
  }
}
