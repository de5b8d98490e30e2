package io.tidegate.server.fill;

import io.tidegate.platform.messaging.Event;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Events in the log that were published and received before they were written.
 *
 * <p>They carry transaction ids that the relay's snapshot has seen, so the relay, which publishes
 * what its last snapshot did not see, never sends them; and each consumer that hears them has its
 * receipt, so the delivery audit misses nothing.
 *
 * <p>The ids are spread over all that are old enough: were they one and the same, PostgreSQL would
 * take every id for a frequent one, and the relay's look-up by id would read the whole log.
 */
final class PastEvents {

  /** PostgreSQL's first ordinary transaction id. */
  private static final long FIRST_ID = 3;

  /** Every snapshot of the relay, now and later, has seen what is below. */
  private static final String SEEN =
      "select pg_snapshot_xmin(snapshot)::text::bigint from messaging.relay";

  /** Positions of a receipt's row. */
  private static final int RANGE = 8_192;

  /** After so many looks relay and audit are left to find it out by themselves. */
  private static final int LOOKS_MAX = 100;

  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  /** Slot 0: what came past the queues. */
  static final String RECEIPTS =
      """
      insert into messaging.receipt as r (consumer, slot, range, bits)
      select ?, 0, range, ('x' || hex)::bit(8192)
      from unnest(?::bigint[], ?::text[]) as e(range, hex) order by range
      on conflict (consumer, range, slot) do update set bits = r.bits | excluded.bits
      """;

  /** Where a consumer's receipts begin to lack something; null: nowhere. */
  private static final String FIRST_GAP =
      """
      with heard as (
        select l.position / 8192 as range, count(*) as events from messaging.log l
        where l.position >= ? / 8192 * 8192 and l.position <= ? and l.type = any(?::text[])
        group by 1
      ), done as (
        select r.range, bit_count(bit_or(r.bits)) as receipts from messaging.receipt r
        where r.consumer = ? and r.range >= ? / 8192 group by 1
      )
      select min(h.range) * 8192 from heard h left join done d using (range)
      where coalesce(d.receipts, 0) < h.events
      """;

  private final Map<String, Set<String>> consumers;
  private final long seenBelow;

  private PastEvents(Map<String, Set<String>> consumers, long seenBelow) {
    this.consumers = consumers;
    this.seenBelow = seenBelow;
  }

  /**
   * Reads how far the relay is.
   *
   * @param consumers the types that each consumer hears
   */
  static PastEvents of(Connection connection, Map<String, Set<String>> consumers)
      throws SQLException {
    long seenBelow = number(connection, SEEN);
    connection.commit();
    return new PastEvents(consumers, seenBelow);
  }

  /**
   * The events' rows at these positions.
   *
   * @param from the share of all events that come before these, and {@code to} with these
   */
  CopyRows rows(List<Event> events, long[] positions, double from, double to) {
    CopyRows rows =
        new CopyRows("messaging.log", "position, xid, type, key, version, time, traceparent, data");
    for (int i = 0; i < positions.length; i++) {
      Event event = events.get(i);
      rows.row()
          .bigint(positions[i])
          .bigint(id(from + (to - from) * i / positions.length))
          .text(event.type())
          .bigint(event.key())
          .integer(event.version())
          .time(event.time())
          .text(event.traceparent())
          .bytes(event.data());
    }
    return rows;
  }

  /** Ids rise with positions, as those of real transactions do. */
  private long id(double share) {
    return FIRST_ID + (long) (share * (seenBelow - FIRST_ID));
  }

  /** Rows of one consumer: ranges and their bits as hexadecimal digits. */
  record Receipts(Object[] ranges, Object[] bits) {}

  Map<String, Receipts> receipts(List<Event> events, long[] positions) {
    Map<String, Receipts> all = new TreeMap<>();
    consumers.forEach((consumer, types) -> {
      TreeMap<Long, BitSet> bits = new TreeMap<>();
      for (int i = 0; i < positions.length; i++) {
        if (types.contains(events.get(i).type())) {
          bits.computeIfAbsent(positions[i] / RANGE, _ -> new BitSet(RANGE))
              .set((int) (positions[i] % RANGE));
        }
      }
      all.put(
          consumer,
          new Receipts(
              bits.keySet().toArray(), bits.values().stream().map(PastEvents::hex).toArray()));
    });
    return all;
  }

  /** The first bit leftmost. */
  private static String hex(BitSet bits) {
    char[] digits = new char[RANGE / 4];
    for (int digit = 0; digit < digits.length; digit++) {
      int value = 0;
      for (int bit = 0; bit < 4; bit++) {
        value = value << 1 | (bits.get(digit * 4 + bit) ? 1 : 0);
      }
      digits[digit] = Character.forDigit(value, 16);
    }
    return new String(digits);
  }

  /**
   * Tells the relay and the delivery audit how far all is well, so that neither reads millions of
   * events to find it out. Where something lacks a receipt, it ends there; the audit goes on.
   *
   * @param connection without autocommit
   */
  void settle(Connection connection) throws SQLException {
    long top = number(connection, "select coalesce(max(position), 0) from messaging.log");
    long id = number(connection, "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
    connection.commit();
    if (!othersHaveEnded(connection, id)) {
      return; // somebody may hold a position below the top; the audit finds its way by itself
    }
    update(connection, "update messaging.relay set position = greatest(position, ?)", List.of(top));
    for (Map.Entry<String, Set<String>> entry : consumers.entrySet()) {
      long settled =
          number(
              connection,
              "select coalesce(max(position), 0) from messaging.audited where consumer = '"
                  + entry.getKey()
                  + "'");
      long gap = firstGap(connection, entry.getKey(), entry.getValue(), settled, top);
      long upTo = gap < 0 ? top : gap - 1;
      if (upTo > settled) {
        update(
            connection,
            "insert into messaging.audited as a (consumer, position) values (?, ?) on conflict"
                + " (consumer) do update set position = greatest(a.position, excluded.position)",
            List.of(entry.getKey(), upTo));
      }
    }
    connection.commit();
  }

  private static long firstGap(
      Connection connection, String consumer, Set<String> types, long settled, long top)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FIRST_GAP)) {
      statement.setLong(1, settled);
      statement.setLong(2, top);
      statement.setArray(3, connection.createArrayOf("text", types.toArray()));
      statement.setString(4, consumer);
      statement.setLong(5, settled);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        long gap = row.getLong(1);
        return row.wasNull() ? -1 : gap;
      }
    }
  }

  /** Whether every transaction that ran at that time has ended; waited for a little. */
  private static boolean othersHaveEnded(Connection connection, long id) throws SQLException {
    for (int looks = 0; looks < LOOKS_MAX; looks++) {
      long oldest =
          number(connection, "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
      connection.commit();
      if (oldest >= id) {
        return true;
      }
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void update(Connection connection, String sql, List<Object> parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      List<Object> all = new ArrayList<>(parameters);
      for (int i = 0; i < all.size(); i++) {
        statement.setObject(i + 1, all.get(i));
      }
      statement.executeUpdate();
    }
  }
}
