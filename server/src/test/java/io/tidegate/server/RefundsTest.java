package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.shop.kernel.OrderNumber;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Refunds over HTTP in the whole program; every answer is held against the OpenAPI document. */
class RefundsTest {

  private static final String REFUNDS = "/v1/orders/{number}/refunds";
  private static final String ADMIN = "/v1/admin/refunds/{id}";
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir private static Path data;
  private static EveryEvent shop;
  private static ContractClient client;
  private static String me;

  @BeforeAll
  static void open() throws IOException {
    shop = new EveryEvent(data);
    client = new ContractClient();
    me = shop.customerToken(EveryEvent.USER);
  }

  @AfterAll
  static void close() {
    client.close();
    shop.close();
  }

  @Test
  void aCustomerGetsTheMoneyBackOnce() throws Exception {
    OrderNumber order = shop.aPaidOrder();
    HttpResponse<String> asked = ask(order, me, "{\"reason\":\"changed my mind\"}", "full");
    assertThat(asked.statusCode()).isEqualTo(202);
    String id = json(asked).path("id").asString();
    assertThat(asked.headers().firstValue("Location")).contains("/v1/refunds/" + id);
    assertThat(json(asked).path("state").asString()).isEqualTo("requested");
    shop.tellUntil(order, "order.refunded.v1");

    HttpResponse<String> again = ask(order, me, "{\"reason\":\"changed my mind\"}", "full");
    assertThat(again.body()).isEqualTo(asked.body());
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(code(ask(order, me, "{\"reason\":\"other\"}", "full"))).isEqualTo("key_reused");
    assertThat(code(ask(order, me, "{\"reason\":\"x\"}", "new"))).isEqualTo("not_refundable");

    JsonNode refund = json(get("/v1/refunds/{id}", "/v1/refunds/" + id, me));
    assertThat(refund.path("state").asString()).isEqualTo("succeeded");
    assertThat(refund.path("refundNumber").asString()).isEqualTo(order + "r1");
    assertThat(json(get("/v1/refunds/{id}", "/v1/refunds/" + order + "r1", me)))
        .as("its number names it too")
        .isEqualTo(refund);
    HttpResponse<String> theirs =
        get("/v1/refunds/{id}", "/v1/refunds/" + id, shop.customerToken(7));
    assertThat(theirs.statusCode()).as("C5").isEqualTo(404);
    assertThat(ask(order, shop.customerToken(7), "{\"reason\":\"x\"}", "k").statusCode())
        .isEqualTo(404);
    checkPage(order, refund);
  }

  private static void checkPage(OrderNumber order, JsonNode refund) throws Exception {
    JsonNode page = json(get("/v1/orders/{number}", "/v1/orders/" + order, me));
    assertThat(page.path("state").asString()).isEqualTo("refunded");
    assertThat(page.path("refundedTotal")).isEqualTo(page.path("total"));
    assertThat(page.path("refunds").get(0)).isEqualTo(refund);
    assertThat(page.path("payments").get(0).path("refunded")).isEqualTo(page.path("total"));
    for (JsonNode item : page.path("items")) {
      assertThat(item.path("refundedQuantity")).isEqualTo(item.path("quantity"));
    }
    for (JsonNode effect : page.path("effects")) {
      assertThat(effect.path("state").asString()).isEqualTo("reversed");
    }
    JsonNode row = json(get("/v1/orders", "/v1/orders?state=refunded", me)).path("data").get(0);
    assertThat(row.path("items").get(0).path("refundedQuantity").asInt()).isEqualTo(1);
  }

