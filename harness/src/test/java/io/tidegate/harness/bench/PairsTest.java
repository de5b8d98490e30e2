package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A difference is judged beside what the same thing differs from itself. */
final class PairsTest {
  private final Report report = new Report("callback", Instant.EPOCH);

  @Test
  void the_middle_is_the_median() {
    assertThat(Pairs.median(List.of(1.0, 2.0, 9.0))).isEqualTo(2);
    assertThat(Pairs.median(List.of(1.0, 2.0, 4.0, 9.0))).isEqualTo(3);
  }

  @Test
  void spread_is_the_farthest_from_the_median() {
    assertThat(Pairs.spread(List.of(10.0, 11.0, 8.0))).isEqualTo(0.2);
  }

  @Test
  void within_the_spread_is_met() {
    Pairs.within(report, "x", List.of(1.0, 1.05, 1.1), 0.06);
    assertThat(report.targets()).hasSize(1).allMatch(Report.Target::met);
  }

  @Test
  void beyond_the_spread_is_missed() {
    Pairs.within(report, "x", List.of(1.0, 1.07, 1.1), 0.06);
    assertThat(report.targets()).hasSize(1).noneMatch(Report.Target::met);
    assertThat(report.good()).isFalse();
  }

  @Test
  void within_what_is_allowed_is_met_where_the_spread_is_smaller() {
    Pairs.within(report, "x", List.of(1.0, 1.09, 1.1), 0.02, 0.1);
    Pairs.within(report, "y", List.of(1.0, 1.13, 1.2), 0.14, 0.1);
    assertThat(report.targets()).hasSize(2).allMatch(Report.Target::met);
    Pairs.within(report, "z", List.of(1.0, 1.11, 1.2), 0.02, 0.1);
    assertThat(report.good()).isFalse();
  }

  @Test
  void a_wide_spread_is_never_met() {
    Pairs.within(report, "x", List.of(0.9, 0.9, 0.9), 0.16);
    assertThat(report.targets()).hasSize(1).noneMatch(Report.Target::met);
    assertThat(report.json().at("/targets/0/measurable").asBoolean(true)).isFalse();
  }

  @Test
  void where_nothing_was_done_nothing_is_judged() {
    Pairs.atLeast(report, "x", List.of(2.0, 2.0), Pairs.spread(List.of(0.0, 0.0)), 0.8);
    Pairs.within(report, "y", List.of(Double.NaN, 0.5), 0.1);
    assertThat(report.targets()).hasSize(2).noneMatch(Report.Target::met);
    assertThat(report.good()).isFalse();
  }
}
