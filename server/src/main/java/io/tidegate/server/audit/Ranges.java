package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** All order numbers, cut into ranges of so many orders that one is read in a short snapshot. */
final class Ranges {

  private static final String CUT =
      "select number from ordering.orders where number >= %d and number < %d"
          + " order by number limit 1 offset %d";

  private final List<Range> all;
  private final long[] firsts;

  private Ranges(List<Range> all) {
    this.all = List.copyOf(all);
    this.firsts = all.stream().mapToLong(range -> range.first).toArray();
  }

  /**
   * Ranges of a checkpoint, and new ones where its open one has got too many orders.
   *
   * @param kept without a gap from 0, the last one open; or none
   * @param ordersMax of a new range
   * @param retired months that have left the database: each is a range of its own; a checkpoint
   *     that was made with others is of no use
   */
  static Ranges cut(
      AuditSession session, List<Range> kept, int ordersMax, List<RetiredMonth> retired)
      throws SQLException {
    List<Range> all = new ArrayList<>(kept);
    Range open = all.isEmpty() ? new Range(0, Range.OPEN) : all.removeLast();
    session.snapshot(snapshot -> {
      long at = open.first;
      for (RetiredMonth month : retired) {
        if (month.first() >= open.first) {
          if (at < month.first()) {
            all.addAll(cut(snapshot, new Range(at, month.first()), ordersMax));
          }
          all.add(new Range(month.first(), month.next()));
          at = month.next();
        }
      }
      all.addAll(cut(snapshot, at == open.first ? open : new Range(at, Range.OPEN), ordersMax));
    });
    for (RetiredMonth month : retired) {
      all.stream()
          .filter(range -> range.first == month.first())
          .forEach(range -> range.retire(month));
    }
    return new Ranges(all);
  }

  /** All numbers, of which only those of a month are cut. */
  static Ranges ofMonth(AuditSession session, long first, long next, int ordersMax)
      throws SQLException {
    List<Range> all = new ArrayList<>();
    all.add(new Range(0, first));
    session.snapshot(snapshot -> all.addAll(cut(snapshot, new Range(first, next), ordersMax)));
    all.add(new Range(next, Range.OPEN));
    return new Ranges(all);
  }

  /** A range as it is where it has few orders, else the ranges that it becomes. */
  private static List<Range> cut(AuditSession.Snapshot snapshot, Range whole, int ordersMax)
      throws SQLException {
    List<Range> cut = new ArrayList<>();
    long[] at = {whole.first};
    boolean[] more = {true};
    while (more[0]) {
      more[0] = false;
      long first = at[0];
      snapshot.few(
          CUT.formatted(first, whole.next, ordersMax),
          row -> {
            at[0] = row.getLong(1);
            more[0] = true;
          });
      boolean asItWas = first == whole.first && !more[0];
      cut.add(asItWas ? whole : new Range(first, more[0] ? at[0] : whole.next));
    }
    return cut;
  }

  List<Range> all() {
    return all;
  }

  boolean has(Range range) {
    return all.contains(range);
  }

  /** The numbers at which ranges begin, as an array of SQL. */
  String firsts() {
    StringBuilder text = new StringBuilder("'{");
    for (int i = 0; i < firsts.length; i++) {
      text.append(i == 0 ? "" : ",").append(firsts[i]);
    }
    return text.append("}'::bigint[]").toString();
  }

  /** The range of an order's number. Keys of other things than orders are in one, too. */
  Range of(long number) {
    int low = 0;
    int high = firsts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (firsts[middle] <= number) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return all.get(low);
  }
}
