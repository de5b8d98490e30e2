package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.Capture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Captures that fit no order, which a person gives back or dismisses (M3), over HTTP. */
class ParkedTest {

  private static final String LIST = "/v1/admin/parked-payments";
  private static final String ONE = LIST + "/{order}/{transaction}/";
  private static final String NO = "{\"reason\":\"a test of the provider's\"}";
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir private static Path data;
  private static EveryEvent shop;
  private static ContractClient client;

  @BeforeAll
  static void open() throws IOException {
    shop = new EveryEvent(data);
    client = new ContractClient();
  }

  @AfterAll
  static void close() {
    client.close();
    shop.close();
  }

  @Test
  void whatTheProviderTookGoesBackOnce() throws Exception {
    Capture claimed = shop.parked(7);
    assertThat(code(decide(claimed, "refund", "eve", ""))).isEqualTo("not_taken");
    // The notice was wrong about the amount: what was taken goes back.
    Capture really = withAmount(claimed, claimed.amount().amount() - 2);
    shop.took(really);
    HttpResponse<String> done = decide(claimed, "refund", "eve", "");
    assertThat(outcome(done)).isEqualTo("applied");
    String refund = json(done).path("refund").asString();
    assertThat(
            shop.texts(
                "select amount::text from payment.refund where order_number || 'r' || seq = '"
                    + refund
                    + "'"))
        .containsExactly(Long.toString(really.amount().amount()));
    assertThat(outcome(decide(claimed, "refund", "adam", ""))).isEqualTo("already_applied");
    assertThat(code(decide(claimed, "dismiss", "eve", NO))).isEqualTo("already_decided");
    assertThat(waiting()).doesNotContain(claimed.transaction());
    shop.tellUntil(claimed.payment().order(), "refund.succeeded.v1");
  }

  @Test
  void aLargeAmountNeedsTwoPeopleWhoWantTheSame() throws Exception {
    Capture capture = shop.parked(600_000);
    shop.took(capture);
    assertThat(outcome(decide(capture, "refund", "eve", ""))).isEqualTo("proposed");
    assertThat(code(decide(capture, "refund", "eve", ""))).isEqualTo("second_person_needed");
    assertThat(outcome(decide(capture, "dismiss", "adam", NO))).isEqualTo("proposed");
    assertThat(outcome(decide(capture, "refund", "adam", ""))).isEqualTo("proposed");
    assertThat(waiting()).contains(capture.transaction());
    assertThat(outcome(decide(capture, "refund", "eve", ""))).isEqualTo("applied");
    assertThat(waiting()).doesNotContain(capture.transaction());
    assertThat(
            shop.texts(
                "select act || ' ' || actor from staff.act where subject = 'order "
                    + capture.payment().order()
                    + "' order by id"))
        .containsExactly(
            "parked.propose eve",
            "parked.propose adam",
            "parked.propose adam",
            "parked.return eve");
  }

  @Test
  void whatWasNeverTakenIsDismissed() throws Exception {
    Capture capture = shop.parked(9);
    JsonNode row = JSON.readTree(get(LIST, LIST + "?limit=100").body()).path("data");
    assertThat(row.toString())
        .contains(capture.transaction(), "\"why\":\"amount\"", "awaiting_payment");
    assertThat(outcome(decide(capture, "dismiss", "eve", NO))).isEqualTo("applied");
    assertThat(outcome(decide(capture, "dismiss", "adam", NO))).isEqualTo("already_applied");
    shop.took(capture);
    assertThat(code(decide(capture, "refund", "eve", ""))).isEqualTo("already_decided");
  }

  @Test
  void whatIsNotThereOrNotOnesOwnIsRefused() throws Exception {
    Capture capture = shop.parked(11);
    String path = LIST + "/" + capture.payment().order() + "/nothing/refund";
    assertThat(send("POST", ONE + "refund", path, token("eve", "finance"), "").statusCode())
        .isEqualTo(404);
    assertThat(
            send(
                    "POST",
                    ONE + "refund",
                    path(capture, "refund"),
                    token("eve", "finance"),
                    "{\"provider\":\"stripe\"}")
                .statusCode())
        .isEqualTo(404);
    for (String role : List.of("support", "warehouse")) {
      assertThat(
              send("POST", ONE + "refund", path(capture, "refund"), token("eve", role), "")
                  .statusCode())
          .isEqualTo(403);
    }
    assertThat(
            send("POST", ONE + "dismiss", path(capture, "dismiss"), token("eve", "admin"), "{}")
                .statusCode())
        .isEqualTo(400);
  }

  private static Capture withAmount(Capture capture, long amount) {
    return new Capture(
        capture.payment(),
        capture.provider(),
        capture.transaction(),
        new Money(amount, capture.amount().currency()),
        capture.capturedAt());
  }

  /** Pages of one: an order's captures stay together, and nothing is left out. */
  private static List<String> waiting() throws Exception {
    List<String> transactions = new ArrayList<>();
    String after = "";
    do {
      JsonNode page =
          json(get(LIST, LIST + "?limit=1" + (after.isEmpty() ? "" : "&after=" + after)));
      page.path("data").forEach(row -> transactions.add(row.path("transaction").asString()));
      after = page.path("next").asString("");
    } while (!after.isEmpty());
    return transactions;
  }

  private static HttpResponse<String> decide(Capture capture, String act, String who, String body)
      throws Exception {
    return send("POST", ONE + act, path(capture, act), token(who, "finance"), body);
  }

  private static String path(Capture capture, String act) {
    return LIST + "/" + capture.payment().order() + "/" + capture.transaction() + "/" + act;
  }

  private static String token(String who, String role) {
    return shop.staffToken(who, role);
  }

  private static String outcome(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer).path("outcome").asString();
  }

  private static String code(HttpResponse<String> answer) {
    return json(answer).path("code").asString();
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> get(String template, String path) throws Exception {
    return send("GET", template, path, token("eve", "support"), "");
  }

  private static HttpResponse<String> send(
      String method, String template, String path, String token, String body) throws Exception {
    return client.send(method, template, shop.base().resolve(path), token, body);
  }
}
