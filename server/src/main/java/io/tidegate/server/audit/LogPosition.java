package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Up to where the event log has been read: all that a snapshot sees. What comes later is what
 * another snapshot sees and this one did not, as the relay has it; so ranges of orders are compared
 * with the log in one snapshot each, and the log is still read only once.
 *
 * @param snapshot as PostgreSQL writes it: {@code xmin:xmax:xip,...}
 * @param base rows up to this position come from another cluster, and their transactions' ids mean
 *     nothing here; all snapshots see them
 */
record LogPosition(String snapshot, long base) {

  static final List<String> TABLES = List.of("messaging.log", "messaging.relay");

  /** What the reader's snapshot sees. */
  static LogPosition now(AuditSession.Snapshot reader) throws SQLException {
    List<LogPosition> found = new ArrayList<>(1);
    reader.few(
        "select pg_current_snapshot()::text, coalesce((select base from messaging.relay), 0)",
        row -> found.add(new LogPosition(row.getString(1), row.getLong(2))));
    return found.getFirst();
  }

  /** Whether this position's snapshot sees a row, in SQL. */
  String sees() {
    return "(l.position <= %d or pg_visible_in_snapshot(l.xid, '%s'))".formatted(base, snapshot);
  }

  /** Rows that this position's snapshot doesn't see, in SQL that an index answers. */
  String misses() {
    String[] parts = snapshot.split(":", -1);
    String running = parts.length > 2 ? parts[2] : "";
    return "l.position > %d and (l.xid >= '%s'::xid8 or l.xid = any('{%s}'::xid8[]))"
        .formatted(base, parts[1], running);
  }
}
