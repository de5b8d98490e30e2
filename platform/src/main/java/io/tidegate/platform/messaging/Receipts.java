package io.tidegate.platform.messaging;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The receipts of a consumer: one bit for each log position whose effect is done. */
final class Receipts {

  /** Positions of one row. */
  static final int RANGE = 8_192;

  /** The slot of events that did not come through a queue. */
  static final int FED = 0;

  private static final Sql OR =
      Sql.of(
          """
          insert into messaging.receipt as r (consumer, slot, range, bits)
          select ?, slot, range, ('x' || hex)::bit(8192)
          from unnest(?::int[], ?::bigint[], ?::text[]) as e(slot, range, hex)
          on conflict (consumer, range, slot) do update set bits = r.bits | excluded.bits
          """);

  private Receipts() {}

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
