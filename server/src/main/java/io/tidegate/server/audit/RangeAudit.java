package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks everything that the rows of one range of orders can answer, in one snapshot. */
final class RangeAudit {

  static final List<String> TABLES =
      List.of(
          "ordering.orders",
          "payment.capture",
          "payment.refund",
          "fulfilment.task",
          "fulfilment.shipment",
          "messaging.log",
          "messaging.relay");

  /** Names that one reading of a range's orders serves. */
  private static final List<String> BY_READING = List.of("O1", "O2", "O3", "O8", "M12", "S3", "E1");

  /** Tables whose rows a range's checks look at, by the column that has the order's number. */
  private static final Map<String, String> ROWS =
      Map.of(
          "ordering.orders", "number",
          "payment.attempt", "order_number",
          "payment.capture", "order_number",
          "payment.refund", "order_number",
          "payment.ledger", "order_number",
          "fulfilment.task", "order_number",
          "fulfilment.shipment", "order_number",
          "points.entry", "order_number",
          "marketing.coupon", "order_number",
          "marketing.red_packet", "order_number");

  private final AuditSession session;
  private final LogFold fold;
  private final Findings findings;
  private final OrderChecks checks;
  private final List<Probe> probes;

  RangeAudit(AuditSession session, LogFold fold, Findings findings, List<Probe> probes) {
    this.session = session;
    this.fold = fold;
    this.findings = findings;
    this.checks = new OrderChecks(findings::of);
    this.probes = probes.stream().filter(probe -> session.knows(probe.tables())).toList();
    BY_READING.forEach(findings::asked);
    this.probes.forEach(probe -> findings.asked(probe.name()));
  }

  /** Checks a range's rows, and writes down in it what they are. */
  void check(Range range) throws SQLException {
    Map<String, Long> before = findings.counts();
    long broken = findings.broken();
    session.snapshot(snapshot -> {
      long began = System.nanoTime();
      fold.advance(snapshot);
      Told wanted = RangeRows.read(snapshot, range, checks);
      findings.of("S3").checked += range.orders;
      findings.of("E1").checked += range.orders;
      compare(snapshot, range, wanted);
      findings.spread(BY_READING, System.nanoTime() - began);
      for (Probe probe : probes) {
        ask(snapshot, probe, range);
      }
      range.readNow = true;
      range.settled = findings.broken() == broken && !range.isOpen();
      if (range.settled) {
        range.checksum = checksum(snapshot, range);
      }
    });
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

  /** Sums up a range again, whose checks are done. */
  void sumUp(AuditSession.Snapshot snapshot, Range range) throws SQLException {
    range.settled = false; // its orders have moved since they were checked
    RangeRows.read(snapshot, range, (_, _, _, _) -> {});
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

  private void ask(AuditSession.Snapshot snapshot, Probe probe, Range range) throws SQLException {
    long began = System.nanoTime();
    snapshot.ask(probe, range.in(probe.sql()), findings.of(probe.name()));
    findings.of(probe.name()).nanos += System.nanoTime() - began;
  }

  /** Whether a range's rows are as they were when its checks found nothing. */
  boolean isUnchanged(Range range) throws SQLException {
    String[] now = {""};
    session.snapshot(snapshot -> now[0] = checksum(snapshot, range));
    return now[0].equals(range.checksum);
  }

  /** Any change of any column of any row makes another checksum. */
  private String checksum(AuditSession.Snapshot snapshot, Range range) throws SQLException {
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
    for (String part : parts) {
      snapshot.few(range.in(part), row -> sums.append(row.getString(1)).append(';'));
    }
    return sums.toString();
  }
}
