package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Overload is judged where it was offered, and told from the end of the offer, too. */
final class OverloadBenchTest {
  private static Report judged(double offered) {
    return judged(995, 990, 50_000, offered);
  }

  /** Twenty seconds of a lane that may do 1,000 orders a second. */
  private static Report judged(double capped, double good, long shed, double offered) {
    Report report = new Report("overload", Instant.EPOCH);
    new Overload(1_000, 20, capped, good, shed, 12, offered)
        .judge(report, "overload", "overload_goodput_to_peak", "overload_refusal_p99_ms", "");
    return report;
  }

  @Test
  void a_cap_that_refuses_nobody_is_none() {
    Report report = judged(995, 990, 0, 10);
    assertThat(report.good()).isFalse();
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN overload_refuses_what_is_too_much: wanted at least 1, got 0");
    assertThat(judged(995, 990, 1, 10).good()).isTrue();
  }

  @Test
  void a_lane_that_does_more_than_its_cap_is_not_capped() {
    Report all = judged(1_100, 9_998, 12, 10);
    assertThat(all.good()).isFalse();
    assertThat(ReportTable.of(all.json()))
        .contains("BROKEN overload_does_no_more_than_its_cap: wanted at most 1,105 a second");
    assertThat(judged(1_200, 1_090, 50_000, 10).good()).isFalse();
  }

  @Test
  void what_a_lane_has_saved_up_before_is_no_breach_of_its_cap() {
    assertThat(judged(1_105, 1_104, 50_000, 10).good()).isTrue();
    assertThat(judged(1_105, 1_106, 50_000, 10).good()).isFalse();
  }

  @Test
  void ten_times_the_cap_is_judged() {
    assertThat(judged(10).good()).isTrue();
    assertThat(judged(9).good()).isTrue();
    assertThat(judged(10).targets()).hasSize(3).allMatch(Report.Target::met);
  }

  @Test
  void what_was_not_offered_says_nothing_of_goodput_and_refusals() {
    Report report = judged(8.9);
    assertThat(report.good()).isFalse();
    assertThat(report.targets()).noneMatch(Report.Target::met);
    assertThat(ReportTable.of(report.json()))
        .contains("target overload_offered_times_the_cap: wanted at least")
        .containsPattern("overload_goodput_to_peak.*NOT MEASURABLE here: ten times the cap was not")
        .containsPattern("overload_refusal_p99_ms.*NOT MEASURABLE here: ten times the cap was not");
  }

  /** Seconds at 100 a second, of which these are slow. */
  private static OverloadBench.Steady steady(int... slow) {
    List<Tally.Second> seconds =
        new ArrayList<>(Collections.nCopies(60, new Tally.Second(100, 0, 5_000)));
    for (int second : slow) {
      seconds.set(second, new Tally.Second(3, 0, 900_000));
    }
    return new OverloadBench.Steady(seconds, 100, 10, 15, 24.5);
  }

  @Test
  void being_back_is_told_from_the_last_try_and_from_the_offers_end() {
    OverloadBench.Steady steady = steady(12, 17, 26);
    assertThat(steady.backAfter(steady.burstUntil())).isEqualTo(2.5);
    assertThat(steady.backAfter(steady.offerUntil())).isEqualTo(12);
    Report report = new Report("overload", Instant.EPOCH);
    OverloadBench.judge(report, steady, "");
    assertThat(report.json().at("/recovery/backAfterSeconds").asDouble()).isEqualTo(2.5);
    assertThat(report.json().at("/recovery/backAfterOfferSeconds").asDouble()).isEqualTo(12);
    assertThat(report.good()).isTrue();
  }

  @Test
  void a_second_as_poor_as_one_before_the_burst_is_as_before() {
    List<Tally.Second> seconds = new ArrayList<>(steady(12).seconds());
    seconds.set(30, new Tally.Second(90, 0, 5_000));
    OverloadBench.Steady poor = new OverloadBench.Steady(seconds, 100, 10, 15, 24.5);
    assertThat(poor.backAfter(poor.burstUntil())).isEqualTo(6.5);
    seconds.set(9, new Tally.Second(90, 0, 5_000));
    OverloadBench.Steady usual = new OverloadBench.Steady(seconds, 100, 10, 15, 24.5);
    assertThat(usual.backAfter(usual.burstUntil())).isEqualTo(0.5);
    assertThat(usual.usualGood()).isEqualTo(90);
  }

  /** Sixty seconds, of which one before the burst had fewer, and some after it. */
  private static OverloadBench.Steady poor(long before, long after, int... poor) {
    List<Tally.Second> seconds = new ArrayList<>(steady(12).seconds());
    seconds.set(9, new Tally.Second(before, 0, 5_000));
    for (int second : poor) {
      seconds.set(second, new Tally.Second(after, 0, 5_000));
    }
    return new OverloadBench.Steady(seconds, 100, 10, 15, 24.5);
  }

