package io.tidegate.shop.reporting;

import static io.tidegate.shop.reporting.ReportCut.Span.RANGE;
import static io.tidegate.shop.reporting.ReportCut.Span.SINCE;
import static io.tidegate.shop.reporting.ReportCut.Span.UNTIL;
import static io.tidegate.shop.reporting.ReportCut.by;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What can be asked: each report with its ways of cutting the figures. Amounts of different
 * currencies are never added up: each row names its own.
 */
public enum Report {

  /** What was paid, what went back, and what is left of it. */
  TURNOVER(
      "Turnover",
      by(
          "day",
          "day day, currency text, gross money, refunded money, net money, orders count,"
              + " refunds count, pieces count, average money",
          """
          select day, currency, sum(gross), sum(refunded), sum(gross) - sum(refunded), sum(orders),
            sum(refunds), sum(pieces), round(sum(gross) / nullif(sum(orders), 0))
          from turnover_hours group by day, currency order by day, currency
          """,
          RANGE.of(Rollup.TURNOVER_HOURS)),
      by(
          "hour",
          "day day, hour hour, currency text, gross money, refunded money, net money, orders count,"
              + " refunds count, pieces count, average money",
          """
          select day, hour, currency, sum(gross), sum(refunded), sum(gross) - sum(refunded),
            sum(orders), sum(refunds), sum(pieces), round(sum(gross) / nullif(sum(orders), 0))
          from turnover_hours group by day, hour, currency order by day, hour, currency
          """,
          RANGE.of(Rollup.TURNOVER_HOURS)),
      by(
          "category",
          "category text, currency text, gross money, refunded money, net money, orders count,"
              + " refunds count, pieces count, average money",
          """
          select category, currency, sum(gross), sum(refunded), sum(gross) - sum(refunded),
            sum(orders), sum(refunds), sum(pieces), round(sum(gross) / nullif(sum(orders), 0))
          from turnover_categories group by category, currency
          order by currency, sum(gross) desc, category
          """,
          RANGE.of(Rollup.TURNOVER_CATEGORIES)),
      by(
          "region",
          "region text, currency text, gross money, refunded money, net money, orders count,"
              + " refunds count, pieces count, average money",
          """
          select region, currency, sum(gross), sum(refunded), sum(gross) - sum(refunded),
            sum(orders), sum(refunds), sum(pieces), round(sum(gross) / nullif(sum(orders), 0))
          from turnover_regions group by region, currency
          order by currency, sum(gross) desc, region
          """,
          RANGE.of(Rollup.TURNOVER_REGIONS)),
      by(
          "province",
          "region text, currency text, gross money, refunded money, net money, orders count,"
              + " refunds count, pieces count, average money",
          """
          select left(region, 2), currency, sum(gross), sum(refunded), sum(gross) - sum(refunded),
            sum(orders), sum(refunds), sum(pieces), round(sum(gross) / nullif(sum(orders), 0))
          from turnover_regions group by left(region, 2), currency
          order by currency, sum(gross) desc, left(region, 2)
          """,
          RANGE.of(Rollup.TURNOVER_REGIONS))),

  /** How many orders were in each state at the end of the last day. */
  ORDERS_BY_STATE(
      "Orders by state",
      by(
          "state",
          "state text, currency text, orders count, total money",
          """
          select state, currency, sum(orders), sum(total) from state_changes
          group by state, currency having sum(orders) <> 0
          order by currency, sum(orders) desc, state
          """,
          UNTIL.of(Rollup.STATE_CHANGES))),

