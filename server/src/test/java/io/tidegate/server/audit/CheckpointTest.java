package io.tidegate.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.testing.TestPostgres;
import io.tidegate.server.audit.AuditReport.Invariant;
import io.tidegate.server.audit.AuditReport.Sample;
import io.tidegate.server.audit.AuditReport.Status;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an earlier audit has settled is looked at again when it changes, and always with full. */
class CheckpointTest {
  private static final int ORDERS = 4_500;
  private static final int RANGE = 1_000;
  private static final long BROKEN = LargeShop.BASE + 77;

  private String url = "";

  @BeforeEach
  void fill() {
    url =
        TestPostgres.migratedDatabase(
            "large-shop",
            made -> {
              SmallShop.writeTo(made);
              LargeShop.fill(made, ORDERS);
            });
  }

  private AuditReport audit(boolean full, long verified) {
    return Auditor.run(url, AuditorTest.options(full, RANGE, verified), _ -> {});
  }

  private AuditReport next() {
    return audit(false, 1_000_000);
  }

  private static void assertClean(AuditReport report) {
    assertThat(report.broken()).as(report.toTable()).isZero();
  }

  private static List<String> keys(AuditReport report, String name) {
    return report.invariant(name).sample().stream().map(Sample::key).toList();
  }

  @Test
  void whatIsSettledIsNotLookedAtAgainAndCountsAllTheSame() {
    AuditReport first = next();
    AuditReport second = next();

    assertClean(first);
    assertThat(first.invariants()).extracting(Invariant::kept).containsOnly(0L);
    assertClean(second);
    for (String name : List.of("O1", "O2", "O3", "O4", "S3", "E1", "M3")) {
      assertThat(second.invariant(name).kept()).as(name).isBetween(4_000L, 4_010L);
      assertThat(second.invariant(name).checked())
          .as(name)
          .isEqualTo(first.invariant(name).checked());
    }
    assertThat(second.invariant("M10").kept()).isPositive();
    assertThat(audit(true, 0).invariants()).extracting(Invariant::kept).containsOnly(0L);
  }

  /** A sum that is wrong would be read again from all orders: it shows only in what is kept. */
  @Test
  void whatOrdersHaveOfAPoolIsKept() throws SQLException {
    assertClean(next());

    Map<Long, Long> pools = new TreeMap<>();
    try (AuditSession session = new AuditSession(url)) {
      long[] asked = {0};
      session.snapshot(snapshot ->
          snapshot.few("select asked from audit.checkpoint", row -> asked[0] = row.getLong(1)));
      for (Range range : Checkpoint.read(session, false, asked[0]).ranges()) {
        range.pools.forEach((pool, pieces) -> pools.merge(pool, pieces, Long::sum));
      }
    }
    assertThat(pools).isEqualTo(Map.of(1L, 2L));
  }

  @Test
  void aRowThatChangesWithoutAnEventIsFoundByItsRangesChecksum() {
    assertClean(next());
    SmallShop.run(
        url, "update ordering.orders set total = 1, items_total = 101 where number = " + BROKEN);

    AuditReport report = next();

    assertThat(keys(report, "O3")).containsExactly(Long.toString(BROKEN));
    assertThat(report.invariant("O3").kept()).isEqualTo(3_000);
  }

  @Test
  void whatIsBrokenIsNeverSettled() {
    SmallShop.run(
        url, "update ordering.orders set total = 1, items_total = 101 where number = " + BROKEN);

    assertThat(keys(next(), "O3")).containsExactly(Long.toString(BROKEN));
    assertThat(keys(next(), "O3")).containsExactly(Long.toString(BROKEN));
  }

  @Test
  void fullSeesWhatACheckpointHides() {
    assertClean(audit(false, 0));
    SmallShop.run(
        url, "update ordering.orders set total = 1, items_total = 101 where number = " + BROKEN);

    // No checksum is compared: this audit stands on the checkpoint, and says so.
    AuditReport hidden = audit(false, 0);
    assertClean(hidden);
    assertThat(hidden.invariant("O3").kept()).isEqualTo(4_000);

    assertThat(keys(audit(true, 0), "O3")).containsExactly(Long.toString(BROKEN));
  }

  @Test
  void checksumsAreComparedInTurn() {
    assertClean(audit(false, 0));
    SmallShop.run(
        url, "update ordering.orders set total = 1, items_total = 101 where number = " + BROKEN);

    for (int i = 0; i < 4; i++) { // a range each time
      if (audit(false, RANGE).invariant("O3").status() == Status.BROKEN) {
        return;
      }
    }
    throw new AssertionError("four ranges were compared, and none was found changed");
  }

  @Test
  void anEventOfASettledOrderIsTakenIn() {
    assertClean(next());
    String event =
        "insert into messaging.log (type, key, version, time, traceparent, data) values"
            + " ('order.completed.v1', %d, 6, now(), '', '{}')".formatted(BROKEN);
    SmallShop.run(url, event);

    assertThat(keys(next(), "E1")).contains(Long.toString(BROKEN));
    assertThat(keys(next(), "E1")).contains(Long.toString(BROKEN));
  }

  @Test
  void anEventThatWasRemovedIsFoundByFull() {
    assertClean(next());
    SmallShop.run(
        url, "delete from messaging.log where type = 'order.shipped.v1' and key = " + BROKEN);

    assertThat(keys(audit(true, 0), "E1")).containsExactly(Long.toString(BROKEN));
  }

  @Test
  void theOpenRangeIsDividedWhenOrdersCome() {
    assertClean(Auditor.run(url, AuditorTest.options(false, 10_000, 0), _ -> {}));

    AuditReport divided = next();
    assertClean(divided);
    assertThat(divided.invariant("O1").kept()).isZero();
    assertThat(next().invariant("O1").kept()).isEqualTo(4_000);
  }

  @Test
  void anotherClustersCheckpointIsOfNoUse() {
    assertClean(next());
    SmallShop.run(url, "update audit.checkpoint set cluster = cluster + 1");

    AuditReport report = next();
    assertClean(report);
    assertThat(report.invariants()).extracting(Invariant::kept).containsOnly(0L);
  }
}