  @Test
  void half_the_load_for_ever_is_not_as_before_since_one_second_was_so() {
    OverloadBench.Steady steady = poor(52, 60, IntStream.range(25, 60).toArray());
    assertThat(steady.usualGood()).isEqualTo(52);
    Report report = recovery(steady);
    assertThat(report.targets()).hasSize(2).noneMatch(Report.Target::met);
    assertThat(report.json().at("/recovery/backAfterSeconds").asDouble()).isEqualTo(35.5);
    assertThat(ReportTable.of(report.json()))
        .containsPattern("baseline_in_the_end_to_offered.*0.600: MISSED");
  }

  /** One of ten seconds before it, so three of the 35 that are left. */
  @Test
  void as_many_poor_seconds_as_before_are_usual_and_one_more_is_not() {
    assertThat(poor(52, 60, 40).backAfter(24.5)).isEqualTo(0.5);
    assertThat(poor(52, 60, 35, 40, 50).backAfter(24.5)).isEqualTo(0.5);
    assertThat(poor(52, 60, 30, 35, 40, 50).backAfter(24.5)).isEqualTo(6.5);
    assertThat(poor(52, 60, 30, 40).poorBefore()).isEqualTo(1);
    OverloadBench.Steady shorter =
        new OverloadBench.Steady(poor(52, 60, 36).seconds().subList(0, 37), 100, 10, 15, 27.5);
    assertThat(shorter.backAfter(27.5)).as("none in nine seconds").isEqualTo(9.5);
    assertThat(poor(52, 51, 40).backAfter(24.5)).as("poorer than any").isEqualTo(16.5);
  }

  /** Three poor seconds are usual in ten; but those that follow the burst are what it left. */
  @Test
  void what_is_poor_from_the_burst_on_is_not_what_was_poor_before() {
    List<Tally.Second> seconds = new ArrayList<>(steady(12).seconds());
    IntStream.of(2, 5, 8).forEach(i -> seconds.set(i, new Tally.Second(60, 0, 5_000)));
    IntStream.range(25, 38).forEach(i -> seconds.set(i, new Tally.Second(70, 0, 5_000)));
    seconds.set(50, new Tally.Second(70, 0, 5_000));
    Report report = recovery(new OverloadBench.Steady(seconds, 100, 10, 15, 24.5));
    assertThat(report.json().at("/recovery/backAfterSeconds").asDouble()).isEqualTo(13.5);
    assertThat(ReportTable.of(report.json())).containsPattern("baseline_back_after.*13.50: MISSED");
  }

  @Test
  void one_slow_second_before_makes_no_slow_ones_usual() {
    List<Tally.Second> seconds = new ArrayList<>(steady(12).seconds());
    seconds.set(9, new Tally.Second(100, 0, 4_000_000));
    seconds.set(40, new Tally.Second(100, 0, 7_000_000));
    OverloadBench.Steady one = new OverloadBench.Steady(seconds, 100, 10, 15, 24.5);
    assertThat(one.backAfter(24.5)).isEqualTo(0.5);
    seconds.set(30, new Tally.Second(100, 0, 7_000_000));
    seconds.set(34, new Tally.Second(100, 0, 7_000_000));
    seconds.set(38, new Tally.Second(100, 0, 7_000_000));
    OverloadBench.Steady four = new OverloadBench.Steady(seconds, 100, 10, 15, 24.5);
    assertThat(four.backAfter(24.5)).isEqualTo(6.5);
  }

  @Test
  void of_a_run_with_less_being_back_is_not_judged() {
    Report report = new Report("overload", Instant.EPOCH);
    OverloadBench.judge(report, steady(12), "promised for 20 s or more");
    assertThat(report.targets())
        .hasSize(2)
        .allMatch(target -> target.hidden().equals("promised for 20 s or more"));
  }

  /** Nobody need be back from what a sick generator did not send. */
  @Test
  void after_a_burst_that_was_none_being_back_says_nothing() {
    Plan plan = SampleReport.plan().withLength(Duration.ofSeconds(20));
    double nine = OverloadBench.timesTheCap(Tallies.sent(180_000), plan, 1_000);
    assertThat(nine).isEqualTo(9);
    assertThat(Overload.notSent(nine)).isEmpty();
    double one = OverloadBench.timesTheCap(Tallies.sent(20_000), plan, 1_000);
    Report report = new Report("overload", Instant.EPOCH);
    OverloadBench.judge(report, steady(12), Overload.notSent(one));
    assertThat(report.good()).isFalse();
    assertThat(ReportTable.of(report.json()))
        .containsPattern("baseline_back_after.*NOT MEASURABLE here: the burst was not sent: it")
        .containsPattern("baseline_in_the_end.*NOT MEASURABLE here: the burst was not sent: it");
  }

