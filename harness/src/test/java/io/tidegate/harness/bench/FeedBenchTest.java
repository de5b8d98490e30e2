package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A follower that does not hear is not one that hears soon. */
final class FeedBenchTest {
  private static final int PLACED = 100;

  private static Report heard(int events, String less) throws IOException {
    Heard heard = new Heard();
    heard.only(Instant.EPOCH);
    for (int i = 0; i < events; i++) {
      heard.event("e" + i, Instant.EPOCH, Instant.EPOCH.plusMillis(300));
    }
    Report report = new Report("feed", Instant.EPOCH);
    try (FakeShop shop = new FakeShop(0)) {
      PlaceTraffic traffic = SampleReport.traffic();
      SampleReport.load(shop, traffic);
      FeedBench.lag(report, "pulled", heard, traffic, less);
    }
    return report;
  }

  @Test
  void one_that_hears_of_all_is_judged() throws IOException {
    Report report = heard(PLACED, "");
    assertThat(report.good()).isTrue();
    assertThat(report.targets()).hasSize(1).allMatch(Report.Target::met);
    assertThat(heard(PLACED, "promised for 30 s or more").targets()).noneMatch(Report.Target::met);
  }

  @Test
  void one_that_hears_of_nothing_was_never_late_and_is_not_judged() throws IOException {
    assertThat(ReportTable.of(heard(0, "").json()))
        .containsPattern("feed_lag_seconds_max_pulled.*NOT MEASURABLE here: nothing was heard of");
    assertThat(ReportTable.of(heard(PLACED - 1, "").json()))
        .containsPattern("feed_lag_seconds_max_pulled.*NOT MEASURABLE here: not every order was");
  }
}
