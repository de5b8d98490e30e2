package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a closing costs is judged only where 20,000 fell due, after the CPU was read. */
final class CloseBenchTest {
  private static final CloseBench.Waiting PROMISED = new CloseBench.Waiting(100_000, 5_000_000);
  private static final CloseBench.Closing ALL = closing(20_000, 20_000, 0.4);

  private static CloseBench.Closing closing(long due, long closed, double ahead) {
    return new CloseBench.Closing(due, closed, 100, 1.5, ahead);
  }

  private static Report judged(CloseBench.Closing before, CloseBench.Closing after) {
    Report report = new Report("close", Instant.EPOCH);
    CloseBench.judge(report, PROMISED, before, after, "");
    return report;
  }

  private static void isBroken(Report report, String check) {
    assertThat(report.good()).isFalse();
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN " + check)
        .containsPattern("closing_cost_many_to_few.*NOT MEASURABLE here: the closing of 20,000");
  }

  @Test
  void all_of_them_are_judged() {
    assertThat(judged(ALL, ALL).good()).isTrue();
    assertThat(ReportTable.of(judged(ALL, ALL).json()))
        .containsPattern("closing_cost_many_to_few.*: met");
  }

  @Test
  void of_few_customers_neither_figure_is_judged() {
    Report report = new Report("close", Instant.EPOCH);
    CloseBench.judge(report, PROMISED, ALL, ALL, CloseBench.hidden(SampleReport.plan(), 9_999));
    assertThat(report.targets())
        .hasSize(2)
        .allMatch(target -> target.hidden().equals("promised with 10,000 customers or more"));
    assertThat(CloseBench.hidden(SampleReport.plan(), 10_000)).contains("two lines");
  }

  @Test
  void a_few_that_fell_due_are_no_20000() {
    isBroken(judged(closing(10, 10, 0.4), ALL), "20000_orders_were_due_beside_few");
    isBroken(judged(ALL, closing(10, 10, 0.4)), "20000_orders_were_due_beside_many");
  }

  @Test
  void one_that_was_not_closed_is_found_in_both() {
    isBroken(judged(closing(20_000, 19_999, 0.4), ALL), "every_due_order_is_closed_beside_few");
    isBroken(judged(ALL, closing(20_000, 19_999, 0.4)), "every_due_order_is_closed:");
  }

  @Test
  void cpu_that_was_read_when_closing_had_begun_is_none_to_count_from() {
    Report late = judged(ALL, closing(20_000, 20_000, -2));
    isBroken(
        late, "idle_cpu_was_read_before_the_first_was_due: wanted before it, got 2.000 s after");
    isBroken(
        judged(closing(20_000, 20_000, -0.001), ALL), "idle_cpu_was_read_before_the_first_was_due");
  }
}
