package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Sample;
import io.tidegate.server.audit.OrderRanges.Range;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * S2 and S5: what orders hold of each SKU, folded range by range in one snapshot and compared with
 * the stock rows of that snapshot. Settled ranges are taken from their checkpoints.
 *
 * <p>Its memory is bounded by the number of SKUs.
 */
final class StockFold {

  static final List<String> TABLES =
      List.of("inventory.stock", "ordering.orders", "fulfilment.task");

  /**
   * Pieces that orders hold. A refunded order has given its pieces back at once if they never left;
   * else they are sold until they are received.
   */
  private static final String HELD =
      """
      select i->>0,
        coalesce(sum((i->>2)::bigint) filter (where o.state = 1), 0),
        coalesce(sum((i->>2)::bigint) filter (where o.state in (2, 3, 4, 5, 6)
          or o.state = 9 and t.state in ('leaving', 'delivered')), 0),
        bool_or(o.state = 9), count(distinct o.number)
      from ordering.orders o
      left join fulfilment.task t on t.order_number = o.number and o.state = 9
      cross join jsonb_array_elements(
        case when o.items is json array then o.items::jsonb else '[]' end)
        with ordinality as l(i, ord)
      where o.number >= %d and o.number < %d and l.ord > 1 %s
      group by 1
      """;

  private static final class Held {
    long locked;
    long sold;
  }

  private final Map<String, Held> held = new HashMap<>();
  private final Set<String> refunded = new HashSet<>();
  private final Finding sums;
  private final Finding returns;
  private long settledOrders;

  StockFold(Finding sums, Finding returns) {
    this.sums = sums;
    this.returns = returns;
  }

  void run(AuditSession session, List<Range> ranges) throws SQLException {
    session.snapshot(snapshot -> {
      for (Range range : ranges) {
        boolean settled = OrderRanges.isSettled(snapshot, range);
        if (settled) {
          settledOrders += range.orders();
          snapshot.each(
              "select sku, quantity from audit.checkpoint_sold where first = " + range.first(),
              row -> held(row.getString(1)).sold += row.getLong(2));
        }
        // Refunded orders can be taken back and their goods received: they are always looked at.
        String only = settled ? "and o.state = 9" : "";
        snapshot.each(
            HELD.formatted(range.first(), range.next(), only),
            row -> {
              Held pieces = held(row.getString(1));
              pieces.locked += row.getLong(2);
              pieces.sold += row.getLong(3);
              if (row.getBoolean(4)) {
                refunded.add(row.getString(1));
              }
            });
      }
      snapshot.each(
          "select sku, locked, sold from inventory.stock order by sku",
          row -> compare(row.getString(1), row.getLong(2), row.getLong(3)));
    });
    held.forEach((sku, pieces) -> {
      sums.checked++;
      sums.bad(new Sample(sku, words(pieces.locked, pieces.sold), "no stock row"));
    });
    if (settledOrders > 0) {
      sums.notes.add(settledOrders + " orders settled by an earlier audit");
    }
  }

  private void compare(String sku, long locked, long sold) {
    Held wanted = held.remove(sku);
    long wantedLocked = wanted == null ? 0 : wanted.locked;
    long wantedSold = wanted == null ? 0 : wanted.sold;
    sums.checked++;
    if (locked != wantedLocked || sold != wantedSold) {
      sums.bad(new Sample(sku, words(wantedLocked, wantedSold), words(locked, sold)));
    }
    if (refunded.contains(sku)) {
      returns.checked++;
      if (sold != wantedSold) {
        returns.bad(new Sample(sku, "sold " + wantedSold, "sold " + sold));
      }
    }
  }

  private Held held(String sku) {
    return held.computeIfAbsent(sku, _ -> new Held());
  }

  private static String words(long locked, long sold) {
    return "locked " + locked + ", sold " + sold;
  }
}
