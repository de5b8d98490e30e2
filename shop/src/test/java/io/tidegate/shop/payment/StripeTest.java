package io.tidegate.shop.payment;

import static io.tidegate.shop.payment.AlipayFixtures.NOW;
import static io.tidegate.shop.payment.AlipayFixtures.ORDER;
import static io.tidegate.shop.payment.AlipayFixtures.PAYMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.http.Outbound;
import io.tidegate.platform.http.OutboundSettings;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.PaymentProvider.Opening;
import io.tidegate.shop.payment.PaymentProvider.Return;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said to Stripe, and what its answers and statements mean. */
class StripeTest {

  private static final Instant ENDS = NOW.plus(Duration.ofHours(24));
  private static final Capture CAPTURE =
      new Capture(
          PAYMENT, "stripe", "pi_3Q7", Money.cny(1_990), Instant.parse("2026-11-25T03:59:12Z"));
  private static final Attempt UNHEARD =
      Attempt.created(PAYMENT, "stripe", "page", Money.cny(1_990), NOW, ENDS);
  private static final Attempt ATTEMPT = UNHEARD.opened("https://checkout/x", "cs_test_a1");
  private static final Refund REFUND =
      Refund.requested(new RefundId(ORDER, 2), CAPTURE, Money.cny(990), Refund.Reason.LATE, NOW);
  private static final String SESSIONS = "/v1/checkout/sessions";
  private static final String ONE =
      "GET " + SESSIONS + "/cs_test_a1?expand%5B%5D=payment_intent.latest_charge";
  private static final String REFUNDS = "GET /v1/refunds?payment_intent=pi_3Q7&limit=100";
  private static final String DAY =
      "GET /v1/balance_transactions?created%5Bgte%5D=1795564800&created%5Blt%5D=1795651200&limit=100&expand%5B%5D=data.source";
  private static final String INTENT =
      "{\"id\":\"pi_3Q7\",\"status\":\"succeeded\",\"amount_received\":1990,\"currency\":\"cny\",\"created\":1795579100,\"latest_charge\":{\"created\":1795579152}}";

  private final Outbound outbound = new Outbound(new SimpleMeterRegistry());
  private final Map<String, Said> answers = new ConcurrentHashMap<>();
  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private HttpServer there;
  private StripeClient client;
  private StripeBalance balance;
  private volatile Instant now = NOW;
  private volatile boolean replays;

  private record Said(int status, String body) {}

  private record Asked(
      String what, String authorization, String version, String key, Map<String, String> form) {}

  @BeforeEach
  void open() throws IOException {
    there = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    there.createContext("/", this::answer);
    there.start();
    URI api = URI.create("http://127.0.0.1:" + there.getAddress().getPort());
    var keys = new StripeAccount.Keys("sk_test_of_a_test_0123", "whsec_of_nobody");
    var account = new StripeAccount(api, "https://shop.example/done", () -> keys);
    OutboundSettings settings =
        OutboundSettings.of("stripe", api).withTries(1).withTryMax(Duration.ofSeconds(20));
    client = new StripeClient(outbound.to(settings), account, () -> now);
    balance = new StripeBalance(outbound.to(StatementCalls.of("stripe", api)), account);
  }

