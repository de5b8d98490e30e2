package io.tidegate.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What differs counts only where all was read in one snapshot. */
class StockSumsTest {
  private static final List<String> NAMES = List.of("S2", "S4", "S5", "S6");

  private final String url = SmallShop.fresh();

  /** Compares stock with ranges that nobody has summed up yet, so that they differ at first. */
  private Findings compared(Duration snapshotMax, Statement first, String sql) throws SQLException {
    Findings findings = new Findings();
    try (AuditSession session = new AuditSession(url, snapshotMax)) {
      Ranges ranges = Ranges.cut(session, List.of(), 1_000, List.of());
      List<LogPosition> now = new ArrayList<>();
      session.snapshot(snapshot -> now.add(LogPosition.now(snapshot)));
      LogFold fold = new LogFold(ranges, now.getFirst());
      first.execute(sql);
      RangeAudit audit = new RangeAudit(session, fold, new Findings(), List.of());
      new StockSums(session, ranges.all(), fold, audit, findings).run();
    }
    return findings;
  }

  @Test
  void whatDiffersIsReadAgainInOneSnapshot() throws Exception {
    try (Connection other = DriverManager.getConnection(url);
        Statement statement = other.createStatement()) {
      Findings findings = compared(AuditSession.SNAPSHOT_MAX, statement, "select 1");
      for (String name : NAMES) {
        Finding finding = findings.of(name);
        assertThat(finding.asked).as(name).isTrue();
        assertThat(finding.broken).as(name).isZero();
        assertThat(finding.notes).as(name).isEmpty();
      }
      assertThat(findings.of("S2").checked).isPositive();
    }
  }

  @Test
  void whereNoSnapshotIsLongEnoughNothingCounts() throws Exception {
    try (Connection other = DriverManager.getConnection(url);
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      Findings findings =
          compared(
              Duration.ofSeconds(1),
              statement,
              "lock table ordering.orders in access exclusive mode");
      for (String name : NAMES) {
        Finding finding = findings.of(name);
        assertThat(finding.asked).as(name).isFalse();
        assertThat(finding.broken).as(name).isZero();
        assertThat(finding.skipped).as(name).isEqualTo(StockSums.TOOK_TOO_LONG);
        assertThat(finding.notes).as(name).containsExactly(StockSums.TOOK_TOO_LONG);
      }
    }
  }
}
