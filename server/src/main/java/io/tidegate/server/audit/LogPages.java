package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Sample;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the event log once, a page in a snapshot: what it tells of orders goes into their ranges,
 * and what consumers have done is compared with their receipts (E2, E3).
 */
final class LogPages {

  static final List<String> TABLES =
      List.of(
          "messaging.log",
          "messaging.relay",
          "messaging.receipt",
          "messaging.audited",
          "messaging.dead_letter");

  /** Positions of a row of receipts. */
  private static final int RECEIPTS = 8_192;

  /** Positions of a page: whole rows of receipts. */
  static final long PAGE = 64L * RECEIPTS;

  private static final String LAST = "l.type in ('shipment.shipped.v1', 'shipment.delivered.v1')";

  /** Tables in which a consumer's effect must be there for each paid order that it has done. */
  private static final Map<String, String> EFFECTS =
      new TreeMap<>(Map.of("warehouse", "fulfilment.task", "notification", "notification.message"));

  private static final String ORDERS = "orders";

  private final AuditSession session;
  private final AuditOptions options;
  private final LogFold fold;
  private final Finding delivered;
  private final Finding receipts;
  private final Map<String, Long> audited = new HashMap<>();
  private Map<String, Long> settledCounts = Map.of();

  /**
   * What is to be read.
   *
   * @param checkFrom from where on receipts are compared
   * @param folds which rows are folded, in SQL
   * @param checked what was compared below
   */
  record Plan(long from, long checkFrom, String folds, Map<String, Long> checked) {}

  LogPages(
      AuditSession session, AuditOptions options, LogFold fold, Finding delivered, Finding receipts)
      throws SQLException {
    this.session = session;
    this.options = options;
    this.fold = fold;
    this.delivered = delivered;
    this.receipts = receipts;
    session.snapshot(snapshot ->
        snapshot.few(
            "select consumer, position from messaging.audited",
            row -> audited.put(row.getString(1), row.getLong(2))));
  }

  /** Up to where every consumer's deliveries are settled: nothing may change there any more. */
  long settledUpTo() {
    return options.subscriptions().keySet().stream()
        .mapToLong(consumer -> audited.getOrDefault(consumer, -1L))
        .min()
        .orElse(-1);
  }

  /** How much was compared below the position that {@link #read} has returned. */
  Map<String, Long> settledCounts() {
    return settledCounts;
  }

  /**
   * Reads all pages of a plan.
   *
   * @return the first position of the first page that is not settled, or had something broken
   */
  long read(Plan plan) throws SQLException {
    long[] top = {-1};
    session.snapshot(snapshot ->
        snapshot.few(
            "select coalesce(max(position), -1) from messaging.log",
            row -> top[0] = row.getLong(1)));
    long settled = plan.checkFrom();
    settledCounts = plan.checked();
    boolean clean = true;
    for (long first = plan.from() / PAGE * PAGE; first <= top[0]; first += PAGE) {
      long from = first;
      long broken = delivered.broken + receipts.broken;
      boolean checks = first >= plan.checkFrom();
      session.snapshot(snapshot -> new Page(snapshot, from, checks).read(plan.folds()));
      clean &= broken == delivered.broken + receipts.broken;
      if (checks && clean && first + PAGE - 1 <= settledUpTo()) {
        settled = first + PAGE;
        settledCounts = Map.of("E2", delivered.checked, "E3", receipts.checked);
      }
    }
    return settled;
  }

  /** One page in one snapshot. */
  private final class Page {
    private final AuditSession.Snapshot snapshot;
    private final long first;
    private final boolean checks;
    private final Map<String, BitSet> done = new HashMap<>();
    private final Map<String, BitSet> real = new HashMap<>();
    private final Map<String, List<String>> hears = new HashMap<>();
    private final Set<String> parked = new HashSet<>();
    private final Map<String, List<Long>> paid = new TreeMap<>();
    private final List<Long> moved = new ArrayList<>();
    private final List<Long> shipped = new ArrayList<>();

    Page(AuditSession.Snapshot snapshot, long first, boolean checks) {
      this.snapshot = snapshot;
      this.first = first;
      this.checks = checks;
      if (checks) {
        options
            .subscriptions()
            .forEach((consumer, types) -> {
              types.forEach(
                  type -> hears.computeIfAbsent(type, _ -> new ArrayList<>()).add(consumer));
              done.put(consumer, new BitSet());
              real.put(consumer, new BitSet());
            });
      }
    }

    void read(String folds) throws SQLException {
      if (checks) {
        readReceipts();
      }
      snapshot.each(
          """
          select l.position, l.type, l.key, l.version,
            case when %1$s and %2$s or %3$s then l.data end, %2$s
          from messaging.log l where l.position >= %4$d and l.position < %5$d
          """
              .formatted(LogFold.WITH_LINES, folds, LAST, first, first + PAGE),
          this::event);
      if (checks) {
        compareReceipts();
        compareEffects();
      }
    }

