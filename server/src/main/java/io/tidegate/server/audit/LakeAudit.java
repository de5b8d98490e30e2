package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Sample;
import io.tidegate.server.audit.LakeRows.LakeOrder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares the lake with the orders, one by one: state, amounts, payment, lines and what went back
 * (E7). Months that have left the database are compared by their opening balances.
 */
final class LakeAudit {

  static final List<String> TABLES =
      List.of(
          "ordering.orders",
          "payment.refund",
          "messaging.log",
          "messaging.receipt",
          "reporting.lake",
          "reporting.file");

  private static final String NAME = "E7";

  private static final List<String> STATES =
      List.of(
          "",
          "awaiting_payment",
          "awaiting_shipment",
          "partially_shipped",
          "shipped",
          "delivered",
          "completed",
          "closed",
          "cancelled",
          "refunded");

  private static final String ORDERS =
      """
      select o.number, o.state, o.version, o.currency, o.items_total, o.discount_total, o.freight,
        o.total, o.refunded_total, o.paid_at is not null, coalesce(r.back, 0)
      from ordering.orders o
      left join (
        select order_number, sum(amount)::bigint as back from payment.refund
        where succeeded_at is not null and reversed_at is null
          and order_number >= :first and order_number < :next
        group by order_number) r on r.order_number = o.number
      where o.number >= :first and o.number < :next
      """;

  private final AuditSession session;
  private final LakeRows lake;
  private final Finding finding;
  private boolean comparing;

  LakeAudit(AuditSession session, LakeRows lake, Finding finding) {
    this.session = session;
    this.lake = lake;
    this.finding = finding;
  }

  /** Looks whether the lake can be compared, and whether its files are there. */
  void begin() throws SQLException {
    Optional<String> absence = session.knows(TABLES) ? lake.absence() : Optional.of("lake_none");
    if (absence.isEmpty() && isBehind()) {
      absence = Optional.of("lake_behind");
    }
    absence.ifPresent(why -> finding.skipped = why);
    if (absence.isPresent()) {
      return;
    }
    finding.asked = true;
    session.asks("the lake's files");
    List<LakeRows.Fault> faults = lake.faults();
    for (LakeRows.Fault fault : faults) {
      finding.bad(new Sample(fault.path(), fault.expected(), fault.actual()));
    }
    comparing = faults.stream().noneMatch(LakeRows.Fault::inTheWay);
  }

  private boolean isBehind() throws SQLException {
    Drained.Work work = Drained.undelivered(LakeRows.CONSUMER, lake.hears());
    session.asks(work.words());
    boolean[] behind = {false};
    session.snapshot(snapshot -> snapshot.few(work.sql(), row -> behind[0] = row.getLong(1) > 0));
    return behind[0];
  }

  /** Compares the orders of a range, unless an earlier audit did while its rows were the same. */
  void check(Range range) throws SQLException {
    if (!comparing || range.checked.containsKey(NAME)) {
      return;
    }
    long began = System.nanoTime();
    long checked = finding.checked;
    long broken = finding.broken;
    session.asks("the lake's " + range);
    RetiredMonth month = range.retired;
    if (month == null) {
      Map<Long, LakeOrder> theirs = read(() -> lake.orders(range.first, range.next), Map.of());
      if (comparing) {
        compare(range, theirs);
      }
    } else {
      List<LakeRows.Sum> theirs = read(() -> lake.sums(range.first, range.next), List.of());
      if (comparing) {
        compare(month, theirs);
      }
    }
    if (finding.broken == broken && finding.checked > checked) {
      range.checked.put(NAME, finding.checked - checked);
    }
    finding.nanos += System.nanoTime() - began;
  }

  /** A question to the lake. */
  private interface Question<R> {
    R ask() throws SQLException;
  }

  /** A lake that can't be read breaks its own promise, and not the rest of the audit. */
  private <R> R read(Question<R> question, R nothing) {
    try {
      return question.ask();
    } catch (SQLException e) {
      comparing = false;
      finding.bad(new Sample("the lake", "files that can be read", String.valueOf(e.getMessage())));
      return nothing;
    }
  }

  private void compare(Range range, Map<Long, LakeOrder> theirs) throws SQLException {
    session.snapshot(snapshot -> {
      snapshot.hash();
      snapshot.each(
          range.in(ORDERS),
          row -> {
            finding.checked++;
            String ours = text(ours(row));
            LakeOrder own = theirs.remove(row.getLong(1));
            String told = own == null ? "not in the lake" : text(own);
            if (!told.equals(ours)) {
              finding.bad(new Sample(row.getString(1), ours, told));
            }
          });
    });
    theirs.forEach(
        (number, order) -> finding.bad(new Sample(Long.toString(number), "no order", text(order))));
  }

  private static LakeOrder ours(ResultSet row) throws SQLException {
    boolean paid = row.getBoolean(10);
    long total = row.getLong(8);
    return new LakeOrder(
        STATES.get(row.getInt(2)),
        row.getInt(3),
        row.getString(4),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        total,
        row.getLong(9),
        1,
        paid ? 1 : 0,
        paid ? total : 0,
        row.getLong(5) - row.getLong(6),
        row.getLong(11));
  }

  private static String text(LakeOrder order) {
    return "%s v%d, %s %d - %d + %d = %d, placed %d, paid %d of %d, lines %d, refunded %d, back %d"
        .formatted(
            order.state(),
            order.version(),
            order.currency(),
            order.itemsTotal(),
            order.discountTotal(),
            order.freight(),
            order.total(),
            order.placed(),
            order.paid(),
            order.paidAmount(),
            order.linesTotal(),
            order.refundedTotal(),
            order.back());
  }

  private void compare(RetiredMonth month, List<LakeRows.Sum> sums) {
    finding.checked += month.orders();
    Set<String> theirs =
        sums.stream().map(LakeAudit::line).collect(Collectors.toCollection(TreeSet::new));
    Set<String> ours =
        month
            .opening()
            .lines()
            .filter(line -> line.startsWith("state ") || line.startsWith("back "))
            .collect(Collectors.toCollection(TreeSet::new));
    for (String line : ours) {
      if (!theirs.remove(line)) {
        finding.bad(
            new Sample(month.label() + "/" + line, "in the lake as in the opening", "not there"));
      }
    }
    theirs.forEach(line ->
        finding.bad(new Sample(month.label() + "/" + line, "no opening balance", "in the lake")));
  }

  private static String line(LakeRows.Sum sum) {
    String key =
        sum.what().equals("state")
            ? STATES.indexOf(sum.key().substring(0, sum.key().indexOf(' ')))
                + sum.key().substring(sum.key().indexOf(' '))
            : sum.key();
    return MonthSums.line(sum.what(), key, sum.rows(), sum.amount()).stripTrailing();
  }
}