  @AfterEach
  void close() {
    outbound.close();
    there.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String what = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(
        new Asked(
            what,
            exchange.getRequestHeaders().getFirst("Authorization"),
            String.valueOf(exchange.getRequestHeaders().getFirst("Stripe-Version")),
            String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")),
            body.isEmpty() ? Map.of() : FormText.read(body)));
    Said said = answers.getOrDefault(what, new Said(500, "{}"));
    byte[] bytes = said.body().getBytes(StandardCharsets.UTF_8);
    if (replays) {
      exchange.getResponseHeaders().add("Idempotent-Replayed", "true");
    }
    exchange.sendResponseHeaders(said.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void says(String what, int status, String body) {
    answers.put(what, new Said(status, body));
  }

  private static String error(String type, String code) {
    return "{\"error\":{\"type\":\"" + type + "\",\"code\":\"" + code + "\"}}";
  }

  @Test
  void aSessionIsOpenedUnderOneKey() {
    String what = "POST " + SESSIONS;
    says(what, 200, "{\"id\":\"cs_test_a1\",\"url\":\"https://checkout.stripe.com/x\"}");
    assertThat(client.open(UNHEARD, "茶杯"))
        .isEqualTo(new Opening.Opened("https://checkout.stripe.com/x", "cs_test_a1"));
    Asked first = asked.remove();
    assertThat(first.authorization()).isEqualTo("Bearer sk_test_of_a_test_0123");
    assertThat(first.version()).matches("20[0-9]{2}-[0-9]{2}-[0-9]{2}\\.[a-z]+");
    assertThat(first.key()).isEqualTo(PAYMENT.toString());
    assertThat(first.form())
        .containsEntry("client_reference_id", PAYMENT.toString())
        .containsEntry("line_items[0][price_data][currency]", "cny")
        .containsEntry("line_items[0][price_data][unit_amount]", "1990")
        // A minute less than the day that Stripe allows.
        .containsEntry(
            "expires_at", Long.toString(ENDS.minus(Duration.ofMinutes(1)).getEpochSecond()));
    now = NOW.plusSeconds(600);
    client.open(UNHEARD, "茶杯");
    assertThat(asked.remove()).isEqualTo(first); // later, the same call: else its key refuses it
    says(what, 400, error("invalid_request_error", "amount_too_small"));
    assertThat(client.open(UNHEARD, "")).isEqualTo(new Opening.Refused("amount_too_small"));
    for (Said unclear :
        List.of(
            new Said(400, error("idempotency_error", "")),
            new Said(401, error("invalid_request_error", "")),
            new Said(409, error("invalid_request_error", "lock_timeout")),
            new Said(429, error("invalid_request_error", "rate_limit")),
            new Said(500, error("api_error", "")),
            new Said(200, "<html>"))) {
      answers.put(what, unclear);
      assertThat(client.open(UNHEARD, "")).as("" + unclear).isInstanceOf(Opening.Unknown.class);
    }
  }

  /** Stripe's minor units are not always ISO's: a hundredfold price is no way to find out. */
  @Test
  void whatStripeCountsOtherwiseIsNotOpened() {
    says("POST " + SESSIONS, 200, "{\"id\":\"cs_1\",\"url\":\"https://checkout/x\"}");
    for (Money odd :
        List.of(
            new Money(500, "ISK"),
            new Money(5_000, "UGX"),
            new Money(50_000, "MGA"),
            new Money(12_345, "KWD"),
            new Money(1, "BHD"),
            new Money(1_239, "TND"))) {
      assertThat(client.open(of(odd), "tea")).as("%s", odd).isInstanceOf(Opening.Refused.class);
    }
    assertThat(asked).isEmpty();
    for (Money plain :
        List.of(
            new Money(500, "JPY"),
            new Money(50_000, "KRW"),
            new Money(12_340, "KWD"),
            new Money(199, "EUR"),
            new Money(50_000, "VND"))) {
      assertThat(client.open(of(plain), "tea")).as("%s", plain).isInstanceOf(Opening.Opened.class);
      assertThat(asked.remove().form())
          .containsEntry("line_items[0][price_data][unit_amount]", "" + plain.amount());
    }
  }

  private static Attempt of(Money amount) {
    return Attempt.created(PAYMENT, "stripe", "page", amount, NOW, ENDS);
  }

  private static String session(String status, String paid, String intent) {
    return "{\"client_reference_id\":\"%s\",\"status\":\"%s\",\"payment_status\":\"%s\",\"payment_intent\":%s}"
        .formatted(PAYMENT, status, paid, intent);
  }

  @Test
  void aSessionsStatusesMeanWhatTheySay() {
    says(ONE, 200, session("open", "unpaid", "null"));
    assertThat(client.query(ATTEMPT)).isEqualTo(new Standing.Open());
    says(ONE, 200, session("expired", "unpaid", "null"));
    assertThat(client.query(ATTEMPT)).isEqualTo(new Standing.Closed());
    for (String status : List.of("processing", "requires_action", "odd")) {
      says(ONE, 200, session("complete", "unpaid", INTENT.replace("succeeded", status)));
      assertThat(client.query(ATTEMPT)).as(status).isEqualTo(new Standing.Open());
    }
    // The money that was on its way for days did not come, and that was told while nobody heard.
    for (String status : List.of("requires_payment_method", "canceled")) {
      says(ONE, 200, session("complete", "unpaid", INTENT.replace("succeeded", status)));
      assertThat(client.query(ATTEMPT)).as(status).isEqualTo(new Standing.Closed());
    }
    says(ONE, 200, session("complete", "paid", INTENT));
    assertThat(client.query(ATTEMPT)).isEqualTo(new Standing.Captured(CAPTURE));
    says(ONE, 200, session("complete", "paid", INTENT).replace(PAYMENT.toString(), "1p1"));
    assertThat(client.query(ATTEMPT)).isInstanceOf(Standing.Unknown.class);
    says(ONE, 404, error("invalid_request_error", "resource_missing"));
    assertThat(client.query(ATTEMPT)).isInstanceOf(Standing.Unknown.class);
  }

  /** The race of close against pay: what is paid already is told as paid. */
  @Test
  void aCloseThatIsRefusedAsksWhatItIs() {
    String expire = "POST " + SESSIONS + "/cs_test_a1/expire";
    says(expire, 400, error("invalid_request_error", ""));
    says(ONE, 200, session("complete", "paid", INTENT));
    assertThat(client.close(ATTEMPT)).isEqualTo(new Standing.Captured(CAPTURE));
    says(expire, 200, session("expired", "unpaid", "null"));
    assertThat(client.close(ATTEMPT)).isEqualTo(new Standing.Closed());
    says(expire, 500, "{}");
    asked.clear();
    assertThat(client.close(ATTEMPT)).isInstanceOf(Standing.Unknown.class);
    client.close(ATTEMPT.askedAgain(NOW.plusSeconds(60)));
    assertThat(asked.remove().key())
        .as("under the old key it would be told the 500 of then")
        .isNotEqualTo(asked.remove().key());
  }

  /** Its answer was lost: whoever paid it all the same is found by our name. */
  @Test
  void oneWhoseNameWasNeverHeardIsSearchedFor() {
    String search =
        "GET /v1/payment_intents/search?query=metadata%5B%27payment%27%5D%3A%27"
            + PAYMENT
            + "%27&expand%5B%5D=data.latest_charge";
    says(search, 200, "{\"data\":[]}");
    assertThat(client.query(UNHEARD)).isEqualTo(new Standing.Open());
    assertThat(client.close(UNHEARD)).isEqualTo(new Standing.Open());
    now = ENDS.plus(Duration.ofMinutes(59)); // the search may be an hour behind
    assertThat(client.query(UNHEARD)).isEqualTo(new Standing.Open());
    now = ENDS.plus(Duration.ofMinutes(66));
    assertThat(client.query(UNHEARD)).isEqualTo(new Standing.Closed());
    says(search, 200, "{\"data\":[" + INTENT + "]}");
    assertThat(client.query(UNHEARD)).isEqualTo(new Standing.Captured(CAPTURE));
  }

  private static String refund(String status) {
    return "{\"status\":\"%s\",\"failure_reason\":\"lost_or_stolen_card\",\"created\":1795579207,\"metadata\":{\"refund\":\"%s\"}}"
        .formatted(status, REFUND.id());
  }

  @Test
  void aRefundIsReadByItsStatus() {
    String what = "POST /v1/refunds";
    says(what, 200, refund("succeeded"));
    assertThat(client.refund(REFUND)).isEqualTo(new Return.Succeeded(NOW.plusSeconds(7)));
    Asked first = asked.remove();
    assertThat(first.form())
        .containsEntry("payment_intent", "pi_3Q7")
        .containsEntry("amount", "990")
        .containsEntry("metadata[refund]", REFUND.id().toString());
    Refund again = REFUND.refused("failed").retried(NOW.plusSeconds(90));
    client.refund(again);
    // Under the old key Stripe would only repeat the failure.
    assertThat(asked.remove().key()).isNotEqualTo(first.key());
    says(what, 200, refund("pending"));
    assertThat(client.refund(REFUND)).isEqualTo(new Return.Processing());
    says(what, 400, error("invalid_request_error", "charge_already_refunded"));
    assertThat(client.refund(REFUND)).isEqualTo(new Return.Failed("charge_already_refunded"));
    says(what, 500, error("api_error", ""));
    assertThat(client.refund(REFUND)).isInstanceOf(Return.Unknown.class);
    says(REFUNDS, 200, "{\"data\":[],\"has_more\":false}");
    assertThat(client.queryRefund(REFUND)).isEqualTo(new Return.Absent());
    says(REFUNDS, 200, "{\"data\":[],\"has_more\":true}");
    assertThat(client.queryRefund(REFUND)).isInstanceOf(Return.Unknown.class);
    says(
        REFUNDS,
        200,
        "{\"data\":[" + refund("failed") + "," + refund("succeeded") + "],\"has_more\":false}");
    assertThat(client.queryRefund(REFUND))
        .isEqualTo(new Return.Failed("failed lost_or_stolen_card"));
  }

  /** Stripe repeats what it answered first under a key, a 500 too. */
  @Test
  void aKeyUnderWhichStripeBrokeIsLeftOnceItSaysThatItRepeatsThat() {
    String what = "POST /v1/refunds";
    says(what, 500, error("api_error", "boom"));
    assertThat(client.refund(REFUND)).isEqualTo(new Return.Unknown("status 500 boom"));
    String key = asked.remove().key();
    replays = true;
    Return again = client.refund(REFUND);
    assertThat(again).isEqualTo(new Return.Unknown("status 500 boom", true));
    assertThat(asked.remove().key()).isEqualTo(key);
    Refund next = RefundInquiry.decide(REFUND, again, RefundChecks.USUAL, NOW);
    client.refund(next);
    assertThat(asked.remove().key()).isNotEqualTo(key);
    says(what, 200, refund("succeeded"));
    assertThat(client.refund(REFUND)).isInstanceOf(Return.Succeeded.class); // repeated, and done
    Refund silent =
        RefundInquiry.decide(
            REFUND, new Return.Unknown("TIMED_OUT"), RefundChecks.USUAL, NOW); // may be under way
    asked.clear();
    client.refund(silent);
    assertThat(asked.remove().key()).isEqualTo(key);
  }

  /** Each of a hundred rows brings its whole charge along, which has 3 to 5 KB. */
  @Test
  void aFullPageOfWholeChargesIsRead() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      rows.append(i == 0 ? "" : ",")
          .append(
              """
              {"id":"txn_%d","type":"charge","created":1795579152,"source":{"id":"ch_%d","amount":1990,"currency":"cny","payment_intent":"pi_%d","receipt_url":"%s","metadata":{"payment":"%s"}}}\
              """
                  .formatted(i, i, i, "x".repeat(4_500), PAYMENT));
    }
    says(DAY, 200, "{\"has_more\":false,\"data\":[" + rows + "]}");
    List<StatementLine> lines = new ArrayList<>();
    balance.fetch(LocalDate.of(2026, 11, 25), ZoneOffset.UTC, lines::add);
    assertThat(lines).hasSize(100);
  }

