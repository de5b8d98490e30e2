package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What a closing costs is judged only where 20,000 fell due, after the CPU was read. */
final class CloseBenchTest {
  private static final CloseBench.Waiting PROMISED = new CloseBench.Waiting(100_000, 5_000_000);
  private static final CloseBench.Closing ALL = closing(20_000, 20_000, 0.4);

  private static final List<CloseBench.Closing> THREE = List.of(ALL, ALL, ALL);

  private static CloseBench.Closing closing(long due, long closed, double ahead) {
    return new CloseBench.Closing(due, closed, 100, 1.5, ahead);
  }

  private static Report judged(CloseBench.Closing before, CloseBench.Closing after) {
    return judged(List.of(ALL, before, ALL), List.of(ALL, after, ALL), "");
  }

  private static Report judged(
      List<CloseBench.Closing> before, List<CloseBench.Closing> after, String hidden) {
    return judged(SteadyTest.warm(), before, after, hidden);
  }

  private static Report judged(
      Steady.Both steady,
      List<CloseBench.Closing> before,
      List<CloseBench.Closing> after,
      String hidden) {
    Report report = new Report("close", Instant.EPOCH);
    CloseBench.judge(report, PROMISED, steady, before, after, hidden);
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
    Plan plan = SampleReport.plan();
    Report report = judged(THREE, THREE, CloseBench.hidden(plan, 9_999, 10_000));
    assertThat(report.targets())
        .hasSize(2)
        .allMatch(target -> target.hidden().equals("promised with 10,000 customers or more"));
    assertThat(CloseBench.hidden(plan, 10_000, 10_000)).contains("two lines");
  }

  private static List<CloseBench.Closing> costing(double... micros) {
    return DoubleStream.of(micros)
        .mapToObj(each -> new CloseBench.Closing(20_000, 20_000, each, 1.5, 0.4))
        .toList();
  }

  @Test
  void what_the_same_closing_differs_by_is_not_what_many_cost() {
    assertThat(judged(costing(100, 114, 90), costing(120, 130, 125), "").good()).isTrue();
    Report dear = judged(costing(100, 101, 99), costing(131, 132, 131), "");
    assertThat(ReportTable.of(dear.json())).containsPattern("closing_cost.*1.3.*: MISSED");
    assertThat(dear.json().at("/closing/ratio").asDouble()).isEqualTo(1.31);
    assertThat(dear.json().at("/pairs/2/b").asDouble()).isEqualTo(131);
    Report wide = judged(costing(100, 150, 99), costing(100, 100, 100), "");
    assertThat(wide.good()).isFalse();
    assertThat(wide.json().at("/aaSpread").asDouble()).isEqualTo(0.5);
    assertThat(ReportTable.of(wide.json())).containsPattern("closing_cost.*NOT MEASURABLE here");
  }

  @Test
  void closings_on_a_server_that_was_not_warm_are_not_judged() {
    Report report = judged(SteadyTest.cold(), THREE, THREE, "");
    assertThat(report.targets())
        .hasSize(2)
        .allMatch(target -> target.hidden().contains("not steady after 6 warm-ups"));
    assertThat(report.good()).isFalse();
    assertThat(report.json().at("/closing/warmupsFew").asInt()).isEqualTo(6);
  }

  @Test
  void rounds_of_each_state_are_reckoned_with_and_its_warm_ups() {
    CloseBench bench = new CloseBench();
    Plan plan = SampleReport.plan().withLength(Duration.ofSeconds(30));
    assertThat(bench.loads(plan)).isEqualTo(27);
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

  private static Bench bench() {
    return new Bench(
        SampleReport.plan(), new Bench.Target.Own(List.of()), new Progress.Phases(true));
  }

  @Test
  void orders_that_nobody_closes_end_no_bench() throws Exception {
    AtomicLong left = new AtomicLong(2);
    CloseBench.awaitClosed(bench(), left::getAndDecrement, Duration.ofMinutes(1));
    assertThat(left).as("it waits for each of them").hasValue(-1);
    assertThatCode(() -> CloseBench.awaitClosed(bench(), () -> 1, Duration.ZERO))
        .doesNotThrowAnyException();
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
