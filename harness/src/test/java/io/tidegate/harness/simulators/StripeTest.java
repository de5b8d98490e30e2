package io.tidegate.harness.simulators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Simulated Stripe, as a merchant sees it. */
final class StripeTest {
  private static final String SHARED = "0123456789abcdef0123456789abcdef";
  private static final String SESSIONS = "/stripe/v1/checkout/sessions";

  private final Shop shop = new Shop();
  private final Simulators simulators;
  private final Merchant merchant;
  private final HttpClient client = HttpClient.newHttpClient();

  StripeTest() throws IOException {
    String endpoint = shop.notifyUrl().replace("/sandbox", "");
    simulators =
        Simulators.start(
            Merchant.quick(null, ZoneOffset.UTC, RsaKeys.read("stripe:-:-:" + SHARED), endpoint));
    merchant = new Merchant(simulators.url());
  }

  @AfterEach
  void stop() throws IOException {
    merchant.close();
    client.close();
    simulators.close();
    shop.close();
  }

  private JsonNode send(String method, String path, String key, Map<String, String> form)
      throws Exception {
    String body =
        form.entrySet().stream()
            .map(f ->
                URLEncoder.encode(f.getKey(), StandardCharsets.UTF_8)
                    + "="
                    + URLEncoder.encode(f.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return Json.MAPPER.readTree(
        client
            .send(
                HttpRequest.newBuilder(URI.create(simulators.url() + path))
                    .header("Authorization", "Bearer sk_test_" + SHARED)
                    .header("Idempotency-Key", key)
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body());
  }

  private JsonNode open(String id) throws Exception {
    Map<String, String> form = new TreeMap<>();
    form.put("client_reference_id", id);
    form.put("line_items[0][price_data][currency]", "usd");
    form.put("line_items[0][price_data][unit_amount]", "1990");
    form.put("success_url", "https://shop.example");
    form.put("expires_at", Long.toString(Instant.now().plusSeconds(3_600).getEpochSecond()));
    return send("POST", SESSIONS, id, form);
  }

  private JsonNode refund(String key, String id, String payment, long amount) throws Exception {
    return send(
        "POST",
        "/stripe/v1/refunds",
        key,
        Map.of(
            "payment_intent",
            "pi_" + payment,
            "amount",
            Long.toString(amount),
            "metadata[refund]",
            id));
  }

  private void heard(int events) {
    await().atMost(Merchant.PATIENCE).until(() -> shop.heard().size() >= events);
  }

  @Test
  void a_session_is_paid_and_told_by_a_signed_event() throws Exception {
    JsonNode session = open("91p1");
    assertThat(session.path("status").asString("")).isEqualTo("open");
    String path = SESSIONS + "/" + session.path("id").asString("");
    merchant.plain("POST", "/cashier/91p1/pay", "");
    heard(1);
    assertThat(shop.heard().getFirst().json().path("type").asString(""))
        .isEqualTo("checkout.session.completed");
    JsonNode paid = send("GET", path, "", Map.of());
    assertThat(paid.path("payment_status").asString("")).isEqualTo("paid");
    assertThat(paid.path("payment_intent").path("amount_received").longValue()).isEqualTo(1_990);
    assertThat(send("POST", path + "/expire", "", Map.of()).path("error").path("type").asString(""))
        .isEqualTo("invalid_request_error");
    open("92p1");
    assertThat(
            send("POST", SESSIONS + "/cs_test_92p1/expire", "", Map.of())
                .path("status")
                .asString(""))
        .isEqualTo("expired");
  }

  @Test
  void one_key_is_one_answer_and_a_refund_may_be_taken_back() throws Exception {
    open("93p1");
    merchant.plain("POST", "/cashier/93p1/pay", "");
    heard(1);
    merchant.plain("PUT", "/faults/stripe", "{\"mode\":\"reverse\",\"latencyMs\":1,\"count\":1}");
    refund("k1", "93r1", "93p1", 990);
    await()
        .atMost(Merchant.PATIENCE)
        .until(
            () -> refund("k1", "93r1", "93p1", 990).path("status").asString("").equals("failed"));
    JsonNode list =
        send("GET", "/stripe/v1/refunds?payment_intent=pi_93p1&limit=100", "", Map.of());
    assertThat(list.path("data")).hasSize(1);
    assertThat(refund("k2", "93r1", "93p1", 990).path("status").asString(""))
        .isEqualTo("succeeded");
    assertThat(refund("k3", "93r2", "93p1", 1_001).path("error").path("code").asString(""))
        .isEqualTo("amount_too_large");
  }

  @Test
  void movements_come_page_by_page() throws Exception {
    for (String id : List.of("94p1", "95p1", "96p1")) {
      open(id);
      merchant.plain("POST", "/cashier/" + id + "/pay", "");
    }
    heard(3);
    long now = Instant.now().getEpochSecond();
    String base =
        "/stripe/v1/balance_transactions?created%5Bgte%5D="
            + (now - 600)
            + "&created%5Blt%5D="
            + (now + 600)
            + "&limit=2";
    JsonNode first = send("GET", base, "", Map.of());
    assertThat(first.path("has_more").asBoolean(false)).isTrue();
    String after = first.path("data").get(1).path("id").asString("");
    JsonNode second = send("GET", base + "&starting_after=" + after, "", Map.of());
    assertThat(second.path("has_more").asBoolean(true)).isFalse();
    assertThat(second.path("data")).hasSize(1);
    JsonNode charge = second.path("data").get(0).path("source");
    assertThat(charge.path("metadata").has("payment")).isTrue();
    assertThat(charge.toString().length()).isBetween(2_500, 5_000); // as large as a real one
  }

  @Test
  void who_has_another_key_is_refused() throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create(simulators.url() + SESSIONS + "/cs_test_1"))
                .header("Authorization", "Bearer sk_test_other")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(401);
  }
}
