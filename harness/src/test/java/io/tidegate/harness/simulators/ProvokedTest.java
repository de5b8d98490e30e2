package io.tidegate.harness.simulators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a provider does at times, done when it is wanted. */
final class ProvokedTest {
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final Path data;
  private final Shop shop = new Shop();
  private final Merchant merchant;
  private Simulators simulators;

  ProvokedTest(@TempDir Path data) throws IOException {
    this.data = data;
    this.simulators = started();
    this.merchant = new Merchant(simulators.url());
  }

  private Simulators started() throws IOException {
    return Simulators.start(Merchant.quick(data, ZoneOffset.UTC, Map.of(), ""));
  }

  @AfterEach
  void stop() throws IOException {
    merchant.close();
    simulators.close();
    shop.close();
  }

  private void open(String id) throws Exception {
    String body =
        """
        {"payment":"%s","merchant":"tidegate-demo","amount":1990,"currency":"CNY","subject":"Tea",\
        "notifyUrl":"%s","expiresAt":"%s"}\
        """
            .formatted(id, shop.notifyUrl(), Instant.now().plusSeconds(60));
    assertThat(merchant.signed("POST", "/sandbox/payments", body).status()).isEqualTo(201);
  }

  private Merchant.Reply tell(String id) throws Exception {
    String body = "{\"to\":\"" + shop.notifyUrl() + "?again\",\"traceparent\":\"" + TRACE + "\"}";
    return merchant.plain("POST", "/cashier/" + id + "/tell", body);
  }

  @Test
  void a_capture_is_told_again_wherever_it_is_wanted() throws Exception {
    open("P1");
    assertThat(tell("P1").status()).as("nobody paid").isEqualTo(409);
    merchant.plain("POST", "/cashier/P1/pay", "");
    await().atMost(Merchant.PATIENCE).until(() -> !shop.heard().isEmpty());
    assertThat(tell("P1").json().path("acknowledged").asBoolean()).isTrue();
    Shop.Heard again = shop.heard().getLast();
    assertThat(shop.heard()).hasSize(2);
    assertThat(again.raw()).isEqualTo(shop.heard().getFirst().raw());
    assertThat(again.signature()).isEqualTo(Merchant.hmac(again.timestamp() + "." + again.raw()));
    shop.refuseNext(1);
    assertThat(tell("P1").json().path("acknowledged").asBoolean(true)).isFalse();
    assertThat(tell("P2").status()).isEqualTo(404);
    assertThat(
            merchant
                .plain(
                    "POST",
                    "/cashier/P1/tell",
                    "{\"to\":\"ftp://here\",\"traceparent\":\"x\\r\\ny\"}")
                .status())
        .isEqualTo(400);
  }

  /** Else who hears it could not tell a provider's own notice from one that a test has it send. */
  @Test
  void its_own_late_notice_has_the_trace_that_is_wanted() throws Exception {
    String late = "{\"mode\":\"late\",\"latencyMs\":1,\"traceparent\":\"%s\"}";
    assertThat(merchant.plain("PUT", "/faults/payment", late.formatted("x\\ny")).status())
        .isEqualTo(400);
    merchant.plain("PUT", "/faults/payment", late.formatted(TRACE));
    open("P1");
    merchant.plain("POST", "/cashier/P1/pay", "");
    await().until(() -> !shop.heard().isEmpty());
    assertThat(shop.heard().getFirst().traceparent()).isEqualTo(TRACE);
    merchant.plain("PUT", "/faults/payment", "{\"mode\":\"ok\"}");
    open("P2");
    merchant.plain("POST", "/cashier/P2/pay", "");
    await().until(() -> shop.heard().size() == 2);
    assertThat(shop.heard().getLast().traceparent()).isNull();
  }

  @Test
  void money_is_taken_for_what_was_closed_and_stays_taken() throws Exception {
    open("P1");
    open("P2");
    merchant.signed("POST", "/sandbox/payments/P1/close", "");
    assertThat(merchant.plain("POST", "/cashier/P1/pay", "").at("state")).isEqualTo("closed");
    assertThat(merchant.plain("POST", "/cashier/P1/take", "").at("state")).isEqualTo("captured");
    assertThat(shop.heard()).as("it tells nobody by itself").isEmpty();
    Merchant.Reply taken = merchant.signed("GET", "/sandbox/payments/P1", "");
    assertThat(taken.at("state")).isEqualTo("captured");
    merchant.plain("POST", "/cashier/P1/take", "");
    Merchant.Reply book = merchant.plain("GET", "/book?payment=P1", "");
    assertThat(book.json().path("payments")).hasSize(1);
    assertThat(book.json().at("/payments/0/transaction").asString())
        .isEqualTo(taken.at("transaction"));
    assertThat(merchant.plain("GET", "/book?payment=P9", "").json().path("payments")).isEmpty();
    assertThat(merchant.plain("POST", "/cashier/P9/take", "").status()).isEqualTo(404);

    simulators.close();
    simulators = started();
    try (Merchant after = new Merchant(simulators.url())) {
      assertThat(after.signed("GET", "/sandbox/payments/P1", "").text()).isEqualTo(taken.text());
    }
  }

  @Test
  void a_payments_own_refunds_are_beside_it() throws Exception {
    for (String id : new String[] {"P1", "P2"}) {
      open(id);
      merchant.plain("POST", "/cashier/" + id + "/pay", "");
      String refund =
          "{\"refund\":\"R%s\",\"payment\":\"%s\",\"amount\":7,\"currency\":\"CNY\",\"reason\":\"x\"}"
              .formatted(id, id);
      assertThat(merchant.signed("POST", "/sandbox/refunds", refund).status()).isEqualTo(200);
    }
    Merchant.Reply book = merchant.plain("GET", "/book?payment=P2", "");
    assertThat(book.json().path("refunds")).hasSize(1);
    assertThat(book.json().at("/refunds/0/refund").asString()).isEqualTo("RP2");
  }
}
