package io.tidegate.shop.reporting;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rollups that need what was before a day: each order's newest state and each customer's first
 * purchase, as of the last day that is kept. Days are put in one after the other, each once it is
 * over for a day; the days behind are read from raw rows on top. Where a day that is in changes
 * afterwards, all is made again.
 */
final class RollupHistory {

  private static final Logger log = LoggerFactory.getLogger(RollupHistory.class);

  /** Days that are put in by one transaction. */
  private static final int DAYS_AT_ONCE = 15;

  /** Rows of a day may come until the next one is over. */
  private static final int DAYS_OPEN = 2;

  /** One of so many orders and customers is compared with the raw rows by each check. */
  private static final int SLICES = 64;

  private static final Comparator<LocalDate> BY_DAY = Comparator.naturalOrder();

  private final String zone;
  private int slice;

  RollupHistory(String zone) {
    this.zone = zone;
  }

  private static Map<LocalDate, String> kept(Connection connection) throws SQLException {
    return RollupFile.keptHistory(connection);
  }

  private static Optional<LocalDate> last(Map<LocalDate, String> kept) {
    return kept.keySet().stream().max(BY_DAY);
  }

  /** The lake's days behind the last one that is kept, as the connection sees it. */
  static Days after(Connection connection, LakeDays now) throws SQLException {
    Optional<LocalDate> last = last(kept(connection));
    return Days.of(now.historyFiles().keySet())
        .where(day -> last.isEmpty() || day.isAfter(last.get()));
  }

  /** Puts in some of the days that lack; returns whether there are more. */
  boolean keepUp(Connection connection, LakeDays now, LocalDate today) throws SQLException {
    if (!isUnchanged(connection, now)) {
      log.info("days that were counted have changed: what orders and customers were is made again");
      startOver(connection);
    }
    LocalDate open = today.minusDays(DAYS_OPEN - 1L);
    LocalDate end = now.historyLacks().filter(open::isAfter).orElse(open);
    Days behind = after(connection, now).where(day -> day.isBefore(end));
    Days next = behind.first(DAYS_AT_ONCE);
    if (!next.isEmpty()) {
      putIn(connection, next, now);
    }
    return behind.size() > next.size();
  }

  /** Whether days that are kept have the rows they had; other files may hold the same ones. */
  private static boolean isUnchanged(Connection connection, LakeDays now) throws SQLException {
    Map<LocalDate, String> kept = kept(connection);
    Optional<LocalDate> last = last(kept);
    Days others =
        Days.of(kept.keySet())
            .where(day ->
                !Objects.equals(kept.get(day), now.historyFiles().get(day)) && isWhole(now, day));
    Days before =
        Days.of(now.historyFiles().keySet())
            .where(day ->
                !kept.containsKey(day)
                    && last.map(day::isBefore).orElse(false)
                    && isWhole(now, day));
    if (!before.isEmpty()) {
      return false;
    }
    for (LocalDate day : others.all()) {
      String content = "select content from rollup.kept_history where day = date '" + day + "'";
      if (!RollupFile.rows(connection, content).getFirst()[0].equals(content(connection, day))) {
        return false;
      }
      RollupFile.run(
          connection,
          "update rollup.kept_history set files = '%s' where day = date '%s'"
              .formatted(now.historyFiles().getOrDefault(day, ""), day));
    }
    return true;
  }

  private static boolean isWhole(LakeDays now, LocalDate day) {
    return now.isWhole(Rollup.historyReads(), day);
  }

  /** Tells days with different rows apart, whatever files they lie in. */
  private static String content(Connection connection, LocalDate day) throws SQLException {
    return (String)
        RollupFile.rows(
                connection,
                """
                select (select count(*) || '-' || coalesce(bit_xor(hash(number, version, type)), 0)
                    from orders where day = date '%1$s')
                  || '-' ||
                  (select count(*) || '-' || coalesce(bit_xor(hash(shipment, type)), 0)
                    from shipments where day = date '%1$s')
                """
                    .formatted(day))
            .getFirst()[0];
  }

