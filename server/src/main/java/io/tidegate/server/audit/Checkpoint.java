package io.tidegate.server.audit;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an earlier audit has left: how far it read the log, and its ranges with their checksums.
 *
 * @param number of that audit; 0 where there is none to go on from
 * @param ranges all of them, from 0 to the open one
 * @param stored whether one is in the database, be it of use or not
 */
record Checkpoint(
    long number,
    LogPosition position,
    long logSettled,
    Map<String, Long> logChecked,
    List<Range> ranges,
    long stored) {

  private static final List<String> TABLES =
      List.of("audit.checkpoint", "audit.range", "audit.report");
  private static final String READ =
      """
      select number, snapshot, base, log_settled, log_checked, asked = %d and cluster
        = (select system_identifier from pg_control_system())
      from audit.checkpoint
      """;
  private static final String READ_RANGES =
      """
      select first, next, facts, moves, others, log_from, settled, checksum, verified_in, ended,
        orders, numbers, checked, skus, pieces, pools, pool_pieces
      from audit.range order by first
      """;

  /** Reports that are kept. */
  private static final int REPORTS_MAX = 50;

  private static final int NUMBERS = 5;

  private static Checkpoint none(long stored) {
    return new Checkpoint(0, new LogPosition("1:1:", 0), 0, Map.of(), List.of(), stored);
  }

  boolean exists() {
    return number > 0;
  }

  /**
   * Reads what is there.
   *
   * @param asked a hash of what this program asks
   */
  static Checkpoint read(AuditSession session, boolean full, long asked) throws SQLException {
    if (!session.knows(TABLES)) {
      return none(0);
    }
    List<Checkpoint> found = new ArrayList<>(1);
    session.snapshot(snapshot -> {
      snapshot.few(
          READ.formatted(asked),
          row ->
              found.add(
                  row.getBoolean(6) && !full
                      ? new Checkpoint(
                          row.getLong(1),
                          new LogPosition(row.getString(2), row.getLong(3)),
                          row.getLong(4),
                          counts(row.getString(5)),
                          new ArrayList<>(),
                          row.getLong(1))
                      : none(row.getLong(1))));
      if (!found.isEmpty() && found.getFirst().exists()) {
        snapshot.each(READ_RANGES, row -> found.getFirst().ranges().add(range(row)));
      }
    });
    return found.isEmpty() ? none(0) : found.getFirst();
  }

  private static Range range(ResultSet row) throws SQLException {
    Range range = new Range(row.getLong(1), row.getLong(2));
    range.log.facts = row.getLong(3);
    range.log.moves = row.getLong(4);
    range.log.others = row.getLong(5);
    range.logFrom = row.getLong(6);
    range.settled = row.getBoolean(7);
    range.checksum = row.getString(8);
    range.verifiedIn = row.getLong(9);
    range.ended = row.getBoolean(10);
    range.orders = row.getLong(11);
    range.numbers = row.getLong(12);
    range.checked.putAll(counts(row.getString(13)));
    String[] skus = (String[]) array(row.getArray(14));
    Long[] numbers = (Long[]) array(row.getArray(15));
    for (int i = 0; i < skus.length; i++) {
      Range.Pieces pieces = range.of(skus[i]);
      pieces.locked = numbers[i * NUMBERS];
      pieces.sold = numbers[i * NUMBERS + 1];
      pieces.picked = numbers[i * NUMBERS + 2];
      pieces.planned = numbers[i * NUMBERS + 3];
      pieces.refunded = numbers[i * NUMBERS + 4] != 0;
    }
    Long[] pools = (Long[]) array(row.getArray(16));
    Long[] ofPools = (Long[]) array(row.getArray(17));
    for (int i = 0; i < pools.length; i++) {
      range.pools.put(pools[i], ofPools[i]);
    }
    return range;
  }

  private static Object array(Array array) throws SQLException {
    return array.getArray();
  }

  /** Writes the next one, unless another audit has ended meanwhile and written its own. */
  void replace(AuditSession session, long asked, Checkpoint next) throws SQLException {
    if (!session.knows(TABLES)) {
      return;
    }
    session.write(work -> {
      long[] now = {0};
      work.few("select number from audit.checkpoint for update", row -> now[0] = row.getLong(1));
      if (now[0] != stored) {
        return;
      }
      work.change("delete from audit.checkpoint", List.of());
      work.change(
          """
          insert into audit.checkpoint (number, asked, cluster, snapshot, base, log_settled,
            log_checked)
          select ?, ?, system_identifier, ?, ?, ?, ? from pg_control_system()
          """,
          List.of(
              stored + 1,
              asked,
              next.position().snapshot(),
              next.position().base(),
              next.logSettled(),
              text(next.logChecked())));
      work.change("delete from audit.range", List.of());
      for (Range range : next.ranges()) {
        write(work, range);
      }
    });
  }

  private static void write(AuditSession.Snapshot work, Range range) throws SQLException {
    String[] skus = new String[range.pieces.size()];
    long[] numbers = new long[skus.length * NUMBERS];
    int i = 0;
    for (Map.Entry<String, Range.Pieces> entry : range.pieces.entrySet()) {
      skus[i] = entry.getKey();
      Range.Pieces pieces = entry.getValue();
      numbers[i * NUMBERS] = pieces.locked;
      numbers[i * NUMBERS + 1] = pieces.sold;
      numbers[i * NUMBERS + 2] = pieces.picked;
      numbers[i * NUMBERS + 3] = pieces.planned;
      numbers[i * NUMBERS + 4] = pieces.refunded ? 1 : 0;
      i++;
    }
    work.change(
        "insert into audit.range values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        List.of(
            range.first,
            range.next,
            range.log.facts,
            range.log.moves,
            range.log.others,
            range.logFrom,
            range.settled && !range.touched,
            range.checksum,
            range.verifiedIn,
            range.ended,
            range.orders,
            range.numbers,
            text(range.checked),
            skus,
            numbers,
            range.pools.keySet().stream().mapToLong(Long::longValue).toArray(),
            range.pools.values().stream().mapToLong(Long::longValue).toArray()));
  }

  /** Keeps a report, and forgets the oldest. */
  static void keep(AuditSession session, AuditReport report) throws SQLException {
    if (session.knows(TABLES)) {
      session.write(work -> {
        work.change(
            "insert into audit.report (report) values (?::jsonb)", List.of(report.toJson()));
        work.change(
            "delete from audit.report where id <= (select max(id) from audit.report) - ?",
            List.of(REPORTS_MAX));
      });
    }
  }

  /** The ranges whose checksums were compared longest ago, so many that this audit may take. */
  static List<Range> toVerify(List<Range> settled, long ordersMax) {
    List<Range> chosen = new ArrayList<>();
    long orders = 0;
    for (Range range :
        settled.stream()
            .sorted(
                Comparator.comparingLong((Range range) -> range.verifiedIn)
                    .thenComparingLong(range -> range.first))
            .toList()) {
      orders += range.orders;
      if (orders > ordersMax) {
        break;
      }
      chosen.add(range);
    }
    return chosen;
  }

  static String text(Map<String, Long> counts) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(counts)
        .forEach((name, count) ->
            text.append(text.isEmpty() ? "" : " ").append(name).append('=').append(count));
    return text.toString();
  }

  static Map<String, Long> counts(String text) {
    Map<String, Long> counts = new HashMap<>();
    Arrays.stream(text.split(" "))
        .filter(part -> !part.isEmpty())
        .forEach(part -> {
          int at = part.indexOf('=');
          counts.put(part.substring(0, at), Long.parseLong(part.substring(at + 1)));
        });
    return counts;
  }
}
