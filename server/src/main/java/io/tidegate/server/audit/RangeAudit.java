package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Asks everything that the rows of one range of orders can answer: its orders in one snapshot, with
 * the log, and each question in SQL in one of its own. A snapshot's time is for one of them, so
 * that a busy machine or a range with many refunds does not use it up.
 */
final class RangeAudit {

  static final List<String> TABLES =
      List.of(
          "ordering.orders",
          "payment.capture",
          "payment.refund",
          "fulfilment.task",
          "fulfilment.shipment",
          "fulfilment.held_back",
          "inventory.given_back",
          "ordering.refunded_line",
          "messaging.log",
          "messaging.relay");

  /** Names that one reading of a range's orders serves. */
  private static final List<String> BY_READING =
      List.of("O1", "O2", "O3", "O8", "M12", "S3", "S5", "E1");

  /** Tables whose rows a range's checks look at, by the column that has the order's number. */
  private static final Map<String, String> ROWS =
      Map.ofEntries(
          Map.entry("ordering.orders", "number"),
          Map.entry("payment.attempt", "order_number"),
          Map.entry("payment.capture", "order_number"),
          Map.entry("payment.refund", "order_number"),
          Map.entry("payment.ledger", "order_number"),
          Map.entry("reconciliation.line", "order_number"),
          Map.entry("fulfilment.task", "order_number"),
          Map.entry("fulfilment.shipment", "order_number"),
          Map.entry("fulfilment.held_back", "order_number"),
          Map.entry("inventory.given_back", "order_number"),
          Map.entry("ordering.refunded_line", "order_number"),
          Map.entry("aftersales.refund_case", "order_number"),
          Map.entry("flashsale.grant", "order_number"),
          Map.entry("flashsale.entry", "number"),
          Map.entry("effects.decision", "order_number"),
          Map.entry("points.entry", "order_number"),
          Map.entry("points.reclaim", "order_number"),
          Map.entry("marketing.coupon", "order_number"),
          Map.entry("marketing.coupon_reclaim", "order_number"),
          Map.entry("marketing.coupon_return", "order_number"),
          Map.entry("marketing.red_packet", "order_number"),
          Map.entry("marketing.red_packet_reclaim", "order_number"),
          Map.entry("marketing.red_packet_return", "order_number"),
          Map.entry("marketing.red_packet_take", "order_number"));

  private final AuditSession session;
  private final LogFold fold;
  private final Findings findings;
  private final RangeRows.OrderCheck checks;
  private final RetiredCheck retired;
  private final List<Probe> probes;

  RangeAudit(AuditSession session, LogFold fold, Findings findings, List<Probe> probes) {
    this.session = session;
    this.fold = fold;
    this.findings = findings;
    this.retired = new RetiredCheck(session, findings);
    OrderChecks orders = new OrderChecks(findings::of);
    GoodsChecks goods = new GoodsChecks(findings::of);
    this.checks =
        (number, order, own) -> {
          orders.check(number, order, own);
          goods.check(number, order, own);
        };
    this.probes = probes.stream().filter(probe -> session.knows(probe.tables())).toList();
    BY_READING.forEach(findings::asked);
    this.probes.forEach(probe -> findings.asked(probe.name()));
  }

  /** Checks a range's rows, and writes down in it what they are. */
  void check(Range range) throws SQLException {
    Map<String, Long> before = findings.counts();
    long broken = findings.broken();
    // First: what changes while the range is read makes another one, and is read again next time.
    RetiredMonth month = range.retired;
    if (month != null) {
      checkRetired(range, month);
    } else {
      range.checksum = range.isOpen() ? "" : checksum(range);
      read(range);
    }
    for (Probe probe : probes) {
      if (month == null || RetiredCheck.canBeAsked(probe)) {
        ask(probe, range);
      }
    }
    range.readNow = true;
    range.settled = findings.broken() == broken && !range.isOpen();
    range.checked.clear();
    findings
        .counts()
        .forEach((name, count) -> {
          long rows = count - before.getOrDefault(name, 0L);
          if (rows > 0) {
            range.checked.put(name, rows);
          }
        });
  }

