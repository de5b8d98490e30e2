package io.tidegate.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.server.audit.AuditReport.Sample;
import io.tidegate.server.audit.AuditReport.Status;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What differs counts where all was read in one snapshot, or where it does so in several looks. */
class StockSumsTest {
  private static final List<String> NAMES = List.of("S2", "S4", "S5", "S6");

  private final String url = SmallShop.fresh();

  private static final String LOCK = "lock table ordering.orders in access exclusive mode";

  /** What the comparison finds. */
  private static final class Comparison {
    private final Findings findings = new Findings();

    /** Whether ranges were summed up before: else they differ at first, as what has moved does. */
    private boolean summedUp;

    private boolean touched;

    /** The ranges that were compared, all of them settled before. */
    private List<Range> ranges = List.of();

    private Findings run(String url, Duration snapshotMax, Statement first, String sql)
        throws SQLException {
      try (AuditSession session = new AuditSession(url, snapshotMax)) {
        Ranges cut = Ranges.cut(session, List.of(), 1_000, List.of());
        ranges = cut.all();
        List<LogPosition> now = new ArrayList<>();
        session.snapshot(snapshot -> now.add(LogPosition.now(snapshot)));
        LogFold fold = new LogFold(cut, now.getFirst());
        RangeAudit audit = new RangeAudit(session, fold, new Findings(), List.of());
        for (Range range : ranges) {
          if (summedUp) {
            session.snapshot(snapshot -> audit.sumUp(snapshot, range));
          }
          range.touched = touched;
          range.settled = true;
        }
        first.execute(sql);
        new StockSums(session, ranges, fold, audit, findings).run();
      }
      return findings;
    }
  }

  /** Compares stock with ranges that nobody has summed up yet, so that they differ at first. */
  private Findings compared(Duration snapshotMax, Statement first, String sql) throws SQLException {
    return new Comparison().run(url, snapshotMax, first, sql);
  }

  /** The same while orders can't be read, until the first snapshot that wants to is over. */
  private Findings comparedAfterTooLong(Comparison comparison) throws Exception {
    try (Connection other = DriverManager.getConnection(url);
        Statement statement = other.createStatement();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      other.setAutoCommit(false);
      Future<Boolean> freed =
          threads.submit(() -> {
            String first = await().until(this::waitingSince, since -> since != null);
            await().until(() -> !first.equals(waitingSince()));
            other.rollback();
            return true;
          });
      Findings findings = comparison.run(url, Duration.ofSeconds(3), statement, LOCK);
      assertThat(freed.get()).isTrue();
      return findings;
    }
  }

