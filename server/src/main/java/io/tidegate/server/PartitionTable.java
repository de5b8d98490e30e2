package io.tidegate.server;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.kernel.OrderNumber;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which partitioned tables lack the partition that they need next: the log's next one, and next
 * month's of all others, which are cut by the order's number.
 */
final class PartitionTable {

  private static final String LOG = "messaging.log";

  /** Each table, with the end of its last partition; 0 without one. */
  private static final Sql ENDS =
      Sql.of(
          """
          select t.partrelid::regclass::text,
            coalesce(max(substring(pg_get_expr(p.relpartbound, p.oid)
              from $end$TO \\('(\\d+)$end$)::bigint), 0)
          from pg_partitioned_table t
            left join pg_inherits i on i.inhparent = t.partrelid
            left join pg_class p on p.oid = i.inhrelid
          group by 1 order by 1
          """);

  private record End(String table, long number) {}

  private final Database database;
  private final EventLog log;

  PartitionTable(Database database, EventLog log) {
    this.database = database;
    this.log = log;
  }

  List<String> tables() {
    return ends().stream().map(End::table).toList();
  }

  /** Those that lack it at this moment. */
  Set<String> missing(Instant now) {
    YearMonth next = YearMonth.from(now.atOffset(ZoneOffset.UTC)).plusMonths(1);
    long begin =
        OrderNumber.firstAt(next.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli());
    Set<String> missing = new HashSet<>();
    for (End end : ends()) {
      boolean ahead = end.table().equals(LOG) ? log.nextPartitionExists() : end.number() > begin;
      if (!ahead) {
        missing.add(end.table());
      }
    }
    return missing;
  }

  private List<End> ends() {
    return database.read(ENDS, row -> new End(row.getString(1), row.getLong(2)));
  }
}
