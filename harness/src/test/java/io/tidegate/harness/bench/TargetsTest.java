package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.load.Load;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run with less than what is promised of shows its targets and why they are not judged. */
final class TargetsTest {
  private static Plan plan(Load.Pace pace, int seconds, int connections) {
    return new Plan(
        pace,
        connections,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(30),
        new Plan.Goods(10_000, 2, Skew.UNIFORM),
        10_000,
        5_000_000,
        Pairs.PAIRS_MIN,
        true,
        true,
        new Plan.Flash(1_000, 300, 1, 0));
  }

  private static Plan closed() {
    return plan(new Load.AsAnswered(), 30, 256);
  }

  private static Plan open(double rate, int seconds) {
    return plan(new Load.AtRate(rate), seconds, 256);
  }

  private static List<Report.Target> placed(Plan plan, int skus) {
    Report report = new Report("place", Instant.EPOCH);
    String otherwise = PlaceBench.otherwise(plan, 10_000, skus);
    PlaceBench.targets(report, plan, skus, otherwise, new PlaceBench.Figures(13_000, 0.1, 20, 100));
    return report.targets();
  }

  private static void met(List<Report.Target> targets, int count) {
    assertThat(targets).hasSize(count).allMatch(Report.Target::met);
  }

  private static void hidden(List<Report.Target> targets, int count, String reason) {
    assertThat(targets).hasSize(count).allMatch(target -> target.hidden().contains(reason));
  }

  @Test
  void placing_as_fast_as_answers_come_has_its_connections() {
    met(placed(closed(), 10_000), 2);
    met(placed(closed().withConnections(1_024), 10_000), 2);
    List<Report.Target> other = placed(closed().withConnections(512), 10_000);
    assertThat(other.getFirst().hidden())
        .isEqualTo("promised with 256 connections, and with 1,024");
    assertThat(other.getLast().met()).as("the lag").isTrue();
    hidden(placed(closed().withConnections(16), 10_000), 2, "256 connections");
    hidden(placed(closed(), 9_999), 2, "10,000 SKUs");
    hidden(placed(closed(), 10_001), 2, "10,000 SKUs");
    List<Report.Target> brief = placed(plan(new Load.AsAnswered(), 29, 256), 10_000);
    assertThat(brief.getFirst().met()).isTrue();
    assertThat(brief.getLast().hidden()).isEqualTo("promised for 30 s or more");
    assertThat(placed(closed().with(Skew.ZIPF), 10_000)).as("nothing is promised of it").isEmpty();
  }

  @Test
  void placing_at_a_rate_has_its_rate_and_its_five_minutes() {
    met(placed(open(2_000, 300), 10_000), 2);
    hidden(placed(open(2_000, 299), 10_000), 2, "300 s");
    hidden(placed(open(1_000, 300), 10_000), 2, "2,000 a second");
    hidden(placed(open(2_001, 300), 10_000), 2, "2,000 a second");
  }

  private static List<Report.Target> evening(Plan plan) {
    Report report = new Report("evening", Instant.EPOCH);
    EveningBench.judge(report, 10, new EveningBench().hidden(plan, 10_000, 10_000));
    return report.targets();
  }

  @Test
  void an_evening_at_another_rate_is_another_one() {
    met(evening(open(2_000, 30)), 1);
    hidden(evening(open(2_000, 29)), 1, "30 s");
    hidden(evening(open(1_000, 30)), 1, "2,000 a second");
    hidden(evening(open(2_001, 30)), 1, "2,000 a second");
    hidden(evening(closed()), 1, "2,000 a second");
    hidden(evening(open(2_000, 30).withConnections(1)), 1, "256 connections");
  }

  private static List<Report.Target> sold(Plan plan, int pieces) {
    Plan sale =
        new Plan(
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
            new Plan.Flash(pieces, 300, 1, 0));
    Report report = new Report("flash", Instant.EPOCH);
    FlashBench.judge(report, sale, 30_000, 40_000, 0.2);
    return report.targets();
  }

  @Test
  void a_sale_of_other_pieces_is_another_one() {
    met(sold(closed(), 1_000), 2);
    hidden(sold(closed(), 999), 2, "a sale of 1,000 pieces");
    hidden(sold(closed(), 1_001), 2, "a sale of 1,000 pieces");
    hidden(sold(closed().withConnections(1), 1_000), 2, "256 connections");
    assertThat(sold(open(100, 20), 1_000)).as("as many as asked for").isEmpty();
  }

  private static Report pages(Plan plan, List<Double> few, List<Double> many) {
    return pages(plan, SteadyTest.warm(), few, many);
  }

  private static Report pages(Plan plan, Steady.Both steady, List<Double> few, List<Double> many) {
    Report report = new Report("query", Instant.EPOCH);
    String hidden = new QueryBench().hidden(plan, 2_000, 10_000);
    QueryBench.compare(report, plan, steady, few, many, hidden);
    return report;
  }

  private static List<Double> three(double perSecond) {
    return Collections.nCopies(3, perSecond);
  }

