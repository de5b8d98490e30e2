package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.OrderNumber;
import java.io.IOException;
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

/**
 * Goods that come back, over HTTP in the whole program: from the customer's wish to the money, the
 * shelf and the order's page; every answer is held against the OpenAPI document.
 */
class ReturnsTest {

  private static final String RETURNS = "/v1/orders/{number}/returns";
  private static final String ADMIN = "/v1/admin/returns/{id}/";
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
  void goodsComeBackArePartlyAcceptedAndPaid() throws Exception {
    OrderNumber order = shop.aDeliveredOrder();
    HttpResponse<String> asked =
        send(
            "POST",
            RETURNS,
            "/v1/orders/" + order + "/returns",
            me,
            "{\"items\":[{\"line\":1,\"quantity\":2},{\"line\":2,\"quantity\":1}],"
                + "\"reason\":\"too small\",\"pictures\":[\"https://p.example/1.jpg\",\"p2\"]}",
            "k1");
    assertThat(asked.statusCode()).isEqualTo(202);
    String id = json(asked).path("id").asString();
    String path = "/v1/returns/" + id;
    assertThat(asked.headers().firstValue("Location")).contains(path);
    assertThat(json(asked)).isEqualTo(json(get("/v1/returns/{id}", path, me)));
    assertThat(state(act("approve", id, "support", ""))).isEqualTo("approved");
    assertThat(
            state(
                send(
                    "POST",
                    "/v1/returns/{id}/waybill",
                    path + "/waybill",
                    me,
                    "{\"courier\":\"SF\",\"waybill\":\"SF1\"}")))
        .isEqualTo("in_transit");
    assertThat(state(act("receive", id, "warehouse", ""))).isEqualTo("received");
    String sku = item(order, 0).path("sku").asString();
    String shelf = json(get("/v1/returns/{id}", path, me)).path("warehouse").asString();
    long sold = stock(sku, "sold");
    long onHand = onHand(sku, shelf);
    assertThat(
            state(
                act(
                    "inspect",
                    id,
                    "warehouse",
                    "{\"accept\":true,\"lines\":[{\"line\":1,\"quantity\":1}]}")))
        .isEqualTo("inspected");
    assertThat(stock(sku, "sold")).as("only with the money").isEqualTo(sold);
    shop.tellUntil(order, "return.done.v1");
    assertThat(stock(sku, "sold")).isEqualTo(sold - 1);
    assertThat(onHand(sku, shelf)).isEqualTo(onHand + 1);
    checkPage(order, id);
  }

  /** One of two pieces of line 1 is refunded, and nothing of line 2. */
  private static void checkPage(OrderNumber order, String id) throws Exception {
    JsonNode page = json(get("/v1/orders/{number}", "/v1/orders/" + order, me));
    JsonNode returned = page.path("returns").get(0);
    assertThat(returned.path("state").asString()).isEqualTo("done");
    assertThat(page.path("state").asString()).isEqualTo("delivered");
    assertThat(page.path("items").get(0).path("refundedQuantity").asInt()).isEqualTo(1);
    assertThat(page.path("items").get(1).path("refundedQuantity").asInt()).isZero();
    JsonNode refund = page.path("refunds").get(0);
    assertThat(refund.path("id").asString()).isEqualTo(returned.path("refund").asString());
    assertThat(refund.path("state").asString()).isEqualTo("succeeded");
    assertThat(page.path("refundedTotal")).isEqualTo(refund.path("amount"));
    assertThat(refund.path("amount").path("amount").asLong()).isPositive();
    JsonNode staff =
        json(
            get(
                "/v1/admin/returns/{id}",
                "/v1/admin/returns/" + id,
                shop.staffToken("f", "finance")));
    assertThat(staff.path("history").size()).isEqualTo(6);
    assertThat(
            shop.texts(
                "select template from notification.message where order_number = "
                    + order
                    + " and about <> '' order by 1"))
        .containsExactly("order_refunded", "return_approved");
    HttpResponse<String> list =
        get("/v1/admin/returns", "/v1/admin/returns?state=done&limit=1", staffToken("support"));
    assertThat(json(list).path("data").get(0).path("state").asString()).isEqualTo("done");
  }

  @Test
  void aRejectedReturnSaysWhyAndNothingElseChanges() throws Exception {
    OrderNumber order = shop.aDeliveredOrder();
    String id = asked(order, 2, 1, "k");
    assertThat(state(act("reject", id, "support", "{\"reason\":\"worn\"}"))).isEqualTo("rejected");
    HttpResponse<String> again = act("reject", id, "support", "{\"reason\":\"worn\"}");
    assertThat(json(again).path("outcome").asString()).isEqualTo("already_applied");
    assertThat(json(get("/v1/returns/{id}", "/v1/returns/" + id, me)).path("why").asString())
        .isEqualTo("worn");
    assertThat(code(act("receive", id, "warehouse", ""))).isEqualTo("not_waiting");
    JsonNode page = json(get("/v1/orders/{number}", "/v1/orders/" + order, me));
    assertThat(page.path("refunds").size()).isZero();
    assertThat(page.path("returns").get(0).path("state").asString()).isEqualTo("rejected");
  }