  /** What the log has told of it since it was audited is compared too, so it counts as read. */
  private void checkRetired(Range range, RetiredMonth month) throws SQLException {
    session.snapshot(fold::advance);
    retired.check(range, month);
    range.touched = false;
  }

  private void read(Range range) throws SQLException {
    session.asks("the orders of " + range);
    session.snapshot(snapshot -> {
      long began = System.nanoTime();
      fold.advance(snapshot);
      Told wanted = RangeRows.read(snapshot, range, checks);
      findings.of("S3").checked += range.orders;
      findings.of("E1").checked += range.orders;
      compare(snapshot, range, wanted);
      findings.spread(BY_READING, System.nanoTime() - began);
    });
  }

  /** Sums up a range again, whose checks are done. */
  void sumUp(AuditSession.Snapshot snapshot, Range range) throws SQLException {
    if (range.retired != null) {
      range.touched = false; // nothing of it moves, and what the log tells is compared
      return;
    }
    if (range.touched) {
      range.settled = false; // its orders have moved since they were checked
    }
    RangeRows.read(snapshot, range, (_, _, _) -> {});
  }

  /** Where sums differ, SQL names the orders; where it finds none, the log was read wrongly. */
  private void compare(AuditSession.Snapshot snapshot, Range range, Told wanted)
      throws SQLException {
    List<Probe> doubts = new ArrayList<>();
    if (!wanted.sameMoves(range.log)) {
      doubts.add(StockProbes.MOVED_ONCE);
    }
    if (!wanted.sameSteps(range.log)) {
      doubts.add(EventProbes.STEPS_TOLD);
    }
    if (!wanted.sameOthers(range.log)) {
      doubts.add(EventProbes.MONEY_TOLD);
      doubts.add(EventProbes.PARCELS_TOLD);
    }
    long broken = 0;
    for (Probe probe : doubts) {
      Finding finding = findings.of(probe.name());
      long rows = finding.checked;
      broken += snapshot.ask(probe, range.in(probe.sql()), finding);
      finding.checked = rows; // they were counted when they were read
    }
    if (!doubts.isEmpty() && broken == 0) {
      range.log.set(wanted);
    }
  }

  private void ask(Probe probe, Range range) throws SQLException {
    session.asks(probe.title() + " in " + range);
    long began = System.nanoTime();
    session.snapshot(
        snapshot -> snapshot.ask(probe, range.in(probe.sql()), findings.of(probe.name())));
    findings.of(probe.name()).nanos += System.nanoTime() - began;
  }

  /** Whether a range's rows are as they were when its checks found nothing. */
  boolean isUnchanged(Range range) throws SQLException {
    RetiredMonth month = range.retired;
    return month == null
        ? checksum(range).equals(range.checksum)
        : retired.isUnchanged(range, month);
  }

  /** Any change of any column of any row makes another checksum. */
  private String checksum(Range range) throws SQLException {
    session.asks("the checksum of " + range);
    List<String> parts = new ArrayList<>();
    for (Map.Entry<String, String> table : new TreeMap<>(ROWS).entrySet()) {
      if (session.knows(table.getKey())) {
        parts.add(
            "select count(*) || ' ' || coalesce(sum(hash_record_extended(t.*, 0)), 0) as part"
                + " from %1$s t where t.%2$s >= :first and t.%2$s < :next"
                    .formatted(table.getKey(), table.getValue()));
      }
    }
    StringBuilder sums = new StringBuilder();
    session.snapshot(snapshot -> {
      for (String part : parts) {
        snapshot.few(range.in(part), row -> sums.append(row.getString(1)).append(';'));
      }
    });
    return sums.toString();
  }
}