  @Test
  void whatTheProviderRefusesIsDecidedByAPerson() throws Exception {
    OrderNumber order = shop.aPaidOrder();
    shop.refunds().refusesRefundsOf(order);
    HttpResponse<String> asked =
        send(
            "POST",
            "/v1/admin/orders/{number}/refunds",
            "/v1/admin/orders/" + order + "/refunds",
            staff("li", "support"),
            "{\"items\":[{\"line\":1,\"quantity\":1}],\"reason\":\"customer called\"}",
            "k");
    assertThat(asked.statusCode()).isEqualTo(202);
    String id = json(asked).path("id").asString();
    assertThat(asked.headers().firstValue("Location")).contains("/v1/admin/refunds/" + id);
    shop.tellUntil(order, "refund.failed.v1");

    JsonNode waiting =
        json(
            get(
                "/v1/admin/refunds",
                "/v1/admin/refunds?state=waiting&limit=100",
                staff("li", "support")));
    assertThat(waiting.path("data").toString()).contains("\"" + id + "\"");
    JsonNode detail = json(show(id));
    assertThat(detail.path("state").asString()).isEqualTo("needs_person");
    assertThat(detail.path("provider").path("said").asString()).contains("no");
    assertThat(detail.path("choices").size()).isEqualTo(4);
    assertThat(detail.path("undone").get(1).path("done").asBoolean()).isTrue();

    String stamp = detail.path("stamp").asString();
    assertThat(code(resolve(id, "{\"action\":\"retry\",\"stamp\":\"0\"}")))
        .isEqualTo("version_conflict");
    assertThat(resolve(id, "{\"action\":\"by_hand\"}").statusCode()).isEqualTo(400);
    HttpResponse<String> done =
        resolve(
            id,
            "{\"action\":\"by_hand\",\"reference\":\"slip 7\",\"stamp\":\"%s\"}".formatted(stamp));
    assertThat(json(done).path("outcome").asString()).isEqualTo("applied");
    shop.tellUntil(order, "order.refunded.v1");
    assertThat(json(show(id)).path("state").asString()).isEqualTo("succeeded");
    assertThat(json(show(id)).path("decisions").get(0).path("reference").asString())
        .isEqualTo("slip 7");
    assertThat(code(resolve(id, "{\"action\":\"give_up\"}"))).isEqualTo("not_waiting");
    assertThat(
            json(get(
                    "/v1/admin/audit-log",
                    "/v1/admin/audit-log?kind=refund.resolve",
                    staff("eve", "admin")))
                .path("data")
                .get(0)
                .path("subject")
                .asString())
        .isEqualTo("refund " + id);
  }

  @Test
  void twoPeopleApproveALargeAmount() throws Exception {
    OrderNumber order = shop.refunds().aDearOrder();
    HttpResponse<String> asked = ask(order, me, "{\"reason\":\"x\"}", "dear");
    String id = json(asked).path("id").asString();
    shop.tellUntil(order, "refund.approval_needed.v1");
    assertThat(code(approve(id, "warehouse", "xu"))).isEqualTo("forbidden");
    assertThat(json(approve(id, "support", "li")).path("outcome").asString()).isEqualTo("proposed");
    assertThat(code(approve(id, "support", "li"))).isEqualTo("second_person_needed");
    HttpResponse<String> second = approve(id, "finance", "wang");
    assertThat(json(second).path("outcome").asString()).isEqualTo("applied");
    assertThat(json(second).path("refund").path("approvals").size()).isEqualTo(2);
    shop.tellUntil(order, "order.refunded.v1");
    assertThat(json(show(id)).path("state").asString()).isEqualTo("succeeded");
  }

  /** What refunds should have taken back and was spent is shown to whom it concerns. */
  @Test
  void whatIsOwedIsShownToCustomerAndStaff() throws Exception {
    OrderNumber order = shop.aPaidOrder();
    String id = json(ask(order, me, "{\"reason\":\"x\"}", "owed")).path("id").asString();
    shop.tellUntil(order, "order.refunded.v1");
    assertThat(json(show(id)).has("customerOwes")).isFalse();
    assertThat(json(get("/v1/me/points", "/v1/me/points", me)).has("owed")).isFalse();
    String row = " values (9, 1, %d, %s 0, %d, 'confirmed', 0, %d, now())";
    shop.run(
        "insert into points.reclaim (order_number, refund, user_id, taken, lacking, state,"
            + " deducted, paid, at)"
            + row.formatted(EveryEvent.USER, "", 30, 5));
    shop.run(
        "insert into marketing.red_packet_reclaim (order_number, refund, user_id, currency, taken,"
            + " lacking, state, deducted, paid, at)"
            + row.formatted(EveryEvent.USER, "'CNY',", 70, 0));
    shop.run(
        "insert into marketing.coupon_reclaim (order_number, refund, user_id, coupon, template,"
            + " taken, lacking, state, deducted, paid, at)"
            + row.formatted(EveryEvent.USER, "1, 't',", 1, 0));
    assertThat(json(get("/v1/me/points", "/v1/me/points", me)).path("owed").asInt()).isEqualTo(25);
    assertThat(
            json(get("/v1/me/red-packets", "/v1/me/red-packets", me))
                .path("owed")
                .path("amount")
                .asInt())
        .isEqualTo(70);
    assertThat(json(get("/v1/me/coupons", "/v1/me/coupons", me)).path("owed").asInt()).isEqualTo(1);
    assertThat(json(show(id)).path("customerOwes").toString())
        .isEqualTo(
            "{\"points\":25,\"redPackets\":{\"amount\":70,\"currency\":\"CNY\"},\"coupons\":1}");
  }

