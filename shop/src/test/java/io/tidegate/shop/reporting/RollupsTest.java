package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Made-up months: what reports say, from rollups, against plain SQL over the raw rows. */
class RollupsTest {

  private static final LocalDate LAST = LocalDate.parse("2026-11-11");
  private static final int DAYS = 40;
  private static final LocalDate FIRST = LAST.minusDays(DAYS - 1L);

  /** No test changes it. */
  private static ReportsLake lake;

  @BeforeAll
  static void fill(@TempDir Path folder) {
    lake = new ReportsLake(folder);
    lake.fill(4_000, DAYS, LAST);
    // Most days are kept, the last ones are read from raw rows.
    lake.keepUp(LAST.minusDays(3));
  }

  @AfterAll
  static void close() {
    lake.close();
  }

  private static void same(List<String> answered, String sql) throws SQLException {
    List<String> wanted = lake.raw(sql);
    assertThat(wanted).isNotEmpty();
    assertThat(answered).containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  void turnoverIsTheSumOfThePaidOrders() throws SQLException {
    List<String> answered =
        lake.ask(Report.TURNOVER, "day", FIRST.plusDays(3), LAST.minusDays(1)).stream()
            .map(row -> String.join(" ", List.of(row.split(" ")).subList(0, 4)))
            .toList();
    same(
        answered,
        """
        select day::varchar, currency, sum(case when type = 'paid' then total else 0 end)::bigint,
          sum(case when type in ('refunded', 'partially_refunded') then amount else 0 end)::bigint
        from orders where day between date '%s' and date '%s'
          and type in ('paid', 'refunded', 'partially_refunded')
        group by day, currency
        """
            .formatted(FIRST.plusDays(3), LAST.minusDays(1)));
  }

  @Test
  void statesAreThoseOfTheHighestVersions() throws SQLException {
    for (LocalDate to : List.of(FIRST.plusDays(10), LAST.minusDays(4), LAST)) {
      same(
          lake.ask(Report.ORDERS_BY_STATE, "state", FIRST, to),
          """
          with last as (
            select number, arg_max(state, version) as state from orders where day <= date '%1$s'
            group by number),
          worth as (
            select number, any_value(currency) as currency, any_value(total) as total
            from orders where type = 'placed' group by number)
          select state, currency, count(*), sum(total)::bigint from last join worth using (number)
          group by state, currency
          """
              .formatted(to));
    }
  }

  @Test
  void cohortsAreByTheFirstPurchase() throws SQLException {
    List<String> answered =
        lake.ask(Report.COHORTS, "month", FIRST, LAST).stream()
            .map(row -> row.split(" "))
            .map(row -> row[0] + " " + row[1] + " " + row[3] + " " + row[5])
            .toList();
    same(
        answered,
        """
        with bought as (select user_id, date_trunc('month', day)::date as month
          from orders where type = 'paid'),
        firsts as (select user_id, min(month) as first_month from bought group by user_id)
        select first_month::varchar, month::varchar, count(distinct user_id), count(*)
        from bought join firsts using (user_id) group by all
        """);
  }

  @Test
  void peopleOfManyDaysAreCountedOnce() throws SQLException {
    List<String> answered =
        lake.ask(Report.FUNNEL, "total", FIRST.plusDays(2), LAST).stream()
            .map(row -> row.split(" ")[0] + " " + row.split(" ")[1])
            .toList();
    same(
        answered,
        """
        select type, count(distinct user_id) from (
          select day, type, user_id from behaviour where type <> 'reviewed'
          union all select day, type, user_id from orders where type in ('placed', 'paid'))
        where day >= date '%s' group by type
        """
            .formatted(FIRST.plusDays(2)));
  }

  @Test
  void whatWasSoldIsTheSumOfItsLines() throws SQLException {
    same(
        lake.ask(Report.BEST_SELLERS, "turnover", FIRST, LAST).stream()
            .map(row -> row.split(" "))
            .map(row -> row[0] + " " + row[3] + " " + row[4] + " " + row[5])
            .toList(),
        """
        select sku, currency, sum(quantity)::bigint, sum(total)::bigint as turnover from lines
        where type = 'paid' group by all order by turnover desc, sku, currency limit 100
        """);
  }

  @Test
  void whatBecameOfOrdersIsByTheDayTheyWerePlaced() throws SQLException {
    same(
        lake.ask(Report.UNPAID_CLOSE, "total", FIRST, LAST.minusDays(5)).stream()
            .map(row -> row.substring(0, row.lastIndexOf(' ')))
            .toList(),
        """
        select count(*) filter (type = 'placed'), count(*) filter (type = 'paid'),
          count(*) filter (type = 'closed'), count(*) filter (type = 'cancelled')
        from orders where (placed_at + interval 8 hour)::date <= date '%s'
        """
            .formatted(LAST.minusDays(5)));
  }

  @Test
  void couponsAreThoseOfTheOrdersThatHoldThem() throws SQLException {
    same(
        lake.ask(Report.COUPONS, "coupon", FIRST, LAST).stream()
            .map(row -> row.substring(0, row.lastIndexOf(' ')))
            .toList(),
        """
        select coupon, currency, count(*) filter (type = 'placed'), count(*) filter (type = 'paid'),
          count(*) filter (type in ('closed', 'cancelled')),
          coalesce(sum(total) filter (type = 'paid'), 0)::bigint as turnover,
          coalesce(sum(coupon_amount) filter (type = 'paid'), 0)::bigint
        from orders where coupon is not null group by all
        order by turnover desc, coupon, currency limit 100
        """);
    same(
        lake.ask(Report.COUPONS, "day", FIRST, LAST).stream()
            .map(row -> row.substring(0, row.lastIndexOf(' ')))
            .toList(),
        """
        select day::varchar, currency, count(*) filter (type = 'placed'),
          count(*) filter (type = 'paid'), count(*) filter (type in ('closed', 'cancelled')),
          coalesce(sum(total) filter (type = 'paid'), 0)::bigint,
          coalesce(sum(coupon_amount) filter (type = 'paid'), 0)::bigint
        from orders where coupon is not null group by day, currency
        """);
  }

  @Test
  void salesAreThoseOfTheOrdersWithTheirPieces() throws SQLException {
    same(
        lake.ask(Report.FLASH_SALES, "sale", FIRST, LAST),
        """
        with of_sale as (select number, any_value(sale) as sale from orders
          where sale is not null group by number)
        select s.sale, currency, count(*) filter (type = 'placed'), count(*) filter (type = 'paid'),
          count(*) filter (type in ('closed', 'cancelled')),
          count(*) filter (type in ('refunded', 'partially_refunded')),
          coalesce(sum(total) filter (type = 'paid'), 0)::bigint, coalesce(sum(amount), 0)::bigint
        from orders o join of_sale s using (number) where currency is not null group by all
        """);
  }

  @Test
  void percentilesAreWithinOnePercent() throws SQLException {
    Map<String, Long> exact = new TreeMap<>();
    for (String row :
        lake.raw(
            """
            with paid as (select number, happened_at as began_at from orders where type = 'paid')
            select type, quantile_disc(epoch_ms(happened_at) - epoch_ms(began_at), 0.9)
            from orders join paid using (number) where type in ('shipped', 'delivered')
            group by type
            """)) {
      exact.put(row.split(" ")[0], Long.valueOf(row.split(" ")[1]));
    }
    assertThat(exact).hasSize(2);
    Map<String, Long> answered = new TreeMap<>();
    for (String row : lake.ask(Report.AFTER_PAYMENT, "step", FIRST, LAST)) {
      answered.put(row.split(" ")[0], Long.valueOf(row.split(" ")[3]));
    }
    exact.forEach((step, millis) ->
        assertThat(answered.get(step)).as(step).isBetween(millis, millis + millis / 100));
  }

  @Test
  void percentilesOfADayAreWithinOnePercent() throws SQLException {
    Map<String, Long> exact = new TreeMap<>();
    for (String row :
        lake.raw(
            """
            with paid as (select number, happened_at as began_at from orders where type = 'paid')
            select day::varchar || '/' || type, count(*),
              quantile_disc(epoch_ms(happened_at) - epoch_ms(began_at), 0.5)
            from orders join paid using (number) where type in ('shipped', 'delivered')
            group by all
            """)) {
      String[] cells = row.split(" ");
      exact.put(cells[0] + " " + cells[1], Long.valueOf(cells[2]));
    }
    Map<String, Long> answered = new TreeMap<>();
    for (String row : lake.ask(Report.AFTER_PAYMENT, "day", FIRST, LAST)) {
      String[] cells = row.split(" ");
      if (cells[1].equals("shipped") || cells[1].equals("delivered")) {
        answered.put(cells[0] + "/" + cells[1] + " " + cells[2], Long.valueOf(cells[3]));
      }
    }
    assertThat(answered).hasSizeGreaterThan(DAYS).containsOnlyKeys(exact.keySet());
    exact.forEach((day, millis) ->
        assertThat(answered.get(day)).as(day).isBetween(millis, millis + millis / 100));
  }

  @Test
  void peopleOfADayAreCountedOnce() throws SQLException {
    same(
        lake.ask(Report.FUNNEL, "day", FIRST, LAST),
        """
        with did as (select day, type, user_id from behaviour
          union all select day, type, user_id from orders)
        select day::varchar, count(distinct user_id) filter (type = 'searched'),
          count(distinct user_id) filter (type = 'viewed'),
          count(distinct user_id) filter (type = 'clicked'),
          count(distinct user_id) filter (type = 'carted'),
          count(distinct user_id) filter (type = 'placed'),
          count(distinct user_id) filter (type = 'paid')
        from did group by day having count(*) filter (type <> 'completed') > 0
        """);
  }

  @Test
  void onlyAnEmptyLakeIsFilled() {
    assertThatThrownBy(() -> lake.fill(1, 1, LAST)).isInstanceOf(LakeFill.NotEmpty.class);
  }
}
