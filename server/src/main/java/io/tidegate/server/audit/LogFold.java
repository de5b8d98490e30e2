package io.tidegate.server.audit;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Folds the event log into the ranges of the orders that it tells of. */
final class LogFold {

  /** Events of these types carry an order's lines (S3). */
  static final String WITH_LINES =
      "l.type in ('order.placed.v1', 'order.paid.v1', 'order.closed.v1', 'order.cancelled.v1')";

  private static final String COLUMNS =
      "l.position, l.type, l.key, l.version, case when " + WITH_LINES + " then l.data end";

  private final Ranges ranges;
  private LogPosition position;

  LogFold(Ranges ranges, LogPosition position) {
    this.ranges = ranges;
    this.position = position;
  }

  /** Whether an order has left the database. */
  boolean isRetired(long number) {
    return ranges.of(number).retired != null;
  }

  LogPosition position() {
    return position;
  }

  void moveTo(LogPosition next) {
    position = next;
  }

  /** Takes in rows of the log; the caller knows that none of them was taken in before. */
  void read(AuditSession.Snapshot reader, String which) throws SQLException {
    reader.each("select " + COLUMNS + " from messaging.log l where " + which, row -> take(row));
  }

  /** Takes in what the reader's snapshot sees and has not been read yet. */
  void advance(AuditSession.Snapshot reader) throws SQLException {
    LogPosition next = LogPosition.now(reader);
    reader.each(
        "select " + COLUMNS + " from messaging.log l where " + position.misses(), row -> take(row));
    position = next;
  }

  private void take(ResultSet row) throws SQLException {
    event(row.getLong(1), row.getString(2), row.getLong(3), row.getInt(4), row.getBytes(5));
  }

  /** Takes in one event, once. */
  void event(long at, String type, long key, int version, byte[] data) {
    if (type.startsWith("stock.") || type.startsWith("sale.")) {
      return; // its key is a SKU's or a sale's
    }
    Range range = ranges.of(key);
    range.log.event(type, key, version, data);
    range.touched = true;
    range.logFrom = Math.min(range.logFrom, at);
  }
}