  @Test
  void whatWaitsForPeopleIsCounted() throws Exception {
    OrderNumber order = shop.aPaidOrder();
    shop.refunds().refusesRefundsOf(order);
    ask(order, me, "{\"reason\":\"x\"}", "counted");
    shop.tellUntil(order, "refund.failed.v1");
    shop.run(
        "update aftersales.refund_case set step_error = 'x', next_step_at = now() + interval '1 day'"
            + " where order_number = "
            + order);
    shop.run(
        "insert into reconciliation.difference (provider, day, type, number, transaction,"
            + " order_number, seq, kind, state, version, found_at)"
            + " values ('sandbox', '2026-01-01', 1, 'x', '', 0, 0, 2, 1, 1, now())");
    await()
        .untilAsserted(() -> {
          assertThat(metrics())
              .containsPattern("tidegate_refunds_waiting [1-9]")
              .contains("tidegate_refunds_failing 1.0\n")
              .contains("tidegate_reconciliation_open 1.0\n");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                                  | /reason",
        "{'items':[],'reason':'x'}                                           | /items",
        "{'items':[{'line':0,'quantity':1}],'reason':'x'}                    | /items/0/line",
        "{'items':[{'line':1,'quantity':1000}],'reason':'x'}                 | /items/0/quantity",
        "{'items':[{'line':1,'quantity':1},{'line':1,'quantity':1}],'reason':'x'} | /items/1/line",
        "{'reason':' '}                                                      | /reason",
        "{'reason':'x','more':1}                                             | /more",
      })
  void aBadBodyIsTold(String body, String pointer) throws Exception {
    HttpResponse<String> answer =
        ask(OrderNumber.of(System.currentTimeMillis(), 1, 0, 0), me, body.replace('\'', '"'), "b");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).path("errors").toString()).contains("\"" + pointer + "\"");
  }

  private static HttpResponse<String> ask(OrderNumber order, String token, String body, String key)
      throws Exception {
    return send("POST", REFUNDS, "/v1/orders/" + order + "/refunds", token, body, key);
  }

  private static HttpResponse<String> show(String id) throws Exception {
    return get(ADMIN, "/v1/admin/refunds/" + id, staff("li", "support"));
  }

  private static HttpResponse<String> resolve(String id, String body) throws Exception {
    return send(
        "POST",
        ADMIN + "/resolve",
        "/v1/admin/refunds/" + id + "/resolve",
        staff("li", "support"),
        body);
  }

  private static HttpResponse<String> approve(String id, String role, String name)
      throws Exception {
    return send(
        "POST", ADMIN + "/approve", "/v1/admin/refunds/" + id + "/approve", staff(name, role), "");
  }

  private static String metrics() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(shop.base().resolve("/metrics")).build();
    return client.unchecked(request).body();
  }

  private static String staff(String name, String role) {
    return shop.staffToken(name, role);
  }

  private static String code(HttpResponse<String> answer) {
    return json(answer).path("code").asString();
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> get(String template, String path, String token)
      throws Exception {
    return send("GET", template, path, token, "");
  }

  private static HttpResponse<String> send(
      String method, String template, String path, String token, String body, String... key)
      throws Exception {
    return client.send(method, template, shop.base().resolve(path), token, body, key);
  }
}
