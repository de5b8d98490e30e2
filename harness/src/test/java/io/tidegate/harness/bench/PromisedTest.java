package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.harness.load.Load;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A figure is judged under what was promised, and a document tells what there really was. */
final class PromisedTest {
  private static final Promised PROMISED =
      new Promised(Defaults.atRate(2_000).seconds(30, 20).orders(60_000));

  private final Report report = new Report("place", Instant.EPOCH);

  private static Plan plan(Load.Pace pace, int seconds, int warmup) {
    return new Plan(
        pace,
        256,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(warmup),
        new Plan.Goods(10_000, 2, Skew.HOT),
        10_000,
        0,
        Pairs.PAIRS_MIN,
        false,
        false,
        new Plan.Flash(1, 1, 1, 0));
  }

  private static Plan open(double rate, int seconds, int warmup) {
    return plan(new Load.AtRate(rate), seconds, warmup);
  }

  @Test
  void what_a_bench_does_unasked_is_what_it_promises_of() {
    assertThat(PROMISED.load(open(2_000, 30, 20))).isEmpty();
    assertThat(PROMISED.load(open(3_000, 300, 1))).as("more is judged, too").isEmpty();
    assertThat(PROMISED.orders(60_000)).isEmpty();
    assertThat(PROMISED.users(10_000)).isEmpty();
    assertThat(PROMISED.lines(open(1, 1, 1))).isEmpty();
  }

  @Test
  void what_is_less_is_told() {
    assertThat(PROMISED.load(open(10, 30, 20))).isEqualTo("promised at 2,000 a second");
    assertThat(PROMISED.load(open(2_000, 29, 20))).isEqualTo("promised for 30 s or more");
    assertThat(PROMISED.load(open(2_000, 30, 0))).isEqualTo("promised after a warm-up");
    assertThat(PROMISED.orders(300)).isEqualTo("promised with 60,000 orders or more");
    assertThat(PROMISED.users(9_999)).isEqualTo("promised with 10,000 customers or more");
    assertThat(Promised.first("", "a", "b")).isEqualTo("a");
    assertThat(Promised.first("", "")).isEmpty();
    Promised cold = new Promised(Defaults.CLOSED.seconds(20, 0));
    assertThat(cold.load(plan(new Load.AsAnswered(), 20, 0))).isEmpty();
  }

  @Test
  void few_orders_say_nothing_of_how_late_many_are_closed() {
    CloseBench.Closing all = new CloseBench.Closing(20_000, 20_000, 100, 1.5, 0.4);
    CloseBench.judge(report, new CloseBench.Waiting(1_000, 1_000), all, all);
    assertThat(ReportTable.of(report.json()))
        .containsPattern("closed_after_deadline.*NOT MEASURABLE here: promised with 5,000,000");
  }

  private Report hot(Load.Pace pace, String hidden) {
    Report hot = new Report("place", Instant.EPOCH);
    List<Double> many = Collections.nCopies(Pairs.PAIRS_MIN, 1_000.0);
    List<Double> ratios = Collections.nCopies(Pairs.PAIRS_MIN, 1.0);
    HotPairs.judge(hot, plan(pace, 20, 20), many, ratios, hidden);
    return hot;
  }

  @Test
  void hot_pairs_are_judged_where_nothing_holds_them_back() {
    assertThat(hot(new Load.AsAnswered(), "").targets()).hasSize(1).allMatch(Report.Target::met);
    assertThat(hot(new Load.AtRate(10), "").targets()).as("as many as asked for").isEmpty();
    assertThat(hot(new Load.AsAnswered(), "promised for 20 s").targets())
        .hasSize(1)
        .noneMatch(Report.Target::met)
        .allMatch(target -> target.hidden().equals("promised for 20 s"));
  }

  private static JsonNode told(Plan plan) {
    Report report = new Report("any", Instant.EPOCH);
    report.settings(plan, 10_000, 10_000);
    return report.json().path("settings");
  }

  @Test
  void settings_that_a_bench_has_of_its_own_are_told_and_not_those_that_were_asked_for() {
    JsonNode close = told(CloseBench.told(open(7, 99, 88)));
    assertThat(close.path("mode").asString()).isEqualTo("closed");
    assertThat(close.has("offeredPerSecond")).isFalse();
    assertThat(close.path("seconds").asInt()).isEqualTo(30);
    assertThat(close.path("warmupSeconds").asInt(-1)).isZero();
    JsonNode midnight = told(MidnightBench.told(open(7, 99, 88)));
    assertThat(midnight.path("mode").asString()).isEqualTo("closed");
    assertThat(midnight.path("seconds").asInt()).isEqualTo(60);
    assertThat(midnight.path("warmupSeconds").asInt()).isEqualTo(88);
    JsonNode effects = told(EffectsBench.told(open(7, 99, 88)));
    assertThat(effects.path("offeredPerSecond").asDouble()).isEqualTo(7);
    assertThat(effects.path("seconds").asInt()).isEqualTo(99);
    assertThat(effects.path("warmupSeconds").asInt(-1)).isZero();
    assertThat(new EffectsBench().defaults().warmupSeconds()).isZero();
  }

  @Test
  void who_paid_after_a_minute_has_not_bought_within_one() {
    MidnightBench.bought(report, 500, 500, 60_000_000_000L);
    assertThat(report.good()).isTrue();
    Report late = new Report("midnight", Instant.EPOCH);
    MidnightBench.bought(late, 500, 500, 60_001_000_000L);
    assertThat(ReportTable.of(late.json()))
        .contains(
            "BROKEN everyone_has_bought_within_60_s: wanted 500 within 60 s,"
                + " got 500 within 60.001 s");
    Report few = new Report("midnight", Instant.EPOCH);
    MidnightBench.bought(few, 500, 499, 5_000_000_000L);
    assertThat(few.good()).isFalse();
  }

  @Test
  void fewer_orders_than_are_paid_at_a_rate_are_refused() {
    PayBench pay = new PayBench();
    Plan few = withOrders(open(500, 20, 0), 9_999);
    assertThat(pay.refusal(few).orElseThrow()).contains("--orders 9999", "10000 are paid in 20 s");
    assertThat(pay.refusal(withOrders(few, 10_000))).isEmpty();
    assertThat(pay.refusal(withOrders(few, 0))).as("enough").isEmpty();
    assertThat(pay.refusal(withOrders(plan(new Load.AsAnswered(), 20, 0), 5))).isEmpty();
    assertThatThrownBy(() ->
            pay.run(new Bench(few, new Bench.Target.Own(List.of()), new Progress.Phases(true))))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("--orders 9999");
  }

  private static Plan withOrders(Plan plan, long orders) {
    return new Plan(
        plan.pace(),
        plan.connections(),
        plan.length(),
        plan.warmup(),
        plan.goods(),
        plan.users(),
        orders,
        plan.pairs(),
        plan.beside(),
        plan.audit(),
        plan.flash());
  }
}
