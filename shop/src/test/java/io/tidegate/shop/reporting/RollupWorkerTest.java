package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.shop.reporting.ReportsLake.Order;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollups that are kept up and checked by themselves, by one process after another. */
class RollupWorkerTest {

  private static final LocalDate DAY = ReportsLake.FIRST;
  private static final LocalDate TODAY = ReportsLake.LONG_AFTER;
  private static final Duration LONG = Duration.ofMinutes(1);

  private ReportsLake lake;

  @BeforeEach
  void fill(@TempDir Path folder) throws Exception {
    lake = new ReportsLake(folder);
    Order order = new Order(101, 1, "330106", "CNY", 2900, ReportsLake.at("2026-11-10T10:00"));
    lake.add(lake.order("paid", "2026-11-10T10:05", order, 2, "awaiting_shipment"));
    lake.write();
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private List<String> kept() {
    try {
      return lake.raw("select gross from rollup.turnover_hours");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatWasJustMadeCountsAsChecked() {
    try (RollupWorker _ = RollupWorker.start(lake.rollups, () -> TODAY)) {
      await().atMost(LONG).until(() -> lake.rollups.checkedOn().isPresent());
      assertThat(lake.rollups.checkedOn()).hasValue(TODAY);
      assertThat(kept()).containsExactly("2900");
    }
  }

  @Test
  void whatAProcessDidNotLiveToCheckTheNextOneDoes() throws SQLException {
    lake.keepUp(TODAY);
    lake.rollups.checked(TODAY.minusDays(1));
    lake.run("update rollup.turnover_hours set gross = 1");
    assertThat(kept()).containsExactly("1");
    try (RollupWorker _ = RollupWorker.start(lake.rollups, () -> TODAY)) {
      await().atMost(LONG).until(() -> kept().equals(List.of("2900")));
      await().atMost(LONG).until(() -> lake.rollups.checkedOn().orElse(DAY).equals(TODAY));
    }
  }
}