  private static void startOver(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try {
      for (Rollup rollup : Rollup.historic()) {
        RollupFile.run(connection, "delete from rollup." + rollup.table());
      }
      for (String table : List.of("order_last", "buyer", "kept_history")) {
        RollupFile.run(connection, "delete from rollup." + table);
      }
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /** Reads and writes at one moment: rows that come meanwhile are a change, which is seen later. */
  private void putIn(Connection connection, Days next, LakeDays now) throws SQLException {
    connection.setAutoCommit(false);
    try {
      RollupFile.run(connection, touched(next));
      RollupFile.run(connection, bought(next));
      for (Rollup rollup : Rollup.historic()) {
        RollupFile.run(
            connection,
            "insert into rollup." + rollup.table() + " by name " + rollup.source(next, zone));
      }
      for (String sql : MOVE_ON) {
        RollupFile.run(connection, sql);
      }
      for (LocalDate day : next.all()) {
        RollupFile.run(
            connection,
            "insert into rollup.kept_history values (date '%s', '%s', '%s')"
                .formatted(day, now.historyFiles().get(day), content(connection, day)));
      }
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static String touched(Days days) {
    return """
    create or replace temp table touched as
    with told as (
      select number, version, state, currency, total, sale, type, happened_at from orders
      where day in (${days})
      union all
      select number, 0, null, null, null, null, 'planned', happened_at from shipments
      where day in (${days}) and type = 'planned')
    select number, max(version) as version, arg_max(state, version) as state,
      max(currency) as currency, max(total) as total,
      min(happened_at) filter (type = 'paid') as paid_at,
      min(happened_at) filter (type = 'planned') as planned_at,
      min(happened_at) filter (type in ('partially_shipped', 'shipped')) as left_at,
      max(sale) as sale
    from told group by number
    """
        .replace("${days}", days.sql());
  }

  private static String bought(Days days) {
    return """
    create or replace temp table bought as
    select user_id, min(day) as first_day, date_trunc('month', max(day))::date as last_month
    from orders where day in (${days}) and type = 'paid' and user_id is not null
    group by user_id
    """
        .replace("${days}", days.sql());
  }

  private static final List<String> MOVE_ON =
      List.of(
          """
          create or replace temp table known_orders as
          select number from rollup.order_last where number in (select number from touched)
          """,
          """
          update rollup.order_last o set
            state = case when t.version > o.version then t.state else o.state end,
            version = greatest(o.version, t.version),
            currency = coalesce(o.currency, t.currency), total = coalesce(o.total, t.total),
            paid_at = coalesce(o.paid_at, t.paid_at),
            planned_at = coalesce(o.planned_at, t.planned_at),
            left_at = coalesce(o.left_at, t.left_at), sale = coalesce(o.sale, t.sale)
          from touched t where t.number = o.number
          """,
          "insert into rollup.order_last ("
              + RollupFile.ORDER_LAST_COLUMNS
              + ") select "
              + RollupFile.ORDER_LAST_COLUMNS
              + " from touched where number not in (select number from known_orders)"
              + " order by number",
          """
          create or replace temp table known_buyers as
          select user_id from rollup.buyer where user_id in (select user_id from bought)
          """,
          """
          update rollup.buyer b set last_month = greatest(b.last_month, n.last_month)
          from bought n where n.user_id = b.user_id
          """,
          """
          insert into rollup.buyer select user_id, first_day, last_month from bought
          where user_id not in (select user_id from known_buyers) order by user_id
          """);

  /**
   * Compares a table with others of what is kept, or a slice of it with the raw rows; another slice
   * each time. Not while raw rows of its days can't be read.
   *
   * @param nth of {@link #CHECKS_COUNT}
   */
  List<Rollups.Wrong> check(Connection connection, LakeDays now, int nth) throws SQLException {
    Optional<LocalDate> last = last(kept(connection));
    if (last.isEmpty() || now.historyLacks().filter(day -> !day.isAfter(last.get())).isPresent()) {
      return List.of();
    }
    if (nth == 0) {
      slice = (slice + 1) % SLICES;
    }
    Check check = CHECKS.get(nth);
    String sql =
        check
            .differing()
            .replace("${upto}", "date '" + last.get() + "'")
            .replace("${slice}", Integer.toString(slice))
            .replace("${slices}", Integer.toString(SLICES));
    if ((Long) RollupFile.rows(connection, sql).getFirst()[0] == 0) {
      return List.of();
    }
    startOver(connection);
    return List.of(new Rollups.Wrong(check.table(), last.get().toString()));
  }

  /** A question that counts what differs. */
  private record Check(String table, String differing) {}

  private static final List<Check> CHECKS =
      List.of(
          new Check(
              "state_changes",
              """
              with kept as (
                select state, currency, sum(orders)::bigint as n, sum(total)::bigint as t
                from rollup.state_changes group by all having sum(orders) <> 0),
              told as (
                select state, coalesce(currency, '') as currency, count(*)::bigint as n,
                  sum(coalesce(total, 0))::bigint as t
                from rollup.order_last where state is not null group by all)
              select count(*) from (
                (select * from kept except all select * from told)
                union all (select * from told except all select * from kept))
              """),
          new Check(
              "order_last",
              """
              with kept as (
                select number, version, state, total, paid_at from rollup.order_last
                where number % ${slices} = ${slice} and state is not null),
              told as (
                select number, max(version) as version, arg_max(state, version) as state,
                  max(total) as total, min(happened_at) filter (type = 'paid') as paid_at
                from orders where day <= ${upto} and number % ${slices} = ${slice}
                group by number)
              select count(*) from (
                (select * from kept except all select * from told)
                union all (select * from told except all select * from kept))
              """),
          new Check(
              "cohort_days",
              """
              with kept as (
                select first_month, sum(users)::bigint as n from rollup.cohort_days
                where month = first_month group by all),
              told as (
                select date_trunc('month', first_day)::date as first_month, count(*) as n
                from rollup.buyer group by all)
              select count(*) from (
                (select * from kept except all select * from told)
                union all (select * from told except all select * from kept))
              """),
          new Check(
              "buyer",
              """
              with kept as (
                select user_id, first_day from rollup.buyer where user_id % ${slices} = ${slice}),
              told as (
                select user_id, min(day) as first_day from orders
                where day <= ${upto} and type = 'paid' and user_id % ${slices} = ${slice}
                group by user_id)
              select count(*) from (
                (select * from kept except all select * from told)
                union all (select * from told except all select * from kept))
              """));

  /** How many comparisons there are. */
  static final int CHECKS_COUNT = CHECKS.size();
}