    private void readReceipts() throws SQLException {
      snapshot.each(
          "select consumer, range, substring(bit_send(bits) from 5) from messaging.receipt"
              + " where range >= %d and range < %d"
                  .formatted(first / RECEIPTS, (first + PAGE) / RECEIPTS),
          row -> {
            BitSet bits = done.get(row.getString(1));
            if (bits != null) {
              add(bits, (int) (row.getLong(2) * RECEIPTS - first), row.getBytes(3));
            }
          });
      snapshot.few(
          "select consumer, position from messaging.dead_letter where state <> 'discarded'"
              + " and position >= %d and position < %d".formatted(first, first + PAGE),
          row -> parked.add(row.getString(1) + "/" + row.getLong(2)));
    }

    /** A bit string's first bit is the highest of its first byte. */
    private static void add(BitSet bits, int offset, byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        for (int left = bytes[i] & 0xff; left != 0; left &= left - 1) {
          bits.set(offset + i * 8 + 7 - Integer.numberOfTrailingZeros(left));
        }
      }
    }

    private void event(ResultSet row) throws SQLException {
      long position = row.getLong(1);
      String type = row.getString(2);
      long key = row.getLong(3);
      byte[] data = row.getBytes(5);
      if (row.getBoolean(6)) {
        fold.event(position, type, key, row.getInt(4), data);
      }
      for (String consumer : hears.getOrDefault(type, List.of())) {
        delivered.checked++;
        if (bits(done, consumer).get((int) (position - first))) {
          bits(real, consumer).set((int) (position - first));
          effect(consumer, type, key, data);
        } else if (position <= audited.getOrDefault(consumer, 0L)
            && !parked.contains(consumer + "/" + position)) {
          delivered.bad(
              new Sample(
                  consumer + "/" + position, "a receipt for " + type + " of " + key, "none"));
        }
      }
    }

    private void effect(String consumer, String type, long key, byte[] data) {
      if (fold.isRetired(key)) {
        return; // its rows have left the database
      }
      if (type.equals("order.paid.v1") && EFFECTS.containsKey(consumer)) {
        paid.computeIfAbsent(consumer, _ -> new ArrayList<>()).add(key);
      }
      if (consumer.equals(ORDERS) && data != null && Stored.isLast(data)) {
        (type.equals("shipment.shipped.v1") ? shipped : moved).add(key);
      }
    }

    /** A receipt means an event that its consumer hears. */
    private void compareReceipts() {
      done.forEach((consumer, bits) -> {
        for (int at = bits.nextSetBit(0); at >= 0; at = bits.nextSetBit(at + 1)) {
          int range = at / RECEIPTS;
          int end = (range + 1) * RECEIPTS;
          int receiptsOf = bits.get(at, end).cardinality();
          int events = bits(real, consumer).get(range * RECEIPTS, end).cardinality();
          receipts.checked++;
          if (receiptsOf != events) {
            receipts.bad(
                new Sample(
                    consumer + "/" + (first / RECEIPTS + range),
                    events + " events with a receipt",
                    receiptsOf + " receipts"));
          }
          at = end - 1;
        }
      });
    }

    /**
     * A receipt means that its effect is there. Points, coupons and red packets may be nothing for
     * a small order: the rules say, and the audit doesn't know them.
     */
    private void compareEffects() throws SQLException {
      for (Map.Entry<String, List<Long>> entry : paid.entrySet()) {
        String table = EFFECTS.getOrDefault(entry.getKey(), "");
        if (session.knows(table)) {
          receipts.checked += entry.getValue().size();
          snapshot.each(
              "select k from unnest(?) k where not exists (select 1 from %s e".formatted(table)
                  + " where e.order_number = k and e.order_number %s)"
                      .formatted(between(entry.getValue())),
              entry.getValue(),
              row ->
                  receipts.bad(
                      new Sample(
                          entry.getKey() + "/" + row.getLong(1), "a row of " + table, "none")));
        }
      }
      movedOn("shipment.shipped.v1", shipped, "(4, 5, 6, 9)");
      movedOn("shipment.delivered.v1", moved, "(5, 6, 9)");
    }

    /**
     * A parcel's receipt means that its order has moved on with it; a partly shipped one whose
     * pieces refunds hold back has not, nor a shipped one of whose refunds the provider took the
     * money back.
     */
    private void movedOn(String type, List<Long> keys, String states) throws SQLException {
      receipts.checked += keys.size();
      if (!keys.isEmpty()) {
        snapshot.each(
            "select k, o.state from unnest(?) k left join ordering.orders o on o.number = k"
                + " and o.number %s where (o.state in %s) is not true and not (o.state = 3"
                    .formatted(between(keys), states)
                + " and exists (select from fulfilment.held_back h where h.order_number = k))"
                + " and not (o.state = 4 and exists (select from ordering.refunded_line r"
                + " where r.order_number = k and r.reversed_at is not null))",
            keys,
            row ->
                receipts.bad(
                    new Sample(
                        row.getString(1),
                        type + " was taken in",
                        row.getString(2) == null ? "of no order" : "state " + row.getString(2))));
      }
    }

    /** Bounds that keep a plan from reading a whole table. */
    private static String between(List<Long> keys) {
      return "between %d and %d"
          .formatted(
              keys.stream().mapToLong(Long::longValue).min().orElse(0),
              keys.stream().mapToLong(Long::longValue).max().orElse(0));
    }

    private static BitSet bits(Map<String, BitSet> of, String consumer) {
      return of.computeIfAbsent(consumer, _ -> new BitSet());
    }
  }
}
