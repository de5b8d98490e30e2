package io.tidegate.server.audit;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The orders whose numbers lie from one to below another, and what an audit knows of them. A
 * checkpoint keeps it for the next one.
 */
final class Range {

  /** The next number of the last range: new orders come into it. */
  static final long OPEN = Long.MAX_VALUE;

  final long first;
  final long next;

  /** What the log tells of these orders, up to the snapshot to which it was read. */
  final Told log = new Told();

  /** No event of these orders lies below. */
  long logFrom = Long.MAX_VALUE;

  /** Whether the log has told of one of these orders since they were read. */
  boolean touched;

  /** Whether all checks of the range found nothing when its rows were as the checksum says. */
  boolean settled;

  /** Whether this audit looked at its orders, one by one. */
  boolean readNow;

  /** Whether every order is at its end, so that hardly anything changes any more. */
  boolean ended;

  /** The month that these orders are, where they have left the database; else null. */
  @Nullable RetiredMonth retired;

  String checksum = "";

  /** When the checksum was last compared with the rows, by the number of the audit. */
  long verifiedIn;

  long orders;

  /** The sum of the hashes of its orders' numbers. */
  long numbers;

  /** What each SKU has in these orders and their parcels. */
  Map<String, Pieces> pieces = new HashMap<>();

  /** What its orders have of each pool, and did not give back. */
  Map<Long, Long> pools = new HashMap<>();

  /** Rows that were looked at, by the promise's name. */
  final Map<String, Long> checked = new TreeMap<>();

  Range(long first, long next) {
    this.first = first;
    this.next = next;
  }

  /** What a SKU has in the orders of a range. */
  static final class Pieces {
    long locked;
    long sold;
    long picked;
    long planned;

    /** Whether an order of it was refunded (S5). */
    boolean refunded;

    void add(Pieces other) {
      locked += other.locked;
      sold += other.sold;
      picked += other.picked;
      planned += other.planned;
      refunded |= other.refunded;
    }
  }

  @Override
  public String toString() {
    return "orders from " + first + (isOpen() ? " on" : " to below " + next);
  }

  boolean isOpen() {
    return next == OPEN;
  }

  Pieces of(String sku) {
    return pieces.computeIfAbsent(sku, _ -> new Pieces());
  }

  /** Says that these orders have left the database, and what opening balances say of them. */
  void retire(RetiredMonth month) {
    retired = month;
    pieces = new HashMap<>(month.pieces());
    pools = new HashMap<>(month.pools());
    orders = month.orders();
    numbers = month.numbers();
    ended = true;
  }

  /** The text with its bounds in place of {@code :first} and {@code :next}. */
  String in(String sql) {
    return Probe.between(sql, first, next);
  }
}
