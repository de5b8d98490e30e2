package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ranges of order numbers that an audit goes through, and which of them an earlier audit has
 * settled.
 */
final class OrderRanges {

  /** Orders of one range: what is read in one snapshot. */
  static final int ROWS_MAX = 20_000;

  /**
   * From one number to below another.
   *
   * @param orders how many there are, as a checkpoint says; 0 where there is none
   */
  record Range(long first, long next, long orders, String fingerprint) {
    boolean hasCheckpoint() {
      return orders > 0;
    }
  }

  /** What is in a range now. */
  record Contents(long orders, String fingerprint, boolean isFinal) {}

  private final List<Range> ranges = new ArrayList<>();

  /**
   * Cuts all order numbers into ranges, where a checkpoint lies into its own.
   *
   * @param full forgets the checkpoints
   */
  static OrderRanges read(AuditSession session, boolean full) throws SQLException {
    OrderRanges all = new OrderRanges();
    session.snapshot(snapshot -> {
      Map<Long, Range> settled = full ? Map.of() : checkpoints(snapshot);
      long[] at = {0};
      boolean[] more = {true};
      while (more[0]) {
        Range known = settled.get(at[0]);
        if (known != null) {
          all.ranges.add(known);
          at[0] = known.next();
          continue;
        }
        more[0] = false;
        long first = at[0];
        snapshot.few(
            "select number from ordering.orders where number >= "
                + first
                + " order by number limit 1 offset "
                + ROWS_MAX,
            row -> {
              at[0] = row.getLong(1);
              more[0] = true;
            });
        all.ranges.add(new Range(first, more[0] ? at[0] : Long.MAX_VALUE, 0, ""));
      }
    });
    return all;
  }

  List<Range> all() {
    return ranges;
  }

  /** Sums up a range's rows: any change of any column makes another fingerprint. */
  static Contents contents(AuditSession.Snapshot snapshot, Range range) throws SQLException {
    Contents[] found = {new Contents(0, "0", false)};
    snapshot.few(
        "select count(*), coalesce(sum(hash_record_extended(o.*, 0)), 0)::text,"
            + " coalesce(bool_and(o.state in (6, 7, 8, 9)), false)"
            + " from ordering.orders o where o.number >= "
            + range.first()
            + " and o.number < "
            + range.next(),
        row -> found[0] = new Contents(row.getLong(1), row.getString(2), row.getBoolean(3)));
    return found[0];
  }

  /** Whether a range is as its checkpoint left it. */
  static boolean isSettled(AuditSession.Snapshot snapshot, Range range) throws SQLException {
    if (!range.hasCheckpoint()) {
      return false;
    }
    Contents now = contents(snapshot, range);
    return now.orders() == range.orders() && now.fingerprint().equals(range.fingerprint());
  }

  private static Map<Long, Range> checkpoints(AuditSession.Snapshot snapshot) throws SQLException {
    Map<Long, Range> settled = new HashMap<>();
    boolean[] exists = {false};
    snapshot.few(
        "select to_regclass('audit.checkpoint') is not null", row -> exists[0] = row.getBoolean(1));
    if (exists[0]) {
      snapshot.each(
          "select first, next, orders, fingerprint::text from audit.checkpoint",
          row ->
              settled.put(
                  row.getLong(1),
                  new Range(row.getLong(1), row.getLong(2), row.getLong(3), row.getString(4))));
    }
    return settled;
  }
}
