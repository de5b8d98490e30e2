package io.tidegate.harness.simulators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The payment provider keeps its promises, and breaks them exactly as it is told. */
final class SandboxTest {
  private static final ZoneId ZONE = ZoneOffset.UTC;

  @TempDir Path data;
  private Shop shop;
  private Simulators simulators;
  private Merchant merchant;

  SandboxTest() throws IOException {
    shop = new Shop();
    simulators = Simulators.start(options(null));
    merchant = new Merchant(simulators.url());
  }

  static Simulators.Options options(@org.jspecify.annotations.Nullable Path data) {
    return Merchant.quick(data, ZONE, Map.of(), "");
  }

  @BeforeEach
  void started() {
    assertThat(simulators.url()).startsWith("http://127.0.0.1:");
  }

  @AfterEach
  void stop() throws IOException {
    merchant.close();
    simulators.close();
    shop.close();
  }

  private String payment(String id, long amount, Instant expires) {
    return """
    {"payment":"%s","merchant":"tidegate-demo","amount":%d,"currency":"CNY","subject":"Tea & cups","notifyUrl":"%s","expiresAt":"%s"}\
    """
        .formatted(id, amount, shop.notifyUrl(), expires);
  }

  private Merchant.Reply open(String id) throws Exception {
    return merchant.signed(
        "POST", "/sandbox/payments", payment(id, 1990, Instant.now().plusSeconds(60)));
  }

  private Merchant.Reply refund(String id, String payment, long amount) throws Exception {
    return merchant.signed(
        "POST",
        "/sandbox/refunds",
        """
        {"refund":"%s","payment":"%s","amount":%d,"currency":"CNY","reason":"late"}\
        """
            .formatted(id, payment, amount));
  }

  private void fault(String kind, String json) throws Exception {
    Merchant.Reply reply = merchant.plain("PUT", "/faults/" + kind, json);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }

  private void heard(int callbacks) {
    await().atMost(Merchant.PATIENCE).until(() -> shop.heard().size() >= callbacks);
  }

  private String stateOf(String payment) throws Exception {
    return merchant.signed("GET", "/sandbox/payments/" + payment, "").at("state");
  }

  @Test
  void a_paid_payment_is_told_by_a_signed_callback() throws Exception {
    assertThat(open("P1").status()).isEqualTo(201);
    assertThat(open("P1").status()).isEqualTo(200);
    assertThat(open("P1").at("cashierUrl")).isEqualTo(simulators.url() + "/cashier/P1");
    assertThat(stateOf("P1")).isEqualTo("pending");
    assertThat(merchant.plain("POST", "/cashier/P1/pay", "").status()).isEqualTo(202);
    heard(1);
    Shop.Heard heard = shop.heard().getFirst();
    assertThat(heard.signature()).isEqualTo(Merchant.hmac(heard.timestamp() + "." + heard.raw()));
    assertThat(heard.json().get("type").stringValue()).isEqualTo("payment.captured");
    assertThat(heard.json().get("amount").longValue()).isEqualTo(1990);
    Merchant.Reply query = merchant.signed("GET", "/sandbox/payments/P1", "");
    assertThat(query.at("state")).isEqualTo("captured");
    assertThat(query.at("transaction")).isEqualTo(heard.json().get("transaction").stringValue());
    assertThat(merchant.plain("POST", "/cashier/P1/pay", "").status()).isEqualTo(202);
    assertThat(shop.heard()).hasSize(1);
  }

  @Test
  void a_callback_is_repeated_under_its_id_until_it_is_acknowledged() throws Exception {
    shop.refuseNext(2);
    open("P1");
    merchant.plain("POST", "/cashier/P1/pay", "");
    heard(3);
    assertThat(shop.heard().stream().map(h -> h.json().get("notify").stringValue()).distinct())
        .hasSize(1);
    await()
        .atMost(Merchant.PATIENCE)
        .until(() ->
            merchant.plain("GET", "/book", "").json().at("/callbacks/acknowledged").longValue()
                == 1);
  }

