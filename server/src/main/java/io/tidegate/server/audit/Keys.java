package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * O4: each order has one key, and each key its order. Counts and hashes of a range's numbers are
 * compared with those of the keys that refer to them; where they differ, SQL names the keys.
 */
final class Keys {

  static final List<String> TABLES = List.of("ordering.orders", "db.idempotency");

  /** Numbers of orders are far above an attempt's seq, which keys of payments refer to. */
  private static final String SUMS =
      """
      select width_bucket(k.reference, %s) as range, count(*),
        mod(sum(hashint8extended(k.reference, 0)), 9223372036854775808)::bigint
      from db.idempotency k where k.reference >= 4194304 group by 1
      """;

  private record Sums(long keys, long hash) {}

  private Keys() {}

  static void check(AuditSession session, Ranges ranges, Finding finding) throws SQLException {
    long began = System.nanoTime();
    Map<Integer, Sums> sums = new HashMap<>();
    session.snapshot(snapshot ->
        snapshot.each(
            SUMS.formatted(ranges.firsts()),
            row -> sums.put(row.getInt(1), new Sums(row.getLong(2), row.getLong(3)))));
    for (int i = 0; i < ranges.all().size(); i++) {
      Range range = ranges.all().get(i);
      Sums keys = sums.getOrDefault(i + 1, new Sums(0, 0));
      if (keys.keys() == range.orders && sameHash(keys.hash(), range.numbers)) {
        finding.checked += range.orders;
        finding.kept += range.readNow ? 0 : range.orders;
      } else {
        session.snapshot(snapshot ->
            snapshot.ask(OrderProbes.ONE_KEY, range.in(OrderProbes.ONE_KEY.sql()), finding));
      }
    }
    finding.asked = true;
    finding.nanos += System.nanoTime() - began;
  }

  /** SQL's sum is exact and was cut to its remainder by 2^63; ours has lost what is above 2^64. */
  private static boolean sameHash(long remainder, long sum) {
    return ((remainder - sum) & Long.MAX_VALUE) == 0;
  }
}