  /** When the audit's snapshot began that waits for a lock; null: none does. */
  private @Nullable String waitingSince() throws SQLException {
    try (Connection watcher = DriverManager.getConnection(url);
        Statement statement = watcher.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select xact_start::text from pg_stat_activity where datname = current_database()"
                    + " and application_name = 'tidegate-audit' and wait_event_type = 'Lock'")) {
      return rows.next() ? rows.getString(1) : null;
    }
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
      Findings findings = compared(Duration.ofSeconds(1), statement, LOCK);
      for (String name : NAMES) {
        Finding finding = findings.of(name);
        assertThat(finding.asked).as(name).isFalse();
        assertThat(finding.broken).as(name).isZero();
        assertThat(finding.skipped).as(name).isEqualTo(StockSums.TOOK_TOO_LONG);
        assertThat(finding.notes).as(name).containsExactly(StockSums.TOOK_TOO_LONG);
      }
    }
  }

  @Test
  void whatDiffersInEveryLookIsBroken() throws Exception {
    try (Connection other = DriverManager.getConnection(url);
        Statement statement = other.createStatement()) {
      statement.execute("update inventory.stock set sold = 5, available = 92 where sku = 'A'");
    }
    Comparison comparison = new Comparison();
    comparison.summedUp = true;
    Findings findings = comparedAfterTooLong(comparison);
    Finding stock = findings.of("S2");
    assertThat(stock.broken).isEqualTo(1);
    assertThat(stock.samples)
        .containsExactly(new Sample("A", "locked 3, sold 4", "locked 3, sold 5"));
    for (String name : NAMES) {
      Finding finding = findings.of(name);
      assertThat(finding.asked).as(name).isTrue();
      assertThat(finding.notes).as(name).containsExactly(StockSums.SEVERAL_LOOKS);
    }
    assertThat(findings.of("S4").broken + findings.of("S6").broken).isZero();
  }

  @Test
  void whatDiffersInOneLookOnlyIsNot() throws Exception {
    Findings findings = comparedAfterTooLong(new Comparison());
    for (String name : NAMES) {
      Finding finding = findings.of(name);
      assertThat(finding.asked).as(name).isTrue();
      assertThat(finding.broken).as(name).isZero();
      assertThat(finding.notes).as(name).containsExactly(StockSums.SEVERAL_LOOKS);
    }
    assertThat(findings.of("S2").checked).isPositive();
  }

  @Test
  void whatDiffersByTheSameWhileItMovesIsNotToldToBeBroken() throws Exception {
    try (Connection other = DriverManager.getConnection(url);
        Statement statement = other.createStatement();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      statement.execute("update inventory.stock set sold = 5, available = 92 where sku = 'A'");
      AtomicBoolean moves = new AtomicBoolean(true);
      Future<Boolean> moving =
          threads.submit(() -> {
            while (moves.get()) {
              statement.execute("update inventory.stock set sold = sold where sku = 'A'");
            }
            return true;
          });
      Comparison comparison = new Comparison();
      comparison.summedUp = true;
      Findings findings;
      try {
        findings = comparedAfterTooLong(comparison);
      } finally {
        moves.set(false);
      }
      assertThat(moving.get()).isTrue();

      Finding stock = findings.of("S2");
      assertThat(stock.broken).isZero();
      assertThat(stock.skipped).isEqualTo(StockSums.TOOK_TOO_LONG);
      assertThat(stock.notes).containsExactly("differs while it moves: A", StockSums.TOOK_TOO_LONG);
      assertThat(findings.of("S4").skipped).isEmpty();
    }
  }

  @Test
  void whatNothingMovedStaysSettledThoughItIsReadAgain() throws Exception {
    try (Connection other = DriverManager.getConnection(url);
        Statement statement = other.createStatement()) {
      Comparison comparison = new Comparison();
      comparison.run(url, AuditSession.SNAPSHOT_MAX, statement, "select 1");
      assertThat(comparison.ranges).isNotEmpty().allMatch(range -> range.settled);
      comparison.touched = true;
      comparison.run(url, AuditSession.SNAPSHOT_MAX, statement, "select 1");
      assertThat(comparison.ranges).isNotEmpty().noneMatch(range -> range.settled);
    }
  }

  @Test
  void whatWasLookedAtInPartOnlyIsNotSaidToHold() {
    Promise promise =
        Promise.all().stream().filter(one -> one.name().equals("S4")).findFirst().orElseThrow();
    Finding finding = new Finding();
    finding.asked = true;
    finding.checked = 7;
    assertThat(Auditor.status(promise, finding, 0)).isEqualTo(Status.OK);
    finding.skipped = StockSums.TOOK_TOO_LONG;
    assertThat(Auditor.status(promise, finding, 0)).isEqualTo(Status.SKIPPED);
    assertThat(Auditor.status(promise, finding, 1)).isEqualTo(Status.BROKEN);
  }

  @Test
  void aFirstLookThatTakesTooLongIsNoted() throws Exception {
    try (Connection other = DriverManager.getConnection(url);
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      Comparison comparison = new Comparison();
      comparison.touched = true;
      Findings findings = comparison.run(url, Duration.ofSeconds(1), statement, LOCK);
      assertThat(findings.of("S2").notes).containsExactly(StockSums.TOOK_TOO_LONG);
    }
  }
}