  /** What an order that was paid is worth. */
  AVERAGE_VALUE(
      "Average order value",
      by(
          "day",
          "day day, currency text, average money, orders count, gross money, piecesPerOrder ratio",
          """
          select day, currency, round(sum(gross) / nullif(sum(orders), 0)), sum(orders), sum(gross),
            sum(pieces) / nullif(sum(orders), 0)
          from turnover_hours group by day, currency having sum(orders) > 0 order by day, currency
          """,
          RANGE.of(Rollup.TURNOVER_HOURS)),
      by(
          "total",
          "currency text, average money, orders count, gross money, piecesPerOrder ratio",
          """
          select currency, round(sum(gross) / nullif(sum(orders), 0)), sum(orders), sum(gross),
            sum(pieces) / nullif(sum(orders), 0)
          from turnover_hours group by currency having sum(orders) > 0 order by currency
          """,
          RANGE.of(Rollup.TURNOVER_HOURS))),

  /** Money that providers gave back. */
  REFUNDS(
      "Refunds",
      by(
          "reason",
          "reason text, provider text, currency text, refunds count, amount money, shareOfPaid share,"
              + " reversals count, reversed money",
          """
          with paid as (select currency, sum(gross) as gross from turnover_hours group by currency)
          select reason, provider, r.currency, sum(refunds), sum(amount),
            sum(amount) / nullif(any_value(gross), 0), sum(reversals), sum(reversed)
          from refund_money r left join paid p using (currency)
          group by reason, provider, r.currency
          order by r.currency, sum(amount) desc, reason, provider
          """,
          RANGE.of(Rollup.REFUND_MONEY),
          RANGE.of(Rollup.TURNOVER_HOURS)),
      by(
          "day",
          "day day, currency text, refunds count, amount money, shareOfPaid share, reversals count,"
              + " reversed money",
          """
          with paid as (
            select day, currency, sum(gross) as gross from turnover_hours group by day, currency)
          select r.day, r.currency, sum(refunds), sum(amount),
            sum(amount) / nullif(any_value(gross), 0), sum(reversals), sum(reversed)
          from refund_money r left join paid p using (day, currency)
          group by r.day, r.currency order by r.day, r.currency
          """,
          RANGE.of(Rollup.REFUND_MONEY),
          RANGE.of(Rollup.TURNOVER_HOURS))),

  /** Orders that nobody paid in time. */
  UNPAID_CLOSE(
      "Closed unpaid",
      by(
          "day",
          "day day, placed count, paid count, closed count, cancelled count, rate share",
          """
          select placed_day, sum(placed), sum(paid), sum(closed), sum(cancelled),
            sum(closed) / nullif(sum(placed), 0)
          from outcomes where placed_day between ${from} and ${to}
          group by placed_day having sum(placed) > 0 order by placed_day
          """,
          SINCE.of(Rollup.OUTCOMES)),
      by(
          "total",
          "placed count, paid count, closed count, cancelled count, rate share",
          """
          select sum(placed), sum(paid), sum(closed), sum(cancelled),
            sum(closed) / nullif(sum(placed), 0)
          from outcomes where placed_day between ${from} and ${to} having sum(placed) > 0
          """,
          SINCE.of(Rollup.OUTCOMES))),

  /** How long what follows a payment takes. */
  AFTER_PAYMENT(
      "After the payment",
      by(
          "step",
          "step text, orders count, p50 milliseconds, p90 milliseconds, p99 milliseconds,"
              + " max milliseconds",
          """
          with counted as (select step, millis, sum(orders) as n from lags group by step, millis),
          ranked as (
            select step, millis, n, sum(n) over (partition by step order by millis) as upto,
              sum(n) over (partition by step) as every
            from counted)
          select step, any_value(every), min(millis) filter (upto >= 0.50 * every),
            min(millis) filter (upto >= 0.90 * every), min(millis) filter (upto >= 0.99 * every),
            max(millis)
          from ranked group by step order by min(millis) filter (upto >= 0.50 * every), step
          """,
          RANGE.of(Rollup.LAGS)),
      by(
          "day",
          "day day, step text, orders count, p50 milliseconds, p90 milliseconds, p99 milliseconds,"
              + " max milliseconds",
          """
          select day, step, orders, p50, p90, p99, most from lag_days order by day, step
          """,
          RANGE.of(Rollup.LAG_DAYS))),

