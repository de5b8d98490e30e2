package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A month whose orders have left the database: what its opening balances say, and what the audit
 * itself had found of it before.
 *
 * @param label such as 2025-11
 * @param frozen whether the audit has found anything; without it nothing can be compared
 * @param told what the log must tell of its orders
 * @param staying what the rows were that stay and name its orders, table by table
 * @param sums what the audit had summed up, as {@link MonthSums} does
 * @param opening the opening balances of the same names
 */
record RetiredMonth(
    String label,
    long first,
    long next,
    boolean frozen,
    Told told,
    long orders,
    long numbers,
    Map<String, Long> checked,
    String staying,
    String sums,
    String opening,
    Map<String, Range.Pieces> pieces,
    Map<Long, Long> pools) {

  private static final List<String> TABLES =
      List.of("reporting.retired_month", "reporting.opening", "audit.month");
  private static final String MONTHS =
      """
      select to_char(r.month, 'YYYY-MM'), r.first_number, r.next_number, m.first is not null,
        coalesce(m.facts, 0), coalesce(m.moves, 0), coalesce(m.others, 0), coalesce(m.orders, 0),
        coalesce(m.numbers, 0), coalesce(m.checked, ''), coalesce(m.staying, ''),
        coalesce(m.sums, '')
      from reporting.retired_month r
      left join audit.month m on m.first = r.first_number and m.next = r.next_number
      where r.state in ('retired', 'dropped') order by r.first_number
      """;
  private static final String OPENINGS =
      """
      select to_char(o.month, 'YYYY-MM'), o.what, o.key, o.rows, o.amount
      from reporting.opening o join reporting.retired_month r using (month)
      where r.state in ('retired', 'dropped') order by o.month, o.what, o.key
      """;

  /** All of them, oldest first. */
  static List<RetiredMonth> read(AuditSession session) throws SQLException {
    if (!session.knows(TABLES)) {
      return List.of();
    }
    Map<String, Balances> balances = new HashMap<>();
    List<RetiredMonth> months = new ArrayList<>();
    session.snapshot(snapshot -> {
      snapshot.each(
          OPENINGS,
          row ->
              balances
                  .computeIfAbsent(row.getString(1), _ -> new Balances())
                  .add(row.getString(2), row.getString(3), row.getLong(4), row.getLong(5)));
      snapshot.few(
          MONTHS,
          row -> {
            Told told = new Told();
            told.facts = row.getLong(5);
            told.moves = row.getLong(6);
            told.others = row.getLong(7);
            Balances own = balances.getOrDefault(row.getString(1), new Balances());
            months.add(
                new RetiredMonth(
                    row.getString(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getBoolean(4),
                    told,
                    row.getLong(8),
                    row.getLong(9),
                    Checkpoint.counts(row.getString(10)),
                    row.getString(11),
                    row.getString(12),
                    own.sums.toString(),
                    own.pieces,
                    own.pools));
          });
    });
    return months;
  }

  private static final class Balances {
    private final StringBuilder sums = new StringBuilder();
    private final Map<String, Range.Pieces> pieces = new TreeMap<>();
    private final Map<Long, Long> pools = new TreeMap<>();

    void add(String what, String key, long rows, long amount) {
      if (MonthSums.NAMES.contains(what)) {
        sums.append(MonthSums.line(what, key, rows, amount));
      }
      switch (what) {
        case "sold" -> of(key).sold += amount;
        case "restocked" -> {
          of(key).sold -= amount;
          of(key).refunded = true;
        }
        case "left" -> of(key).picked += amount;
        case "received" -> of(key).picked -= amount;
        case "pool" -> pools.put(Long.parseLong(key), amount);
        default -> {
          // not about goods
        }
      }
    }

    private Range.Pieces of(String sku) {
      return pieces.computeIfAbsent(sku, _ -> new Range.Pieces());
    }
  }
}
