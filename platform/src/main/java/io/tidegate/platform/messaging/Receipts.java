package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The receipts of a consumer: one bit for each log position whose effect is done. */
final class Receipts {

  /** Positions of one row. */
  static final int RANGE = 8_192;

  /** The slot of events that did not come through a queue. */
  static final int FED = 0;

  /** That a consumer has no receipt of an event of the log, which is named l. Takes its name. */
  static final String NONE =
      """
      not exists (
        select 1 from messaging.receipt r
        where r.consumer = ? and r.range = l.position / 8192
          and get_bit(r.bits, (l.position % 8192)::int) = 1)
      """;

  private static final Sql OR =
      Sql.of(
          """
          insert into messaging.receipt as r (consumer, slot, range, bits)
          select ?, slot, range, ('x' || hex)::bit(8192)
          from unnest(?::int[], ?::bigint[], ?::text[]) as e(slot, range, hex)
          on conflict (consumer, range, slot) do update set bits = r.bits | excluded.bits
          """);

  /** Until the transaction's end; an event can come by a queue, by the audit and by a retry. */
  private static final Sql ALONE =
      Sql.of("select pg_advisory_xact_lock(4021021, hashtext(?::text))::text");

  private static final Sql DONE =
      Sql.of(
          """
          select range, bit_or(bits)::text from messaging.receipt
          where consumer = ? and range = any(?::bigint[]) group by range
          """);

  private Receipts() {}

  /**
   * The beginning of a query, which has {@code suspects} then: the ranges in which a consumer has
   * fewer receipts than it hears events. Counts of whole ranges cost a tenth of a look at each
   * event. Takes what {@code heard} takes, the consumer's name, the first range and the last.
   *
   * @param heard which events of the log, named l, are looked at
   * @param also what else makes a range one of them
   */
  static String suspects(String heard, String also) {
    return """
    with heard as materialized (
      select l.position / 8192 as range, count(*) as n from messaging.log l
      where %s group by 1
    ), done as materialized (
      select range, bit_count(bit_or(bits)) as n from messaging.receipt
      where consumer = ? and range between ? and ? group by range
    ), suspects as materialized (
      select range from heard left join done using (range)
      where coalesce(done.n, 0) < heard.n %s
    )
    """
        .formatted(heard, also);
  }

  /**
   * Those of some events that the consumer has not done, each once. Until the transaction's end no
   * other transaction of the consumer can do them.
   */
  static List<LoggedEvent> fresh(Tx tx, String consumer, List<LoggedEvent> events) {
    tx.query(ALONE, row -> row.getStringOrNull(1), consumer);
    TreeMap<Long, LoggedEvent> fresh = new TreeMap<>();
    events.forEach(event -> fresh.put(event.position(), event));
    long[] ranges =
        fresh.keySet().stream().mapToLong(position -> position / RANGE).distinct().toArray();
    Map<Long, String> done = new HashMap<>();
    tx.query(DONE, row -> Map.entry(row.getLong(1), row.getString(2)), consumer, ranges)
        .forEach(range -> done.put(range.getKey(), range.getValue()));
    fresh.keySet().removeIf(position -> has(done.get(position / RANGE), position));
    return List.copyOf(fresh.values());
  }

  private static boolean has(@Nullable String bits, long position) {
    return bits != null && bits.charAt((int) (position % RANGE)) == '1';
  }

  /** Hands events to their handler, in the transaction of their receipts. */
  static void handle(Tx tx, EventHandler handler, List<LoggedEvent> events) {
    List<LoggedEvent> due = handler.once() ? fresh(tx, handler.name(), events) : events;
    if (due.isEmpty()) {
      return;
    }
    if (handler.once()) {
      tx.rest(); // Such a handler writes files.
    }
    handler.handle(tx, due);
  }

  private record Line(long range, int slot) implements Comparable<Line> {
    @Override
    public int compareTo(Line other) {
      int byRange = Long.compare(range, other.range);
      return byRange != 0 ? byRange : Integer.compare(slot, other.slot);
    }
  }

  /** Writes receipts by slot when the transaction commits; again changes nothing. */
  static void write(Tx tx, String consumer, Map<Integer, List<LoggedEvent>> bySlot) {
    TreeMap<Line, BitSet> lines = new TreeMap<>(); // in key order, as all who lock several rows
    bySlot.forEach((slot, events) ->
        events.forEach(event ->
            lines
                .computeIfAbsent(new Line(event.position() / RANGE, slot), _ -> new BitSet(RANGE))
                .set((int) (event.position() % RANGE))));
    if (lines.isEmpty()) {
      return;
    }
    int[] slots = new int[lines.size()];
    long[] ranges = new long[lines.size()];
    String[] bits = new String[lines.size()];
    int i = 0;
    for (Map.Entry<Line, BitSet> line : lines.entrySet()) {
      slots[i] = line.getKey().slot();
      ranges[i] = line.getKey().range();
      bits[i] = hex(line.getValue());
      i++;
    }
    tx.write(OR, consumer, slots, ranges, bits);
  }

  /** Hexadecimal digits, the first bit leftmost. */
  static String hex(BitSet bits) {
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
}