  @Test
  void aDaysMovementsAreReadPageByPage() {
    says(
        DAY,
        200,
        """
        {"has_more":true,"data":[
          {"id":"txn_1","type":"charge","created":1795579152,"source":{"id":"ch_1","amount":1990,"currency":"cny","payment_intent":"pi_3Q7","metadata":{"payment":"%s"}}},
          {"id":"txn_2","type":"stripe_fee","created":1795579153,"source":null}]}\
        """
            .formatted(PAYMENT));
    says(
        DAY + "&starting_after=txn_2",
        200,
        """
        {"has_more":false,"data":[
          {"id":"txn_3","type":"refund","created":1795579207,"source":{"id":"re_1","amount":990,"currency":"cny","metadata":{"refund":"%s"}}},
          {"id":"txn_4","type":"refund_failure","created":1795579208,"source":{"id":"re_1","amount":990,"currency":"cny","metadata":{"refund":"%s"}}},
          {"id":"txn_5","type":"refund","created":1795579209,"source":{"id":"re_9","amount":5,"currency":"usd","metadata":{}}}]}\
        """
            .formatted(REFUND.id(), REFUND.id()));
    List<StatementLine> lines = new ArrayList<>();
    balance.fetch(LocalDate.of(2026, 11, 25), ZoneOffset.UTC, lines::add);
    String number = REFUND.id().toString();
    Instant back = NOW.plusSeconds(7);
    assertThat(lines)
        .containsExactly(
            new StatementLine(
                StatementLine.Type.PAYMENT,
                PAYMENT.toString(),
                "pi_3Q7",
                Money.cny(1_990),
                CAPTURE.capturedAt()),
            new StatementLine(StatementLine.Type.REFUND, number, "", Money.cny(990), back),
            new StatementLine(
                StatementLine.Type.REVERSAL, number, "", Money.cny(990), back.plusSeconds(1)),
            new StatementLine(
                StatementLine.Type.REFUND, "re_9", "", new Money(5, "USD"), back.plusSeconds(2)));
    says(DAY, 500, "{}");
    assertThatThrownBy(() -> balance.fetch(LocalDate.of(2026, 11, 25), ZoneOffset.UTC, _ -> {}))
        .isInstanceOf(StatementSource.Unavailable.class);
  }
}