  @Test
  void pages_of_few_orders_are_told_and_not_judged() {
    met(pages(closed(), three(12_000), three(11_000)).targets(), 2);
    Plan small = SampleReport.plan();
    hidden(pages(small, three(12_000), three(11_000)).targets(), 2, "5,000,000 orders");
    assertThat(pages(open(100, 20), three(100), three(100)).targets()).isEmpty();
  }

  /** A server that few are read from while it gets faster makes many look good. */
  @Test
  void pages_of_few_orders_on_a_server_that_was_not_warm_are_not_judged() {
    Report report = pages(closed(), SteadyTest.cold(), three(9_000), three(10_500));
    hidden(report.targets(), 2, "few orders it was not steady after 6 warm-ups");
    assertThat(report.good()).isFalse();
    assertThat(report.json().at("/sizes/warmupsFew").asInt()).isEqualTo(6);
  }

  @Test
  void pages_whose_speed_differs_from_itself_cannot_be_compared() {
    Report report =
        pages(
            closed(), List.of(12_000.0, 15_000.0, 12_100.0), List.of(11_000.0, 12_000.0, 9_000.0));
    assertThat(report.json().at("/aaSpread").asDouble()).isGreaterThan(0.15);
    assertThat(report.json().at("/sizes/manyPerSecond").asDouble()).isEqualTo(11_000);
    assertThat(report.json().at("/pairs").size()).isEqualTo(3);
    assertThat(ReportTable.of(report.json()))
        .containsPattern("my_orders_pages_per_second.*: met")
        .containsPattern("my_orders_few_to_many.*NOT MEASURABLE here");
    Report slow = pages(closed(), three(13_000), three(10_800));
    assertThat(ReportTable.of(slow.json())).containsPattern("my_orders_few_to_many.*: MISSED");
  }

  @Test
  void three_loads_of_each_size_are_reckoned_with() {
    QueryBench query = new QueryBench();
    assertThat(query.loads(closed())).as("and all but the first warm-up").isEqualTo(17);
    assertThat(query.loads(closed().withLength(Duration.ofSeconds(31))))
        .as("warm-ups that are shorter than a load")
        .isEqualTo(17);
    assertThat(query.loads(closed().withWarmup(Duration.ZERO))).isEqualTo(6);
  }

  @Test
  void pages_of_a_shop_of_two_goods_are_others() {
    QueryBench query = new QueryBench();
    assertThat(query.hidden(closed(), 2_000, 10_000)).isEmpty();
    assertThat(query.hidden(closed(), 2_000, 2)).isEqualTo("promised with 10,000 SKUs or more");
  }

  @Test
  void events_of_two_goods_over_one_connection_are_others() {
    BehaviourBench behaviour = new BehaviourBench();
    Plan plan = plan(new Load.AsAnswered(), 20, 64);
    assertThat(behaviour.hidden(plan, 10_000, 10_000)).isEmpty();
    assertThat(behaviour.hidden(plan, 9_999, 10_000)).contains("10,000 customers");
    assertThat(behaviour.hidden(plan.withConnections(63), 10_000, 10_000))
        .isEqualTo("promised with 64 connections or more");
    assertThat(behaviour.hidden(plan, 10_000, 2)).isEqualTo("promised with 10,000 SKUs or more");
    assertThat(behaviour.hidden(plan(new Load.AsAnswered(), 19, 64), 10_000, 10_000))
        .contains("20 s");
  }

  /** A shop that runs may have fewer goods than are wanted. */
  @Test
  void callbacks_of_a_shop_of_twenty_goods_are_others() {
    CallbackBench callback = new CallbackBench("stripe");
    assertThat(callback.hidden(open(500, 20), 10_000, 10_000)).isEmpty();
    assertThat(callback.hidden(open(500, 20), 10_000, 20))
        .isEqualTo("promised with 10,000 SKUs or more");
  }

  @Test
  void a_backlog_of_two_goods_is_another_one() {
    EffectsBench effects = new EffectsBench();
    Plan plan = open(500, 20);
    assertThat(effects.hidden(plan, 60_000, 10_000, 10_000)).isEmpty();
    assertThat(effects.hidden(open(1, 1), 60_000, 10_000, 10_000))
        .as("rate and time are those of the delays")
        .isEmpty();
    assertThat(effects.hidden(plan, 60_000, 9_999, 10_000)).contains("10,000 customers");
    assertThat(effects.hidden(plan, 60_000, 10_000, 2)).contains("10,000 SKUs");
    assertThat(effects.hidden(plan.with(Skew.HOT), 60_000, 10_000, 10_000))
        .isEqualTo("promised with --skew uniform");
    assertThat(effects.hidden(plan.withConnections(255), 60_000, 10_000, 10_000))
        .contains("256 connections");
  }

  @Test
  void quotes_of_one_hot_product_are_others() {
    QuoteBench quote = new QuoteBench();
    assertThat(quote.hidden(closed(), 1_000, 10_000)).isEmpty();
    assertThat(quote.hidden(closed(), 999, 10_000)).contains("1,000 customers");
    assertThat(quote.hidden(closed().with(Skew.HOT), 1_000, 10_000))
        .isEqualTo("promised with --skew uniform");
    assertThat(PlaceBench.otherwise(closed().with(Skew.HOT), 1_000, 10_000))
        .as("one hot SKU is placed beside many")
        .isEmpty();
  }
}