  /** What sold most. */
  BEST_SELLERS(
      "Best sellers",
      by(
          "turnover",
          "sku text, product text, category text, currency text, pieces count, turnover money,"
              + " piecesBack count, turnoverBack money",
          """
          select sku, any_value(product), any_value(category), currency, sum(pieces), sum(turnover),
            sum(pieces_back), sum(turnover_back)
          from sold group by sku, currency having sum(pieces) > 0
          order by sum(turnover) desc, sku, currency limit ${limit}
          """,
          RANGE.of(Rollup.SOLD)),
      by(
          "pieces",
          "sku text, product text, category text, currency text, pieces count, turnover money,"
              + " piecesBack count, turnoverBack money",
          """
          select sku, any_value(product), any_value(category), currency, sum(pieces), sum(turnover),
            sum(pieces_back), sum(turnover_back)
          from sold group by sku, currency having sum(pieces) > 0
          order by sum(pieces) desc, sku, currency limit ${limit}
          """,
          RANGE.of(Rollup.SOLD))),

  /** How many people came how far. */
  FUNNEL(
      "Funnel",
      by(
          "day",
          "day day, searched count, viewed count, clicked count, carted count, placed count,"
              + " paid count",
          """
          select day, searched, viewed, clicked, carted, placed, paid from user_days order by day
          """,
          RANGE.of(Rollup.USER_DAYS)),
      by(
          "total",
          "step text, users count, shareOfFirst share",
          """
          with people as (
            select users64, bit_or(searched) as searched, bit_or(viewed) as viewed,
              bit_or(clicked) as clicked, bit_or(carted) as carted, bit_or(placed) as placed,
              bit_or(paid) as paid
            from users group by users64),
          steps as (
            select sum(bit_count(searched)) as searched, sum(bit_count(viewed)) as viewed,
              sum(bit_count(clicked)) as clicked, sum(bit_count(carted)) as carted,
              sum(bit_count(placed)) as placed, sum(bit_count(paid)) as paid
            from people having count(*) > 0),
          told as (
            select unnest(['searched', 'viewed', 'clicked', 'carted', 'placed', 'paid']) as step,
              unnest([searched, viewed, clicked, carted, placed, paid]) as users,
              unnest([1, 2, 3, 4, 5, 6]) as nth, searched as first_users
            from steps)
          select step, users, users / nullif(first_users, 0) from told order by nth
          """,
          RANGE.of(Rollup.USERS))),

  /** What visitors did. */
  BEHAVIOUR(
      "Behaviour",
      by(
          "day",
          "day day, type text, events count, users count, eventsPerUser ratio",
          """
          with counted as (select day, type, sum(events) as events from clicks group by day, type),
          told as (
            select day, type, events, case type when 'searched' then searched
              when 'viewed' then viewed when 'clicked' then clicked when 'reviewed' then reviewed
              when 'carted' then carted end as users
            from counted left join user_days using (day))
          select day, type, events, users, events / nullif(users, 0) from told order by day, type
          """,
          RANGE.of(Rollup.CLICKS),
          RANGE.of(Rollup.USER_DAYS)),
      by(
          "hour",
          "day day, hour hour, type text, events count",
          """
          select day, hour, type, sum(events) from clicks group by day, hour, type
          order by day, hour, type
          """,
          RANGE.of(Rollup.CLICKS)),
      by(
          "total",
          "type text, events count, users count, eventsPerUser ratio",
          """
          with people as (
            select users64, bit_or(searched) as searched, bit_or(viewed) as viewed,
              bit_or(clicked) as clicked, bit_or(reviewed) as reviewed, bit_or(carted) as carted
            from users group by users64),
          of_type as (
            select unnest(['searched', 'viewed', 'clicked', 'reviewed', 'carted', 'any']) as type,
              unnest([sum(bit_count(searched)), sum(bit_count(viewed)), sum(bit_count(clicked)),
                sum(bit_count(reviewed)), sum(bit_count(carted)),
                sum(bit_count(searched | viewed | clicked | reviewed | carted))]) as users
            from people),
          counted as (
            select coalesce(type, 'any') as type, sum(events) as events from clicks
            group by grouping sets ((type), ()))
          select type, events, users, events / nullif(users, 0)
          from counted left join of_type using (type)
          where events > 0 order by type = 'any', events desc, type
          """,
          RANGE.of(Rollup.CLICKS),
          RANGE.of(Rollup.USERS))),

