package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the audit itself sums up of a month's orders and money before they leave the database. The
 * opening balances are made elsewhere, and must say the same.
 */
final class MonthSums {

  /** Opening balances that are compared line by line; those of goods are compared with stock. */
  static final Set<String> NAMES = Set.of("ledger", "state", "captured", "back");

  private static final List<String> SUMS =
      List.of(
          """
          select 'ledger', account || ' ' || currency, count(*), sum(amount)::bigint from (
            select credit as account, currency, amount from payment.ledger
            where order_number >= :first and order_number < :next
            union all
            select debit, currency, -amount from payment.ledger
            where order_number >= :first and order_number < :next) x
          group by 2
          """,
          """
          select 'state', state || ' ' || currency, count(*), sum(total)::bigint
          from ordering.orders where number >= :first and number < :next group by 2
          """,
          """
          select 'captured', provider || ' ' || currency, count(*), sum(amount)::bigint
          from payment.capture where order_number >= :first and order_number < :next group by 2
          """,
          """
          select 'back', provider || ' ' || currency, count(*), sum(amount)::bigint
          from payment.refund
          where order_number >= :first and order_number < :next and succeeded_at is not null
            and reversed_at is null
          group by 2
          """);

  private MonthSums() {}

  /** All sums of a month, each on a line, by name and key. */
  static String read(AuditSession.Snapshot snapshot, Range month) throws SQLException {
    TreeMap<String, String> lines = new TreeMap<>();
    for (String sql : SUMS) {
      snapshot.each(
          month.in(sql),
          row ->
              lines.put(
                  row.getString(1) + '\0' + row.getString(2),
                  line(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4))));
    }
    return String.join("", lines.values());
  }

  static String line(String what, String key, long rows, long amount) {
    return what + ' ' + key + ' ' + rows + ' ' + amount + '\n';
  }
}
