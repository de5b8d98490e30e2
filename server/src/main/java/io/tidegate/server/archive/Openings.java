package io.tidegate.server.archive;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A month's opening balances: what its rows say, in sums, written down before they leave. */
final class Openings {

  private static final String OF_MONTH = "order_number >= :first and order_number < :next";

  /** Orders that were paid for, by state: their pieces are sold. */
  private static final String SOLD =
      """
      select i.value->>0 as sku, (i.value->>2)::bigint as quantity, (i.value->>5)::bigint as pool
      from ordering.orders o
      cross join lateral json_array_elements(o.items::json) with ordinality i(value, n)
      where o.number >= :first and o.number < :next and o.state in (2, 3, 4, 5, 6, 9) and i.n > 1
      """;

  private static final String RESTOCKED =
      """
      select i.value->>0 as sku, r.quantity::bigint as quantity, (i.value->>5)::bigint as pool
      from ordering.refunded_line r
      join ordering.orders o on o.number = r.order_number
      cross join lateral (select o.items::json->r.line as value) i
      where r.restocked and r.order_number >= :first and r.order_number < :next
        and o.number >= :first and o.number < :next
      """;

  private static final List<String> SUMS =
      List.of(
          """
          select 'ledger', s.account || ' ' || l.currency, count(*),
            sum(l.amount * s.sign)::bigint
          from payment.ledger l
          cross join lateral (values (l.credit, 1), (l.debit, -1)) s(account, sign)
          where l.order_number >= :first and l.order_number < :next group by 2
          """,
          """
          select 'state', state || ' ' || currency, count(*), sum(total)::bigint
          from ordering.orders where number >= :first and number < :next group by 2
          """,
          "select 'captured', provider || ' ' || currency, count(*), sum(amount)::bigint"
              + " from payment.capture where "
              + OF_MONTH
              + " group by 2",
          "select 'back', provider || ' ' || currency, count(*), sum(amount)::bigint"
              + " from payment.refund where succeeded_at is not null and reversed_at is null and "
              + OF_MONTH
              + " group by 2",
          "select 'sold', sku, count(*), sum(quantity)::bigint from (" + SOLD + ") x group by 2",
          "select 'restocked', sku, count(*), sum(quantity)::bigint from ("
              + RESTOCKED
              + ") x group by 2",
          "select 'pool', pool::text, count(*), sum(quantity)::bigint from (select pool, quantity from ("
              + SOLD
              + ") s union all select pool, -quantity from ("
              + RESTOCKED
              + ") r) x where pool is not null group by 2",
          """
          select 'left', i.value->>'sku', count(*), sum((i.value->>'quantity')::bigint)::bigint
          from fulfilment.shipment s
          cross join lateral json_array_elements(s.items::json) i(value)
          where s.state in ('picked', 'packed', 'shipped', 'delivered') and s.%s group by 2
          """
              .formatted(OF_MONTH),
          "select 'received', sku, count(*), sum(quantity)::bigint from inventory.given_back"
              + " where warehouse is not null and "
              + OF_MONTH
              + " group by 2",
          "select 'points', kind, count(*), sum(amount)::bigint from points.entry where "
              + OF_MONTH
              + " group by 2",
          "select 'coupons', template || ' ' || state, count(*), count(*) from marketing.coupon where "
              + OF_MONTH
              + " group by 2",
          "select 'red_packets', currency, count(*), sum(amount)::bigint from marketing.red_packet"
              + " where "
              + OF_MONTH
              + " group by 2");

  private Openings() {}

  /** Writes them, in the place of what was written before. */
  static void freeze(Bulk bulk, Month month) {
    bulk.run(new Sql("delete from reporting.opening where month = ?::date"), month.day());
    for (String sums : all()) {
      bulk.run(
          new Sql(
              "insert into reporting.opening (month, what, key, rows, amount)"
                  + " select ?::date, s.* from ("
                  + month.in(sums)
                  + ") s"),
          month.day());
    }
  }

  private static List<String> all() {
    List<String> all = new ArrayList<>(SUMS);
    all.add(rows());
    return all;
  }

  /** How many rows each table has, and the sum of their versions: a change of any is seen. */
  private static String rows() {
    return LeavingTable.ALL.stream()
        .map(table ->
            "select 'rows', '%1$s', count(*), coalesce(sum(%2$s), 0)::bigint from %1$s where %3$s >= :first and %3$s < :next"
                .formatted(
                    table.name(),
                    table.version().isEmpty() ? "0" : table.version(),
                    table.number()))
        .collect(Collectors.joining(" union all "));
  }

  /** Tables that do not have the rows any more that were frozen. */
  static List<String> changed(Bulk bulk, Month month) {
    return bulk.query(
        new Sql(
            "select n.key from ("
                + month.in(rows())
                + ") n(what, key, rows, amount) left join reporting.opening o on o.month = '%s' and o.what = n.what and o.key = n.key where n.rows is distinct from o.rows or n.amount is distinct from o.amount order by 1"
                    .formatted(month.day())),
        row -> row.getString(1));
  }

  /** How many rows a table has, by the opening balances. */
  static long rows(Bulk bulk, Month month, LeavingTable table) {
    return bulk
        .query(
            new Sql(
                "select rows from reporting.opening where month = ?::date and what = 'rows' and key = ?"),
            row -> row.getLong(1),
            month.day(),
            table.name())
        .stream()
        .findFirst()
        .orElse(0L);
  }

  /** How many orders there are, and their totals, by the opening balances. */
  static long[] orders(Bulk bulk, Month month) {
    return bulk.query(
            new Sql(
                "select coalesce(sum(rows), 0)::bigint, coalesce(sum(amount), 0)::bigint from reporting.opening where month = ?::date and what = 'state'"),
            row -> new long[] {row.getLong(1), row.getLong(2)},
            month.day())
        .getFirst();
  }
}