  @Test
  void whatIsAskedTwiceOrOfAnotherIsRefused() throws Exception {
    OrderNumber order = shop.aDeliveredOrder();
    String path = "/v1/orders/" + order + "/returns";
    String one = "{\"items\":[{\"line\":2,\"quantity\":1}],\"reason\":\"x\"}";
    HttpResponse<String> first = send("POST", RETURNS, path, me, one, "a");
    HttpResponse<String> replay = send("POST", RETURNS, path, me, one, "a");
    assertThat(replay.body()).isEqualTo(first.body());
    assertThat(replay.headers().firstValue("Idempotent-Replayed")).contains("true");
    String more = one.replace(":1}]", ":2}]");
    assertThat(send("POST", RETURNS, path, me, more, "a").statusCode()).isEqualTo(422);
    HttpResponse<String> twice = send("POST", RETURNS, path, me, one, "b");
    assertThat(code(twice)).isEqualTo("over_refund");
    assertThat(json(twice).path("errors").get(0).path("pointer").asString())
        .isEqualTo("/items/0/quantity");
    String other = shop.customerToken(43);
    assertThat(send("POST", RETURNS, path, other, one, "a").statusCode()).isEqualTo(404);
    String id = json(first).path("id").asString();
    assertThat(get("/v1/returns/{id}", "/v1/returns/" + id, other).statusCode()).isEqualTo(404);
    assertThat(
            send(
                    "POST",
                    "/v1/returns/{id}/waybill",
                    "/v1/returns/" + id + "/waybill",
                    other,
                    "{\"courier\":\"SF\",\"waybill\":\"1\"}")
                .statusCode())
        .isEqualTo(404);
    assertThat(act("approve", id, "warehouse", "").statusCode()).isEqualTo(403);
    assertThat(
            send("POST", ADMIN + "approve", "/v1/admin/returns/" + id + "/approve", me, "")
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void whatHasNotLeftIsNoReturn() throws Exception {
    OrderNumber order = shop.aPaidOrder();
    HttpResponse<String> asked =
        send(
            "POST",
            RETURNS,
            "/v1/orders/" + order + "/returns",
            me,
            "{\"items\":[{\"line\":1,\"quantity\":1}],\"reason\":\"x\"}",
            "k");
    assertThat(code(asked)).isEqualTo("not_returnable");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                                  | /items",
        "{'items':[],'reason':'x'}                                           | /items",
        "{'items':[{'line':0,'quantity':1}],'reason':'x'}                    | /items/0/line",
        "{'items':[{'line':1,'quantity':1000}],'reason':'x'}                 | /items/0/quantity",
        "{'items':[{'line':1,'quantity':1},{'line':1,'quantity':1}],'reason':'x'} | /items/1/line",
        "{'items':[{'line':1,'quantity':1}],'reason':' '}                    | /reason",
        "{'items':[{'line':1,'quantity':1}],'reason':'x','more':1}           | /more",
        "{'items':[{'line':1,'quantity':1}],'reason':'x','pictures':['http://p/1']}  | /pictures",
        "{'items':[{'line':1,'quantity':1}],'reason':'x','pictures':['javascript:alert(1)']} | /pictures",
        "{'items':[{'line':1,'quantity':1}],'reason':'x','pictures':['//p/1']} | /pictures",
        "{'items':[{'line':1,'quantity':1}],'reason':'x','pictures':['https://u:p@h/']} | /pictures",
      })
  void aBadBodyIsTold(String body, String pointer) throws Exception {
    HttpResponse<String> answer =
        send(
            "POST",
            RETURNS,
            "/v1/orders/" + OrderNumber.of(System.currentTimeMillis(), 1, 0, 0) + "/returns",
            me,
            body.replace('\'', '"'),
            "bad");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).path("errors").toString()).contains("\"" + pointer + "\"");
  }

  private static String asked(OrderNumber order, int line, int quantity, String key)
      throws Exception {
    String body =
        "{\"items\":[{\"line\":%d,\"quantity\":%d}],\"reason\":\"x\"}".formatted(line, quantity);
    HttpResponse<String> answer =
        send("POST", RETURNS, "/v1/orders/" + order + "/returns", me, body, key);
    assertThat(answer.statusCode()).isEqualTo(202);
    return json(answer).path("id").asString();
  }

  private static HttpResponse<String> act(String what, String id, String role, String body)
      throws Exception {
    return send(
        "POST", ADMIN + what, "/v1/admin/returns/" + id + "/" + what, staffToken(role), body);
  }

  private static String staffToken(String role) {
    return shop.staffToken("eve", role);
  }

  private static JsonNode item(OrderNumber order, int index) throws Exception {
    return json(get("/v1/orders/{number}", "/v1/orders/" + order, me)).path("items").get(index);
  }

  private static long stock(String sku, String column) {
    return Long.parseLong(
        shop.texts("select " + column + " from inventory.stock where sku = '" + sku + "'")
            .getFirst());
  }

  private static long onHand(String sku, String warehouse) {
    return Long.parseLong(
        shop.texts(
                "select quantity from inventory.on_hand where sku = '%s' and warehouse = '%s'"
                    .formatted(sku, warehouse))
            .getFirst());
  }

  private static String state(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer).path("return").path("state").asString();
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
