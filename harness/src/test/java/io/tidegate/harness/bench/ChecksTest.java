package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** A bench in which some kind of request always fails is not good, whatever the others do. */
final class ChecksTest {
  private static final Customers CUSTOMERS = new Customers("x", List.of("T1", "T2", "T3"));
  private static final JourneyTraffic.Mix MIX = new JourneyTraffic.Mix(0.6, 0.25);

  private final Report report = new Report("mixed", Instant.EPOCH);

  private static JourneyTraffic journey() {
    Basket basket = new Basket(List.of("A", "B"), 2, Skew.UNIFORM, new SplittableRandom(1));
    return new JourneyTraffic(CUSTOMERS, basket, new SplittableRandom(2), FakeShop.SLOTS, 1, MIX);
  }

  private String mixed(FakeShop shop) throws IOException {
    JourneyTraffic traffic = journey();
    MixedBench.judge(report, List.of(shop.serve(traffic)), traffic);
    return ReportTable.of(report.json());
  }

  @Test
  void a_mix_of_which_all_are_served_is_good() throws IOException {
    try (FakeShop shop = new FakeShop(0)) {
      mixed(shop);
      assertThat(report.good()).isTrue();
      assertThat(report.json().at("/result/cancelled").asLong()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {409, 500})
  void a_mix_in_which_no_payment_works_is_not(int status) throws IOException {
    try (FakeShop shop = new FakeShop(0, ".*/payments", status)) {
      assertThat(mixed(shop))
          .contains("BROKEN some_have_paid: wanted at least 1, got 0")
          .contains(
              status < 500 ? "BROKEN nobody_was_turned_away" : "BROKEN every_request_was_answered");
      assertThat(report.good()).isFalse();
    }
  }

  @Test
  void a_mix_in_which_nobody_can_cancel_is_not() throws IOException {
    try (FakeShop shop = new FakeShop(0, ".*/cancel", 500)) {
      assertThat(mixed(shop))
          .contains("BROKEN some_have_cancelled: wanted at least 1, got 0")
          .contains("BROKEN every_request_was_answered");
    }
  }

  @Test
  void raw_http_that_refuses_is_no_limit() throws IOException {
    try (FakeShop shop = new FakeShop(3)) {
      PlaceTraffic traffic = SampleReport.traffic();
      report.allServed("raw_http_", List.of(SampleReport.load(shop, traffic)), traffic.all());
      assertThat(ReportTable.of(report.json()))
          .contains("BROKEN raw_http_nobody_was_turned_away: wanted 0, got 3");
    }
  }

  @Test
  void a_limit_of_which_a_half_did_nothing_is_none() {
    Beside.composed(report, 0, 20_000, 14_000, Skew.UNIFORM, "");
    assertThat(report.targets()).hasSize(1).noneMatch(Report.Target::met);
    assertThat(report.json().at("/raw/ratio").isMissingNode()).isTrue();
    Report good = new Report("place", Instant.EPOCH);
    Beside.composed(good, 60_000, 20_000, 14_000, Skew.UNIFORM, "");
    assertThat(good.targets()).hasSize(1).allMatch(Report.Target::met);
    assertThat(good.json().at("/raw/ratio").asDouble()).isEqualTo(0.933);
    Report few = new Report("place", Instant.EPOCH);
    Beside.composed(few, 60_000, 20_000, 14_000, Skew.UNIFORM, "promised for 20 s");
    assertThat(few.targets()).hasSize(1).noneMatch(Report.Target::met);
  }

  @Test
  void a_naive_path_that_refuses_is_none_to_compare_with() {
    Beside.naive(report, 20_000, new Beside.Naive(new Beside.Fed(4_000, 0, true), 16));
    assertThat(report.good()).isTrue();
    assertThat(report.json().at("/naive/ratio").asDouble()).isEqualTo(5);
    Report refused = new Report("place", Instant.EPOCH);
    Beside.naive(refused, 20_000, new Beside.Naive(new Beside.Fed(400, 3, true), 16));
    assertThat(ReportTable.of(refused.json()))
        .contains("BROKEN naive_nobody_was_turned_away: wanted 0, got 3");
    Report lost = new Report("place", Instant.EPOCH);
    Beside.naive(lost, 20_000, new Beside.Naive(new Beside.Fed(4_000, 0, false), 16));
    assertThat(ReportTable.of(lost.json()))
        .contains("BROKEN naive_rows_equal_placed: wanted they agree, got they differ");
  }

  @Test
  void an_effect_of_which_the_database_does_not_tell_was_not_done() {
    Map<String, Long> done = new HashMap<>();
    DatabaseFigures.CONSUMERS.forEach(consumer -> done.put(consumer, 5_000L));
    PaidRows.effects(report, report.section("effects"), Optional.of(5_000L), done);
    assertThat(report.good()).isTrue();
    done.remove("red_packet");
    Report untold = new Report("pay", Instant.EPOCH);
    PaidRows.effects(untold, untold.section("effects"), Optional.of(5_000L), done);
    assertThat(ReportTable.of(untold.json()))
        .contains("BROKEN effect_red_packet_done_for_each: wanted 5000, got unknown");
    Report nothing = new Report("pay", Instant.EPOCH);
    PaidRows.effects(nothing, nothing.section("effects"), Optional.empty(), Map.of());
    assertThat(ReportTable.verdicts(nothing.json()).split("BROKEN", -1))
        .hasSize(1 + DatabaseFigures.CONSUMERS.size());
  }

  private static QueryBench.Ran pages(FakeShop shop) throws IOException {
    QueryTraffic traffic = new QueryTraffic(CUSTOMERS, new SplittableRandom(1));
    Tally tally = shop.serve(traffic);
    return new QueryBench.Ran(tally, traffic, 1);
  }

  @Test
  void pages_without_orders_are_found_where_the_table_is_filled() throws IOException {
    try (FakeShop empty = new FakeShop(0)) {
      QueryBench.judge(report, List.of(pages(empty)), 1_000);
      assertThat(report.good()).isTrue();
      Report filled = new Report("query", Instant.EPOCH);
      QueryBench.judge(filled, List.of(pages(empty)), 100_000);
      assertThat(ReportTable.of(filled.json()))
          .contains("BROKEN no_page_is_empty: wanted 0, got 100");
    }
    try (FakeShop full = new FakeShop(0, "none", 0, "{\"orders\":[{\"number\":\"1\"}]}")) {
      Report good = new Report("query", Instant.EPOCH);
      QueryBench.judge(good, List.of(pages(full)), 100_000);
      assertThat(good.good()).isTrue();
    }
  }

  @Test
  void pages_that_were_due_and_not_asked_for_are_missed() throws IOException {
    try (FakeShop shop = new FakeShop(0)) {
      QueryBench.Ran ran = pages(shop);
      QueryBench.judge(
          report,
          List.of(new QueryBench.Ran(Tallies.withNotSent(ran.tally(), 2), ran.traffic(), 1)),
          1_000);
      assertThat(ReportTable.of(report.json()))
          .contains("BROKEN every_answer_is_a_page: wanted 102, got 100");
    }
  }

  @Test
  void whoever_could_not_place_beside_faults_is_counted() throws IOException {
    try (FakeShop shop = new FakeShop(0)) {
      PlaceTraffic traffic = SampleReport.traffic();
      Tally tally = SampleReport.load(shop, traffic);
      FaultsBench.judge(report, List.of(tally), traffic.all());
      assertThat(report.good()).isTrue();
      FaultsBench.judge(report, List.of(Tallies.withNotSent(tally, 2)), traffic.all());
      assertThat(report.good()).isFalse();
    }
    try (FakeShop refuses = new FakeShop(0, "/v1/orders", 409)) {
      PlaceTraffic traffic = SampleReport.traffic();
      Report refused = new Report("faults", Instant.EPOCH);
      FaultsBench.judge(refused, List.of(SampleReport.load(refuses, traffic)), traffic.all());
      assertThat(refused.good()).isFalse();
    }
  }

  private static Report audited(String notes) {
    Report report = new Report("close", Instant.EPOCH);
    Ending.judge(
        report,
        JsonMapper.shared()
            .readTree(
                "{\"broken\":0,\"atRest\":true,\"invariants\":[{\"name\":\"S2\",\"notes\":[%s]}]}"
                    .formatted(notes)));
    return report;
  }

  @Test
  void an_audit_that_had_no_time_for_a_promise_is_no_clean_one() {
    assertThat(audited("").good()).isTrue();
    assertThat(audited("\"lake_none\"").good()).as("it cannot be looked at here").isTrue();
    Report report = audited("\"sums_took_too_long\"");
    assertThat(report.good()).isFalse();
    assertThat(report.json().at("/verified/auditTookTooLong/0").asString()).isEqualTo("S2");
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN audit_has_time_for_all: wanted 0, got 1");
  }

  @Test
  void a_midnight_before_which_nobody_had_a_quote_has_not_tried_one() {
    MidnightBench.quoted(report, 0);
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN some_have_quoted_before: wanted at least 1, got 0");
    assertThat(report.json().at("/midnight/quotedBefore").asInt(-1)).isZero();
    Report some = new Report("midnight", Instant.EPOCH);
    MidnightBench.quoted(some, 1);
    assertThat(some.good()).isTrue();
  }

  private static QuoteTraffic quotes() {
    AtomicInteger next = new AtomicInteger();
    return new QuoteTraffic(
        CUSTOMERS,
        () -> next.getAndIncrement() % CUSTOMERS.count(),
        () -> ByteBuffer.wrap(Ascii.of("{}")),
        false,
        true,
        FakeShop.SLOTS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 429, 500})
  void a_midnight_before_which_some_had_no_answer_has_not_served_all(int status)
      throws IOException {
    try (FakeShop shop = new FakeShop(0, "/v1/quotes", status)) {
      QuoteTraffic traffic = quotes();
      MidnightBench.early(report, shop.serve(traffic), traffic);
      assertThat(report.good()).isFalse();
      assertThat(ReportTable.of(report.json()))
          .contains(
              status == 429
                  ? "BROKEN early_nobody_was_turned_away: wanted 0, got 100"
                  : "BROKEN early_every_request_was_answered: wanted 0, got ");
    }
  }

  @Test
  void a_midnight_before_which_all_were_answered_is_good() throws IOException {
    try (FakeShop shop = new FakeShop(0, "none", 0, "{\"quote\":\"Q\"}")) {
      QuoteTraffic traffic = quotes();
      MidnightBench.early(report, shop.serve(traffic), traffic);
      assertThat(traffic.kept()).isEqualTo(100);
      assertThat(report.good()).isTrue();
    }
  }

  private static Plan promised(Duration length, Duration warmup, int lines) {
    return new Plan(
        new Load.AsAnswered(),
        256,
        length,
        warmup,
        new Plan.Goods(10_000, lines, Skew.UNIFORM),
        10_000,
        0,
        1,
        false,
        false,
        new Plan.Flash(1, 1, 1, 0));
  }

  @Test
  void a_promise_is_judged_under_its_own_settings_only() {
    Duration length = Duration.ofSeconds(20);
    Duration warmup = Duration.ofSeconds(1);
    assertThat(PlaceBench.otherwise(promised(length, warmup, 2), 1_000, 10_000)).isEmpty();
    assertThat(PlaceBench.otherwise(promised(length, warmup, 2), 999, 10_000))
        .contains("1,000 customers");
    assertThat(PlaceBench.otherwise(promised(length, warmup, 1), 1_000, 10_000))
        .contains("two lines");
    assertThat(PlaceBench.otherwise(promised(length, Duration.ZERO, 2), 1_000, 10_000))
        .contains("warm-up");
    assertThat(PlaceBench.otherwise(promised(length.minusMillis(1), warmup, 2), 1_000, 10_000))
        .contains("20 s");
    report.target("place", Report.Sense.AT_LEAST, 1, 2, "promised for 20 s");
    assertThat(report.targets()).hasSize(1).noneMatch(Report.Target::met);
    assertThat(report.json().at("/targets/0/hidden").asString()).isEqualTo("promised for 20 s");
  }
}
