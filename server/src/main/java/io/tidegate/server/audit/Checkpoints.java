package io.tidegate.server.audit;

import io.tidegate.server.audit.OrderRanges.Contents;
import io.tidegate.server.audit.OrderRanges.Range;
import java.sql.SQLException;
import java.util.List;

/**
 * Writes down that a range is settled: its orders are final, and the checks of single orders found
 * nothing in it.
 */
final class Checkpoints {

  private static final List<String> TABLES = List.of("audit.checkpoint", "audit.checkpoint_sold");
  private static final String FORGET =
      "delete from audit.checkpoint where first >= ? and first < ?";
  private static final String SETTLE =
      "insert into audit.checkpoint (first, next, orders, fingerprint)"
          + " values (?, ?, ?, ?::numeric)";
  private static final String SOLD =
      """
      insert into audit.checkpoint_sold (first, sku, quantity)
      select ?, i->>0, sum((i->>2)::bigint)
      from ordering.orders o
      cross join jsonb_array_elements(o.items::jsonb) with ordinality as l(i, ord)
      where o.number >= ? and o.number < ? and o.state = 6 and l.ord > 1
      group by 2
      """;

  private Checkpoints() {}

  /**
   * Settles a range if it is final; one that is not loses the checkpoint it may have had. The last
   * range is never settled: new orders come into it.
   */
  static void settle(AuditSession session, Range range) throws SQLException {
    if (range.next() == Long.MAX_VALUE || !session.hasTables(TABLES)) {
      return;
    }
    session.write(work -> {
      Contents now = OrderRanges.contents(work, range);
      work.change(FORGET, List.of(range.first(), range.next()));
      if (now.isFinal()) {
        work.change(SETTLE, List.of(range.first(), range.next(), now.orders(), now.fingerprint()));
        work.change(SOLD, List.of(range.first(), range.first(), range.next()));
      }
    });
  }
}
