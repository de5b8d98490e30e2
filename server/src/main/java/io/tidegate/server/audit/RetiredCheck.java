package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Sample;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * Compares a month whose orders have left the database with what was found of it before: what the
 * log tells, rows that stay, and its opening balances. Those of goods are compared with stock, with
 * the pieces of all other orders.
 */
final class RetiredCheck {

  /** Tables whose rows of the month are gone: questions about them can't be asked any more. */
  private static final Set<String> GONE =
      Set.of(
          "ordering.orders",
          "ordering.refunded_line",
          "payment.attempt",
          "payment.capture",
          "payment.refund",
          "payment.ledger",
          "fulfilment.task",
          "fulfilment.shipment",
          "fulfilment.tracking",
          "fulfilment.held_back",
          "inventory.given_back",
          "aftersales.refund_case",
          "aftersales.return_case");

  private final AuditSession session;
  private final Findings findings;

  RetiredCheck(AuditSession session, Findings findings) {
    this.session = session;
    this.findings = findings;
  }

  /** Questions that need nothing of what is gone. */
  static boolean canBeAsked(Probe probe) {
    return probe.tables().stream().noneMatch(GONE::contains);
  }

  /** Whether what stays is as it was. */
  boolean isUnchanged(Range range, RetiredMonth month) throws SQLException {
    return month.sums().equals(month.opening())
        && StayingRows.read(session, range).equals(month.staying());
  }

  void check(Range range, RetiredMonth month) throws SQLException {
    session.asks("the retired month " + month.label());
    long began = System.nanoTime();
    findings.kept(month.checked());
    if (!month.frozen()) {
      bad("E1", month, "", "what the audit found of it before it left", "nothing");
    } else {
      compareLog(range, month);
      compareSums(month);
      compareStaying(StayingRows.read(session, range), month);
    }
    findings.spread(List.of("E1", "S3", "M10"), System.nanoTime() - began);
  }

  private void compareLog(Range range, RetiredMonth month) {
    String as = "what its orders had told when they left";
    if (!month.told().sameSteps(range.log) || !month.told().sameOthers(range.log)) {
      bad("E1", month, "/log", as, "something else");
    }
    if (!month.told().sameMoves(range.log)) {
      bad("S3", month, "/log", as, "other pieces");
    }
  }

  private void compareSums(RetiredMonth month) {
    List<String> wanted = month.sums().lines().toList();
    List<String> opening = month.opening().lines().toList();
    Finding finding = findings.of("M10");
    finding.checked += wanted.size();
    for (String line : wanted) {
      if (!opening.contains(line)) {
        bad("M10", month, "/" + line, "in the opening balances", "not there");
      }
    }
    for (String line : opening) {
      if (!wanted.contains(line)) {
        bad("M10", month, "/" + line, "no opening balance", "in the opening balances");
      }
    }
  }

  private void compareStaying(String now, RetiredMonth month) {
    List<String> before = month.staying().lines().toList();
    for (String line : now.lines().toList()) {
      String[] words = line.split(" ", 3);
      findings.of(words[0]).checked++;
      if (!before.contains(line)) {
        String old =
            before.stream()
                .filter(each -> each.startsWith(words[0] + " " + words[1] + " "))
                .findFirst()
                .orElse("nothing");
        bad(words[0], month, "/" + words[1], rows(old), rows(line));
      }
    }
  }

  private static String rows(String line) {
    String[] words = line.split(" ", -1);
    return words.length < 3 ? line : words[2] + " rows as they were frozen, hash " + words[3];
  }

  private void bad(String name, RetiredMonth month, String about, String expected, String actual) {
    findings.of(name).bad(new Sample("month " + month.label() + about, expected, actual));
  }
}
