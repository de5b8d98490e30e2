package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.harness.load.Load;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
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
        new Plan.Goods(10_000, 2, Skew.UNIFORM),
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
    List<CloseBench.Closing> three = Collections.nCopies(3, all);
    CloseBench.Waiting few = new CloseBench.Waiting(1_000, 1_000);
    CloseBench.judge(report, few, SteadyTest.warm(), three, three, "");
    assertThat(ReportTable.of(report.json()))
        .containsPattern("closed_after_deadline.*NOT MEASURABLE here: promised with 5,000,000")
        .containsPattern("closing_cost_many_to_few.*NOT MEASURABLE here: promised with 5,000,000");
  }

  private static final List<Double> SAME = Collections.nCopies(Pairs.PAIRS_MIN, 1.0);

  private static void isHidden(Report report, String reason) {
    assertThat(report.targets())
        .isNotEmpty()
        .noneMatch(Report.Target::met)
        .allMatch(target -> target.hidden().contains(reason));
  }

  private static void isMet(Report report) {
    assertThat(report.targets()).isNotEmpty().allMatch(Report.Target::met);
  }

  @Test
  void a_load_of_orders_has_its_customers_and_lines() {
    assertThat(PROMISED.placing(open(2_000, 30, 20), 10_000, 10_000)).isEmpty();
    assertThat(PROMISED.placing(open(2_000, 30, 20), 1, 10_000)).contains("10,000 customers");
    assertThat(PROMISED.placing(open(1, 30, 20), 10_000, 10_000)).contains("2,000 a second");
    Plan one = SampleReport.plan().withLength(Duration.ofSeconds(30));
    assertThat(new Promised(Defaults.CLOSED.seconds(30, 0)).placing(one, 10_000, 10_000))
        .contains("two lines");
  }

  @Test
  void a_load_of_orders_has_its_connections_and_skus() {
    Promised usual = new Promised(Defaults.CLOSED);
    Plan plan = plan(new Load.AsAnswered(), 20, 30);
    assertThat(usual.placing(plan, 10_000, 10_000)).isEmpty();
    assertThat(usual.placing(plan.withConnections(1_024), 10_000, 20_000)).isEmpty();
    assertThat(usual.placing(plan.withConnections(255), 10_000, 10_000))
        .isEqualTo("promised with 256 connections or more");
    assertThat(usual.placing(plan, 10_000, 20)).isEqualTo("promised with 10,000 SKUs or more");
    assertThat(usual.placing(plan.with(Skew.ZIPF), 10_000, 10_000))
        .isEqualTo("promised with --skew uniform");
  }

  @Test
  void one_reader_of_pages_asks_for_one_page() {
    QueryBench query = new QueryBench();
    Plan plan = withOrders(plan(new Load.AsAnswered(), 20, 30), 5_000_000);
    assertThat(query.hidden(plan, 2_000, 10_000)).isEmpty();
    assertThat(query.hidden(plan, 1_999, 10_000))
        .isEqualTo("promised with 2,000 customers or more");
    assertThat(query.hidden(plan.withLength(Duration.ofSeconds(19)), 2_000, 10_000))
        .contains("20 s");
    assertThat(query.hidden(plan.withConnections(1), 2_000, 10_000)).contains("256 connections");
    assertThat(query.hidden(withOrders(plan, 4_999_999), 2_000, 10_000))
        .contains("5,000,000 orders");
  }

  @Test
  void placing_beside_reports_has_a_rate_of_its_own() {
    ReportsBench reports = new ReportsBench();
    assertThat(reports.besides(plan(new Load.AsAnswered(), 20, 30), 10_000, 10_000)).isEmpty();
    assertThat(reports.besides(open(500, 20, 30), 10_000, 10_000)).isEmpty();
    assertThat(reports.besides(open(1, 20, 30), 10_000, 10_000))
        .isEqualTo("promised at 500 a second");
    assertThat(reports.besides(open(500, 20, 30), 1, 10_000)).contains("customers");
    assertThat(reports.besides(open(500, 20, 30).withConnections(1), 10_000, 10_000))
        .contains("256 connections");
    assertThat(reports.besides(open(500, 20, 30).withPairs(4), 10_000, 10_000)).contains("of 5");
  }

  @Test
  void a_lake_has_as_many_orders_as_were_placed_and_not_as_it_has_rows() {
    ReportsBench reports = new ReportsBench();
    assertThat(reports.orders(report, Optional.of(10_000_000L))).isEmpty();
    assertThat(reports.orders(report, Optional.of(1_000_000L)))
        .isEqualTo("promised with 10,000,000 orders or more");
    assertThat(report.json().at("/lake/orders").asLong()).isEqualTo(1_000_000);
    assertThat(reports.orders(report, Optional.empty())).contains("10,000,000 orders");
  }

  private static Report callback(String provider, Plan plan) {
    CallbackBench bench = new CallbackBench(provider);
    Report report = new Report("callback", Instant.EPOCH);
    List<CallbackTurns.Pair> pairs =
        SAME.stream().map(p99 -> new CallbackTurns.Pair(p99, p99)).toList();
    bench.targets(report, plan, pairs, bench.hidden(plan, 10_000, 10_000));
    return report;
  }

  @Test
  void callbacks_of_a_moment_say_nothing() {
    isMet(callback("sandbox", open(500, 20, 30)));
    isMet(callback("alipay", open(500, 20, 30)));
    isHidden(callback("sandbox", open(500, 1, 30)), "20 s");
    isHidden(callback("alipay", open(500, 1, 30)), "20 s");
    isHidden(callback("sandbox", open(500, 20, 0)), "after a warm-up");
    isHidden(callback("sandbox", open(10, 20, 30)), "500 a second");
  }

  private static Report faults(String hidden) {
    Report report = new Report("faults", Instant.EPOCH);
    FaultsBench.Trouble trouble = new FaultsBench.Trouble("pairs", "placing_stalled_to_well_p99");
    SAME.forEach(ratio -> trouble.add(report, 1, ratio));
    trouble.judge(report, 0, hidden);
    return report;
  }

  @Test
  void twenty_orders_beside_faults_have_no_p99() {
    isMet(faults(""));
    Plan plan = open(1, 20, 30);
    FaultsBench bench = new FaultsBench();
    isHidden(faults(bench.hidden(plan, 10_000, 10_000)), "at 500");
    isHidden(faults(bench.hidden(open(500, 20, 30).withPairs(4), 10_000, 10_000)), "of 5");
  }

  private static Report mixed(Plan plan, double deadlocks) {
    Report report = new Report("mixed", Instant.EPOCH);
    String hidden = new MixedBench().hidden(plan, 10_000, plan.goods().skus());
    MixedBench.deadlocks(report, plan, deadlocks, hidden);
    MixedBench.compare(report, plan, SAME, 0, hidden);
    return report;
  }

  private static Plan mix(int seconds, int warmup) {
    return plan(new Load.AsAnswered(), seconds, warmup).with(Skew.ZIPF);
  }

  @Test
  void two_cold_nodes_are_not_compared_with_one() {
    isMet(mixed(mix(20, 120), 0));
    isHidden(mixed(mix(1, 120), 0), "20 s");
    isHidden(mixed(mix(20, 0), 0), "warm-up");
    isHidden(mixed(mix(20, 120).withPairs(4), 0), "of 5");
    isHidden(mixed(mix(20, 120).with(Skew.UNIFORM), 0), "--skew zipf");
  }

  @Test
  void one_customer_never_meets_another_and_serves_one_node_alone() {
    isHidden(mixed(mix(20, 120).withConnections(1), 0), "256 connections");
    Plan rate = mix(20, 120).with(new Load.AtRate(1));
    assertThat(mixed(rate, 0).targets())
        .singleElement()
        .satisfies(target -> assertThat(target.hidden()).contains("as fast as answers come"));
  }

  @Test
  void a_deadlock_is_one_however_few_met() {
    Report seen = mixed(mix(1, 0).withConnections(1), 1);
    assertThat(ReportTable.of(seen.json())).containsPattern("mixed_deadlocks.*: MISSED");
    isHidden(mixed(mix(1, 0), Double.NaN), "");
    assertThat(mixed(mix(20, 120), Double.NaN).good()).isFalse();
  }

  private static Report overload(double rate, int seconds) {
    OverloadBench bench = new OverloadBench();
    Report report = new Report("overload", Instant.EPOCH);
    Plan plan = open(rate, seconds, 30).withConnections(2_500);
    String less = new Promised(bench.defaults()).placing(plan, 10_000, 10_000);
    new Overload(1_000, 20, 995, 990, 50_000, 12, 10)
        .judge(report, "overload", "overload_goodput_to_peak", "overload_refusal_p99_ms", less);
    return report;
  }

  @Test
  void a_small_overload_is_none() {
    isMet(overload(10_000, 20));
    for (Report small : List.of(overload(100, 20), overload(10_000, 1))) {
      assertThat(small.targets().stream().filter(target -> !target.hidden().isEmpty())).hasSize(2);
      assertThat(small.good()).isFalse();
    }
  }

  private static Report normal(Plan plan, double sent, int customers) {
    Report report = new Report("flash", Instant.EPOCH);
    FlashBeside.judge(report, SAME, 0.1, sent, FlashBeside.hidden(plan, customers, 10_000));
    return report;
  }

  private static Plan sale(int seconds, double normalPerSecond) {
    return sale(seconds, new Plan.Flash(1_000, normalPerSecond, 1, 0));
  }

  private static Plan sale(int seconds, Plan.Flash flash) {
    Plan plan = plan(new Load.AsAnswered(), seconds, 30);
    return new Plan(
        plan.pace(),
        plan.connections(),
        plan.length(),
        plan.warmup(),
        plan.goods(),
        30_000,
        0,
        plan.pairs(),
        true,
        true,
        flash);
  }

  @Test
  void normal_orders_are_held_against_a_whole_sale() {
    isMet(normal(sale(20, 300), 1, 30_000));
    isHidden(normal(sale(1, 300), 1, 30_000), "20 s");
    isHidden(normal(sale(20, 299), 1, 30_000), "300 normal orders");
    isHidden(normal(sale(20, 300), 1, 100), "30,000 customers");
    isHidden(normal(sale(20, 300).withConnections(1), 1, 30_000), "256 connections");
    isHidden(normal(sale(20, 300).withPairs(4), 1, 30_000), "of 5");
  }

  @Test
  void a_sale_of_one_piece_is_none_to_be_beside() {
    isMet(normal(sale(20, new Plan.Flash(2_000, 300, 1, 0)), 1, 30_000));
    isHidden(normal(sale(20, new Plan.Flash(1, 300, 1, 0)), 1, 30_000), "1,000 pieces");
    isHidden(normal(sale(20, new Plan.Flash(1_000, 300, 2, 0)), 1, 30_000), "one node");
  }

  @Test
  void beside_a_sale_that_stalls_normal_orders_say_nothing() {
    isMet(normal(sale(20, 300), 0.9, 30_000));
    isHidden(normal(sale(20, 300), 0.89, 30_000), "a flood was not sent");
    Plan plan = sale(1, 300);
    assertThat(FlashBeside.sentShare(List.of(Tallies.sent(6_000), Tallies.sent(5_000)), plan))
        .isBetween(0.833, 0.834);
    assertThat(FlashBeside.sentShare(List.of(), plan)).isZero();
  }

  private static Report backlog(long asked, long taken) {
    return backlog(asked, taken, taken * DatabaseFigures.CONSUMERS.size());
  }

  private static Report backlog(long asked, long taken, long done) {
    Plan plan = withOrders(open(500, 20, 0), asked);
    Report report = new Report("effects", Instant.EPOCH);
    List<EffectsBench.Look> looks =
        List.of(
            new EffectsBench.Look(0, 0),
            new EffectsBench.Look(1_000_000, done / 2),
            new EffectsBench.Look(2_000_000, done));
    String hidden = new EffectsBench().hidden(plan, taken, 10_000, 10_000);
    EffectsBench.backlog(report, looks, plan, taken, hidden);
    return report;
  }

  @Test
  void a_backlog_that_nobody_drains_is_told() {
    Report half = backlog(60_000, 60_000, 150_000);
    assertThat(half.good()).isFalse();
    assertThat(ReportTable.of(half.json()))
        .contains("BROKEN backlog_was_drained: wanted 300000 deliveries, got 150000 in 10 minutes");
  }

  @Test
  void a_backlog_that_nobody_drains_ends_no_bench() throws Exception {
    Bench bench =
        new Bench(SampleReport.plan(), new Bench.Target.Own(List.of()), new Progress.Phases(true));
    List<EffectsBench.Look> looks =
        EffectsBench.drain(bench, () -> Optional.of(7L), 2, Duration.ZERO);
    assertThat(looks).hasSizeLessThanOrEqualTo(2);
    AtomicLong done = new AtomicLong();
    looks =
        EffectsBench.drain(bench, () -> Optional.of(done.addAndGet(4)), 2, Duration.ofMinutes(1));
    assertThat(looks.getLast().done()).as("of five effects of two").isEqualTo(12);
  }

  @Test
  void a_backlog_is_as_large_as_what_was_paid() {
    assertThat(backlog(60_000, 60_000).good()).isTrue();
    Report few = backlog(60_000, 300);
    isHidden(few, "promised with 60,000 orders");
    assertThat(ReportTable.of(few.json()))
        .contains("BROKEN backlog_notices_were_taken: wanted 60000, got 300");
    isHidden(backlog(300, 300), "promised with 60,000 orders");
  }

  @Test
  void prices_that_nobody_looked_at_are_not_known_to_be_low() {
    MidnightBench.prices(report, 20, Optional.of(20L), Optional.of(0L));
    assertThat(report.good()).isTrue();
    Report none = new Report("midnight", Instant.EPOCH);
    MidnightBench.prices(none, 20, Optional.of(0L), Optional.of(0L));
    assertThat(ReportTable.of(none.json()))
        .contains("BROKEN the_price_of_every_line_was_looked_at: wanted at least 20, got 0");
    Report dear = new Report("midnight", Instant.EPOCH);
    MidnightBench.prices(dear, 20, Optional.of(20L), Optional.of(1L));
    assertThat(dear.good()).isFalse();
    MidnightBench.prices(report, 20, Optional.of(20L), Optional.empty());
    assertThat(report.good()).isFalse();
  }

  private static Report hot(Load.Pace pace, String hidden) {
    return hot(plan(pace, 20, 20), hidden);
  }

  private static Report hot(Plan plan, String hidden) {
    Report hot = new Report("place", Instant.EPOCH);
    List<Double> many = Collections.nCopies(Pairs.PAIRS_MIN, 1_000.0);
    HotPairs.judge(hot, plan, many, SAME, hidden);
    return hot;
  }

  @Test
  void one_hot_sku_is_compared_with_ten_thousand() {
    Plan plan = plan(new Load.AsAnswered(), 20, 20);
    isMet(hot(plan, PlaceBench.otherwise(plan, 10_000, 10_000)));
    isHidden(hot(plan, PlaceBench.otherwise(plan, 10_000, 20)), "10,000 SKUs");
    Plan one = plan.withConnections(1);
    isHidden(hot(one, PlaceBench.otherwise(one, 10_000, 10_000)), "256 connections");
    isHidden(hot(plan.withPairs(4), ""), "of 5");
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
    JsonNode query = told(QueryBench.told(open(7, 99, 88), SteadyTest.warm()));
    assertThat(query.path("warmupSeconds").asInt()).as("three of each").isEqualTo(6 * 88);
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