  /** Who came back to buy again. */
  COHORTS(
      "Repeat purchase",
      by(
          "month",
          "cohort month, month month, monthsLater count, users count, share share, orders count",
          """
          with counted as (
            select first_month, month, sum(users) as users, sum(orders) as orders
            from cohort_days group by first_month, month)
          select first_month, month, date_diff('month', first_month, month), users,
            users / nullif(max(users) filter (month = first_month)
              over (partition by first_month), 0), orders
          from counted where first_month >= date_trunc('month', ${from})
          order by first_month, month
          """,
          UNTIL.of(Rollup.COHORT_DAYS))),

  /** What flash sales brought. */
  FLASH_SALES(
      "Flash sales",
      by(
          "sale",
          "sale text, currency text, placed count, paid count, closed count, refunds count,"
              + " turnover money, refunded money",
          """
          select sale, currency, sum(placed), sum(paid), sum(closed), sum(refunds), sum(turnover),
            sum(refunded)
          from sale_days group by sale, currency
          order by sum(turnover) desc, sale, currency limit ${limit}
          """,
          RANGE.of(Rollup.SALE_DAYS)),
      by(
          "day",
          "day day, sale text, currency text, placed count, paid count, closed count, refunds count,"
              + " turnover money, refunded money",
          """
          select day, sale, currency, sum(placed), sum(paid), sum(closed), sum(refunds),
            sum(turnover), sum(refunded)
          from sale_days group by day, sale, currency order by day, sale, currency
          """,
          RANGE.of(Rollup.SALE_DAYS))),

  /** What coupons brought for what they cost. */
  COUPONS(
      "Coupons",
      by(
          "coupon",
          "coupon text, currency text, placed count, paid count, closed count, turnover money,"
              + " discount money, turnoverPerDiscount ratio",
          """
          select coupon, currency, sum(placed), sum(paid), sum(closed), sum(turnover),
            sum(discount), sum(turnover) / nullif(sum(discount), 0)
          from coupon_days group by coupon, currency
          order by sum(turnover) desc, coupon, currency limit ${limit}
          """,
          RANGE.of(Rollup.COUPON_DAYS)),
      by(
          "day",
          "day day, currency text, placed count, paid count, closed count, turnover money,"
              + " discount money, turnoverPerDiscount ratio",
          """
          select day, currency, sum(placed), sum(paid), sum(closed), sum(turnover), sum(discount),
            sum(turnover) / nullif(sum(discount), 0)
          from coupon_days group by day, currency order by day, currency
          """,
          RANGE.of(Rollup.COUPON_DAYS)));

  private final String title;
  private final List<ReportCut> cuts;

  Report(String title, ReportCut... cuts) {
    this.title = title;
    this.cuts = List.of(cuts);
  }

  /** Its name in addresses. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its name for people, in English. */
  public String title() {
    return title;
  }

  /** The ways its figures can be cut; the first is taken where nobody asks for one. */
  public List<ReportCut> cuts() {
    return cuts;
  }

  /** The way of this name. */
  public Optional<ReportCut> cut(String name) {
    return cuts.stream().filter(cut -> cut.name().equals(name)).findFirst();
  }

  /** The report with this name. */
  public static Optional<Report> named(String wire) {
    return Arrays.stream(values()).filter(each -> each.wire().equals(wire)).findFirst();
  }
}
