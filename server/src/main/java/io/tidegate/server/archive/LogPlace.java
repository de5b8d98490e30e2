package io.tidegate.server.archive;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.Sql;
import io.tidegate.server.audit.MonthAudit;
import io.tidegate.shop.reporting.RetiredMonthStore.Retired;
import java.util.List;

/**
 * Up to where the event log was read: all that a snapshot sees.
 *
 * @param base rows up to this position come from another cluster; all snapshots see them
 */
record LogPlace(String snapshot, long base) {

  private static final Sql NOW =
      new Sql(
          "select pg_current_snapshot()::text, coalesce((select base from messaging.relay), 0)");

  /** Up to where it was read when the month was audited. */
  static LogPlace audited(Retired month) {
    String snapshot = month.snapshot();
    return new LogPlace(snapshot == null ? "1:1:" : snapshot, month.base());
  }

  /** All that whoever reads next sees, at least. */
  static LogPlace now(Bulk bulk) {
    return bulk.query(NOW, row -> new LogPlace(row.getString(1), row.getLong(2))).getFirst();
  }

  /** Whether the log has told of a month behind this place. */
  boolean hasTold(Bulk bulk, Month month) {
    String told =
        MonthAudit.toldSince(
            new MonthAudit.Result(List.of(), 0, snapshot, base), month.first(), month.next());
    return bulk.query(
            new Sql("select exists (select from messaging.log l where " + told + ")"),
            row -> row.getBoolean(1))
        .getFirst();
  }
}
