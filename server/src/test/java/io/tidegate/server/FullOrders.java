package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.shop.kernel.OrderNumber;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Orders with all that an order may have, as a customer places them: with a courier, points and a
 * red packet or a coupon, or from a flash sale. Its customer has been here before.
 */
final class FullOrders implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String CONSIGNEE =
      "\"address\":{\"name\":\"王芳\",\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}";

  private final EveryEvent shop;
  private final ContractClient client = new ContractClient();
  private final String me;
  private int keys;

  FullOrders(EveryEvent shop) {
    this.shop = shop;
    this.me = shop.customerToken(EveryEvent.USER);
  }

  /** One is paid, one is cancelled, one is not paid in time. */
  void withCourierAndPoints() throws Exception {
    ends(chosen(), chosen(), chosen());
  }

  /** The same of a sale's pieces. */
  void ofASale() throws Exception {
    long sale = shop.sales().aStartedSale();
    ends(bought(sale), bought(sale), bought(sale));
  }

  private void ends(OrderNumber paid, OrderNumber cancelled, OrderNumber late) throws Exception {
    shop.pay(paid, "first", 0);
    assertThat(
            post("/v1/orders/{number}/cancel", "/v1/orders/" + cancelled + "/cancel", "")
                .statusCode())
        .isEqualTo(200);
    shop.isNotPaidInTime(late);
  }

  private OrderNumber chosen() throws Exception {
    String wishes =
        "\"items\":[{\"sku\":\"%s\",\"quantity\":1}],%s".formatted(shop.sku(), CONSIGNEE);
    JsonNode quote = read(post("/v1/quotes", "/v1/quotes", "{" + wishes + "}"), 200);
    String courier = quote.path("couriers").path(0).path("id").asString();
    return placed(
        post(
            "/v1/orders",
            "/v1/orders",
            "{%s,\"courier\":\"%s\",\"points\":1}".formatted(wishes, courier)));
  }

  private OrderNumber bought(long sale) throws Exception {
    String at = "/v1/flash-sales/" + sale;
    String token =
        until(200, "/v1/flash-sales/{id}/token", at + "/token", "{}").path("token").asString();
    String wish =
        "{\"sku\":\"%s\",\"quantity\":1,\"token\":\"%s\",%s}"
            .formatted(shop.firstSku(), token, CONSIGNEE);
    JsonNode receipt = until(201, "/v1/flash-sales/{id}/orders", at + "/orders", wish);
    return OrderNumber.parse(receipt.path("number").asString()).orElseThrow();
  }

  private static OrderNumber placed(HttpResponse<String> answer) {
    return OrderNumber.parse(read(answer, 201).path("number").asString()).orElseThrow();
  }

  private static JsonNode read(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JsonMapper.shared().readTree(answer.body());
  }

  /** A gate opens a moment after its sale, and an answer may be a ticket first. */
  private JsonNode until(int status, String template, String path, String body) {
    String key = key();
    HttpResponse<String> answer =
        await()
            .atMost(PATIENCE)
            .until(() -> post(template, path, body, key), each -> each.statusCode() == status);
    return read(answer, status);
  }

  private HttpResponse<String> post(String template, String path, String body) throws Exception {
    return post(template, path, body, key());
  }

  private HttpResponse<String> post(String template, String path, String body, String key)
      throws Exception {
    return client.send("POST", template, shop.base().resolve(path), me, body, key);
  }

  private String key() {
    return "\"full-" + ++keys + "\"";
  }

  @Override
  public void close() {
    client.close();
  }
}