  @Test
  void wrong_signatures_and_wrong_fields_are_refused() throws Exception {
    assertThat(merchant.plain("POST", "/sandbox/payments", "{}").status()).isEqualTo(401);
    Merchant.Reply wrong =
        merchant.signed(
            "POST",
            "/sandbox/payments",
            """
            {"payment":"P/1","merchant":"tidegate-demo","amount":-1,"currency":"XXQ","subject":"","notifyUrl":"ftp://x","expiresAt":"soon"}\
            """);
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.text())
        .contains(
            "/payment\"", "/amount\"", "/currency\"", "/subject\"", "/notifyUrl\"", "/expiresAt\"");
    assertThat(merchant.signed("POST", "/sandbox/payments", "[1").status()).isEqualTo(400);
    open("P1");
    Merchant.Reply other =
        merchant.signed(
            "POST", "/sandbox/payments", payment("P1", 5, Instant.now().plusSeconds(60)));
    assertThat(other.status()).isEqualTo(409);
    assertThat(merchant.signed("GET", "/sandbox/payments/P2", "").status()).isEqualTo(404);
    assertThat(merchant.plain("PUT", "/faults/sms", "{\"mode\":\"reverse\"}").status())
        .isEqualTo(400);
    assertThat(merchant.plain("PUT", "/faults/sms", "{\"mode\":\"ok\",\"x\":1}").status())
        .isEqualTo(400);
    assertThat(merchant.plain("PUT", "/faults/payment", "{\"mode\":\"ok\",\"share\":2}").status())
        .isEqualTo(400);
  }

  @Test
  void closing_and_expiring_and_failing() throws Exception {
    open("P1");
    assertThat(merchant.signed("POST", "/sandbox/payments/P1/close", "").at("state"))
        .isEqualTo("closed");
    merchant.plain("POST", "/cashier/P1/pay", "");
    assertThat(stateOf("P1")).isEqualTo("closed");
    open("P2");
    merchant.plain("POST", "/cashier/P2/pay", "");
    Merchant.Reply paid = merchant.signed("POST", "/sandbox/payments/P2/close", "");
    assertThat(paid.status()).isEqualTo(409);
    assertThat(paid.at("code")).isEqualTo("already_paid");
    assertThat(paid.json().get("amount").longValue()).isEqualTo(1990);
    merchant.signed("POST", "/sandbox/payments", payment("P3", 1, Instant.now().minusSeconds(1)));
    assertThat(stateOf("P3")).isEqualTo("closed");
    open("P4");
    heard(1);
    merchant.plain("POST", "/cashier/P4/fail", "");
    heard(2);
    assertThat(shop.heard().get(1).json().get("type").stringValue()).isEqualTo("payment.failed");
  }

  @Test
  void a_refund_number_moves_money_once() throws Exception {
    open("P1");
    assertThat(refund("R0", "P1", 1).status()).isEqualTo(409);
    merchant.plain("POST", "/cashier/P1/pay", "");
    assertThat(refund("R1", "P1", 1000).at("state")).isEqualTo("succeeded");
    assertThat(refund("R1", "P1", 1000).at("state")).isEqualTo("succeeded");
    assertThat(refund("R1", "P1", 990).status()).isEqualTo(409);
    assertThat(refund("R2", "P1", 991).at("code")).isEqualTo("over_refund");
    assertThat(refund("R2", "P1", 990).at("state")).isEqualTo("succeeded");
    assertThat(merchant.signed("GET", "/sandbox/refunds/R9", "").status()).isEqualTo(404);
    String day = LocalDate.now(ZONE).toString();
    String csv = merchant.plain("GET", "/statement/sandbox?date=" + day, "").text();
    assertThat(csv.lines()).hasSize(4).anyMatch(l -> l.startsWith("refund,R1,P1,,-1000,CNY,"));
    assertThat(merchant.plain("GET", "/statement/sandbox?date=2001-01-01", "").text().lines())
        .hasSize(1);
    assertThat(merchant.plain("GET", "/book?date=" + day, "").json().get("refunds")).hasSize(2);
  }

  @Test
  void refunds_fail_late_and_are_reversed() throws Exception {
    open("P1");
    merchant.plain("POST", "/cashier/P1/pay", "");
    fault("payment", "{\"mode\":\"refuse\",\"count\":1}");
    assertThat(refund("R1", "P1", 1990).at("state")).isEqualTo("failed");
    fault("payment", "{\"mode\":\"late\",\"latencyMs\":150,\"count\":1}");
    assertThat(refund("R1", "P1", 1990).at("state")).isEqualTo("processing");
    await()
        .atMost(Merchant.PATIENCE)
        .until(() ->
            merchant.signed("GET", "/sandbox/refunds/R1", "").at("state").equals("succeeded"));
    open("P2");
    merchant.plain("POST", "/cashier/P2/pay", "");
    fault("payment", "{\"mode\":\"reverse\",\"latencyMs\":150}");
    assertThat(refund("R2", "P2", 1990).at("state")).isEqualTo("succeeded");
    await()
        .atMost(Merchant.PATIENCE)
        .until(
            () -> merchant.signed("GET", "/sandbox/refunds/R2", "").at("why").equals("reversed"));
    String day = LocalDate.now(ZONE).toString();
    assertThat(merchant.plain("GET", "/statement/sandbox?date=" + day, "").text())
        .contains("reversal,R2,P2,,1990,CNY");
  }

  @Test
  void a_fault_of_refunds_strikes_nothing_else() throws Exception {
    fault("payment", "{\"mode\":\"error\",\"only\":\"refunds\",\"count\":1}");
    assertThat(open("9p1").status()).isEqualTo(201);
    assertThat(merchant.plain("POST", "/cashier/9p1/pay", "").status()).isEqualTo(202);
    assertThat(refund("9r1", "9p1", 1990).status()).isEqualTo(500);
    assertThat(refund("9r1", "9p1", 1990).status()).as("its count is used up").isEqualTo(200);
    assertThat(
            merchant
                .plain("PUT", "/faults/payment", "{\"mode\":\"error\",\"only\":\"x\"}")
                .status())
        .isEqualTo(400);
  }

  @Test
  void calls_fail_as_told() throws Exception {
    fault("payment", "{\"mode\":\"error\",\"count\":1}");
    assertThat(open("P1").status()).isEqualTo(500);
    assertThat(merchant.signed("GET", "/sandbox/payments/P1", "").status()).isEqualTo(404);
    fault("payment", "{\"mode\":\"reset\",\"count\":1}");
    String body = payment("P1", 1990, Instant.now().plusSeconds(60));
    assertThatThrownBy(() -> merchant.signed("POST", "/sandbox/payments", body))
        .isInstanceOf(IOException.class);
    fault("payment", "{\"mode\":\"timeout_not_done\",\"latencyMs\":10,\"count\":1}");
    assertThat(open("P1").status()).isEqualTo(504);
    assertThat(merchant.signed("GET", "/sandbox/payments/P1", "").status()).isEqualTo(404);
    fault("payment", "{\"mode\":\"timeout_done\",\"latencyMs\":300,\"count\":1}");
    long before = System.nanoTime();
    assertThat(open("P1").status()).isEqualTo(201);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isGreaterThanOrEqualTo(Duration.ofMillis(300));
    fault("payment", "{\"mode\":\"refuse\",\"share\":0}");
    assertThat(open("P2").status()).isEqualTo(201);
    fault("payment", "{\"mode\":\"refuse\"}");
    assertThat(open("P3").status()).isEqualTo(422);
    assertThat(merchant.plain("GET", "/faults", "").json().at("/payment/struck").longValue())
        .isEqualTo(1);
  }

  @Test
  void callbacks_go_wrong_as_told() throws Exception {
    fault("payment", "{\"mode\":\"duplicate\",\"count\":1}");
    open("P1");
    merchant.plain("POST", "/cashier/P1/pay", "");
    heard(2);
    assertThat(shop.heard().get(0).json().get("notify"))
        .isEqualTo(shop.heard().get(1).json().get("notify"));
    fault("payment", "{\"mode\":\"wrong_amount\",\"count\":1}");
    open("P2");
    merchant.plain("POST", "/cashier/P2/pay", "");
    heard(3);
    assertThat(shop.heard().get(2).json().get("amount").longValue()).isEqualTo(1991);
    assertThat(merchant.signed("GET", "/sandbox/payments/P2", "").json().get("amount").longValue())
        .isEqualTo(1990);
    fault("payment", "{\"mode\":\"bad_signature\",\"count\":1}");
    open("P3");
    merchant.plain("POST", "/cashier/P3/pay", "");
    heard(4);
    Shop.Heard forged = shop.heard().get(3);
    assertThat(forged.signature())
        .isNotEqualTo(Merchant.hmac(forged.timestamp() + "." + forged.raw()));
    fault("payment", "{\"mode\":\"early\",\"count\":1}");
    assertThat(open("P4").at("state")).isEqualTo("pending");
    assertThat(shop.heard()).hasSize(5); // Before the answer came, so nothing is awaited here.
    assertThat(stateOf("P4")).isEqualTo("captured");
    fault("payment", "{\"mode\":\"late\",\"latencyMs\":200,\"count\":1}");
    open("P5");
    merchant.plain("POST", "/cashier/P5/pay", "");
    assertThat(stateOf("P5")).isEqualTo("captured");
    heard(6);
    long told = Long.parseLong(shop.heard().get(5).json().get("notify").stringValue().substring(1));
    assertThat(told).isPositive();
  }

  @Test
  void the_cashier_speaks_two_languages_and_shows_what_became_of_it() throws Exception {
    open("P1");
    String page = merchant.browser("GET", "/cashier/P1", "zh-CN").text();
    assertThat(page).contains("19.90", "CNY", "确认支付", "Tea &amp; cups").doesNotContain("http://");
    assertThat(merchant.browser("GET", "/cashier/P1", "en").text()).contains("Amount to pay");
    Merchant.Reply paid = merchant.browser("POST", "/cashier/P1/pay", "en");
    assertThat(paid.status()).isEqualTo(202);
    assertThat(paid.text()).contains("Paid.").doesNotContain("<button");
    assertThat(CashierPage.major(5, "JPY")).isEqualTo("5");
    assertThat(CashierPage.major(123_456_789, "CNY")).isEqualTo("1,234,567.89");
    assertThat(CashierPage.major(5, "KWD")).isEqualTo("0.005");
  }

  @Test
  void the_book_survives_a_kill_also_in_the_middle_of_a_line() throws Exception {
    simulators.close();
    simulators = Simulators.start(options(data));
    merchant.close();
    merchant = new Merchant(simulators.url());
    open("P1");
    open("P2");
    merchant.plain("POST", "/cashier/P1/pay", "");
    refund("R1", "P1", 100);
    heard(1);
    String transaction = merchant.signed("GET", "/sandbox/payments/P1", "").at("transaction");
    simulators.close();
    Files.writeString(data.resolve("book.jsonl"), "{\"fact\":\"op", StandardOpenOption.APPEND);
    for (int restart = 0; restart < 2; restart++) {
      simulators = Simulators.start(options(data));
      merchant.close();
      merchant = new Merchant(simulators.url());
      assertThat(merchant.signed("GET", "/sandbox/payments/P1", "").at("transaction"))
          .isEqualTo(transaction);
      assertThat(refund("R2", "P1", 1891).at("code")).isEqualTo("over_refund");
      assertThat(stateOf("P2")).isEqualTo("pending");
      assertThat(open("P3-" + restart).status()).isEqualTo(201);
      if (restart == 0) {
        simulators.close();
      }
    }
    assertThat(stateOf("P3-0")).isEqualTo("pending");
  }
}
