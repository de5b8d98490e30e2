package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.load.ResponseReader;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who is refused is excused by what was asked and by the refusal's own code, and by nothing else.
 */
final class FairnessTest {
  private static final Customers CUSTOMERS = new Customers("x", List.of("T1", "T2", "T3"));
  private static final Set<String> FAIR = Set.of(Answers.RATE_LIMITED);

  private final Report report = new Report("mixed", Instant.EPOCH);

  private static Basket basket() {
    return new Basket(List.of("A", "B"), 2, Skew.UNIFORM, new SplittableRandom(1));
  }

  @ParameterizedTest
  @CsvSource({
    "409, not_cancellable, true",
    "409, not_payable, false",
    "403, forbidden, false",
    "404, not_found, false",
    "500, internal, false"
  })
  void an_order_that_can_no_longer_be_cancelled_is_an_answer(int status, String code, boolean good)
      throws IOException {
    try (FakeShop shop = FakeShop.refusing(".*/1[0-9]*[1-5]/cancel", status, code)) {
      JourneyTraffic traffic =
          new JourneyTraffic(
              CUSTOMERS,
              basket(),
              new SplittableRandom(2),
              FakeShop.SLOTS,
              1,
              new JourneyTraffic.Mix(0.6, 0.25));
      MixedBench.judge(report, List.of(shop.serve(traffic)), traffic);
      assertThat(report.good()).isEqualTo(good);
      if (status < 500) {
        assertThat(traffic.answers(JourneyTraffic.CANCEL).refused()).containsOnlyKeys(code);
      }
    }
  }

  private static QuoteTraffic quotes() {
    AtomicInteger next = new AtomicInteger();
    return new QuoteTraffic(
        CUSTOMERS,
        () -> next.getAndIncrement() % 3,
        () -> ByteBuffer.wrap(Ascii.of("{}")),
        true,
        false,
        FakeShop.SLOTS);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/orders, 409, coupon_unavailable, true",
    "/v1/orders, 409, out_of_stock, false",
    "/v1/orders, 409, quote_expired, false",
    "/v1/orders, 401, unauthenticated, false",
    "/v1/orders, 500, internal, false",
    "/v1/quotes, 409, coupon_unavailable, false"
  })
  void a_coupon_that_is_taken_is_an_answer_to_who_orders_with_it(
      String path, int status, String code, boolean good) throws IOException {
    try (FakeShop shop = FakeShop.refusing(path, status, code)) {
      QuoteTraffic traffic = quotes();
      report.allServed(shop.serve(traffic), traffic.served());
      assertThat(traffic.created()).isZero();
      assertThat(report.good()).isEqualTo(good);
    }
  }

  private static ResponseReader answer(int status, String code) {
    String body = "{\"code\":\"" + code + "\"}";
    ResponseReader reader = new ResponseReader();
    reader.reset();
    assertThat(
            reader.read(
                ByteBuffer.wrap(
                    Ascii.of(
                        "HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(status, body.length(), body)))))
        .isTrue();
    return reader;
  }

  @ParameterizedTest
  @CsvSource({
    "409, already_shipped, 0",
    "409, not_refundable, 0",
    "409, over_refund, 1",
    "403, forbidden, 1",
    "429, rate_limited, 1"
  })
  void a_refund_that_comes_too_late_is_an_answer(int status, String code, long turnedAway) {
    EveningTraffic traffic =
        new EveningTraffic(CUSTOMERS, basket(), new SplittableRandom(2), FakeShop.SLOTS);
    traffic.answered(0, EveningTraffic.REFUND, answer(status, code));
    assertThat(traffic.served().turnedAway()).isEqualTo(turnedAway);
    traffic.answered(0, EveningTraffic.PLACE, answer(status, code));
    assertThat(traffic.served().turnedAway()).as("an order").isEqualTo(turnedAway + 1);
  }

  private Report overloaded(FakeShop shop) throws IOException {
    PlaceTraffic traffic = SampleReport.traffic();
    Tally tally = SampleReport.load(shop, traffic);
    report.refusedFairly("overload_", List.of(tally), traffic.all(), FAIR);
    return report;
  }

  @Test
  void under_too_much_a_503_is_fair() throws IOException {
    try (FakeShop shop = new FakeShop(60)) {
      assertThat(overloaded(shop).good()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"429, rate_limited, true", "409, out_of_stock, false", "401, expired, false"})
  void under_too_much_a_limit_is_fair_and_another_refusal_is_not(
      int status, String code, boolean fair) throws IOException {
    try (FakeShop shop = FakeShop.refusing("/v1/orders", status, code)) {
      assertThat(overloaded(shop).good()).isEqualTo(fair);
      assertThat(ReportTable.verdicts(report.json()).contains("BROKEN"))
          .isEqualTo(!fair)
          .isEqualTo(
              ReportTable.verdicts(report.json())
                  .contains(
                      "overload_nobody_was_refused_without_a_fair_reason: wanted 0, got 100"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502})
  void a_server_that_fails_is_none_that_is_overloaded(int status) throws IOException {
    try (FakeShop shop = FakeShop.refusing("/v1/orders", status, "internal")) {
      overloaded(shop);
      assertThat(ReportTable.of(report.json()))
          .contains("BROKEN overload_every_request_was_answered_or_refused: wanted 0, got 100");
    }
  }

  @Test
  void a_server_that_drops_connections_is_none_that_is_overloaded() throws IOException {
    try (FakeShop shop = FakeShop.dropping("/v1/orders")) {
      assertThat(overloaded(shop).good()).isFalse();
    }
  }

  @Test
  void who_was_cut_off_by_the_end_had_no_answer_to_wait_for() {
    report.refusedFairly("burst_", List.of(Tallies.without(0, 7, 7)), new Answers(), FAIR);
    assertThat(report.good()).isTrue();
    report.refusedFairly("late_", List.of(Tallies.without(0, 8, 7)), new Answers(), FAIR);
    report.refusedFairly("dropped_", List.of(Tallies.without(2, 0, 0)), new Answers(), FAIR);
    assertThat(ReportTable.of(report.json()))
        .contains("BROKEN late_every_request_was_answered_or_refused: wanted 0, got 1")
        .contains("BROKEN dropped_every_request_was_answered_or_refused: wanted 0, got 2");
  }
}