  @Test
  void a_lane_that_something_else_keeps_from_its_cap_says_nothing_of_it() {
    assertThat(judged(800, 800, 50_000, 10).good()).isTrue();
    Report slow = judged(100, 100, 50_000, 10);
    assertThat(slow.good()).isFalse();
    assertThat(ReportTable.of(slow.json()))
        .containsPattern("overload_goodput_to_peak.*NOT MEASURABLE here: the cap was not what")
        .containsPattern("overload_refusal_p99_ms.*NOT MEASURABLE here: the cap was not what");
  }

  private static Report recovery(OverloadBench.Steady steady) {
    Report report = new Report("overload", Instant.EPOCH);
    OverloadBench.judge(report, steady, "");
    return report;
  }

  @Test
  void a_hiccup_long_after_the_burst_puts_off_being_back() {
    Report report = recovery(steady(12, 26, 55));
    assertThat(report.json().at("/recovery/backAfterSeconds").asDouble()).isEqualTo(31.5);
    assertThat(ReportTable.of(report.json())).containsPattern("baseline_back_after.*31.50: MISSED");
  }

  @Test
  void the_last_second_counts() {
    assertThat(recovery(steady(59)).targets()).noneMatch(Report.Target::met);
  }

  @Test
  void a_load_that_ends_too_soon_after_the_burst_has_not_seen_it() {
    List<Tally.Second> seconds = steady().seconds();
    assertThat(recovery(new OverloadBench.Steady(seconds.subList(0, 35), 100, 10, 15, 24.5)).good())
        .isTrue();
    Report report = recovery(new OverloadBench.Steady(seconds.subList(0, 34), 100, 10, 15, 24.5));
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN ten_seconds_after_the_burst_were_seen: wanted at least 10, got 9")
        .containsPattern("baseline_back_after.*NOT MEASURABLE here: ten seconds after the burst");
    OverloadBench.Steady none = new OverloadBench.Steady(seconds.subList(0, 25), 100, 10, 15, 24.5);
    assertThat(none.backAfter(none.burstUntil())).as("nothing was seen").isLessThan(1);
    assertThat(recovery(none).targets().getFirst().met()).isFalse();
  }

  @Test
  void both_loads_are_told_by_one_clock() {
    Plan plan = SampleReport.plan().withLength(Duration.ofSeconds(20));
    Load load =
        new Load(
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)),
            1,
            new Load.AtRate(100),
            Duration.ofSeconds(70),
            Duration.ofSeconds(30));
    List<Tally.Second> seconds =
        new ArrayList<>(Collections.nCopies(71, new Tally.Second(100, 0, 5_000)));
    long start = 5_000_000_000L; // Its connections took five seconds.
    long connects = start + 10_200_000_000L;
    Tally burst = Tallies.of(start + 11_000_000_000L, Duration.ofSeconds(24), List.of());
    OverloadBench.Steady steady =
        OverloadBench.Steady.of(
            Tallies.of(start, Duration.ofSeconds(71), seconds), load, 100, connects, burst, plan);
    assertThat(steady.burstFrom()).isEqualTo(10.2);
    assertThat(steady.before()).isEqualTo(10);
    assertThat(steady.offerUntil()).isEqualTo(31);
    assertThat(steady.burstUntil()).isEqualTo(35);
    assertThat(steady.seconds()).as("none after its length").hasSize(70);
    OverloadBench.Steady silent =
        OverloadBench.Steady.of(
            Tallies.of(start, Duration.ofSeconds(40), seconds.subList(0, 40)),
            load,
            100,
            connects,
            burst,
            plan);
    assertThat(silent.seconds()).hasSize(70);
    assertThat(silent.backAfter(silent.burstUntil())).isEqualTo(35);
  }

  @Test
  void after_a_second_that_had_hardly_any_being_back_says_nothing() {
    List<Tally.Second> seconds = new ArrayList<>(steady(12).seconds());
    seconds.set(9, new Tally.Second(50, 0, 5_000));
    Report half = new Report("overload", Instant.EPOCH);
    OverloadBench.judge(half, new OverloadBench.Steady(seconds, 100, 10, 15, 24.5), "");
    assertThat(half.good()).isTrue();
    seconds.set(9, new Tally.Second(49, 0, 5_000));
    Report fewer = new Report("overload", Instant.EPOCH);
    OverloadBench.judge(fewer, new OverloadBench.Steady(seconds, 100, 10, 15, 24.5), "");
    assertThat(fewer.good()).isFalse();
    assertThat(ReportTable.of(fewer.json()))
        .containsPattern("baseline_back_after.*NOT MEASURABLE here: a second before the burst");
  }

  @Test
  void who_is_back_while_others_still_try_is_back_before_the_last_try() {
    OverloadBench.Steady steady = steady(12, 17);
    assertThat(steady.backAfter(steady.burstUntil())).isEqualTo(0.5); // the second that it ends in
    assertThat(steady.backAfter(steady.offerUntil())).isEqualTo(3);
  }
}
