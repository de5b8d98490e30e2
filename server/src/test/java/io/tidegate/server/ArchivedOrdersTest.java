package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Orders that have left the database, over HTTP: everything reads as it did before. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ArchivedOrdersTest {

  private static final String WORDS = "the sleeve is torn, call 13800138000";

  @TempDir private static Path data;
  private static ArchivedShop archived;
  private static EveryEvent shop;
  private static String me;
  private static List<String> brokenBefore = List.of();
  private static final Map<String, JsonNode> before = new TreeMap<>();
  private static List<String> numbers = List.of();
  private static String placedBody = "";

  @BeforeAll
  static void open() throws Exception {
    archived = new ArchivedShop(data);
    shop = archived.shop;
    me = shop.customerToken(EveryEvent.USER);
    shop.anOrderIsShippedInTwoParcelsAndConfirmed();
    shop.refunds().goodsComeBack();
    shop.aCustomerCancels();
    shop.refunds().aSecondCaptureIsGivenBack();
    refundOne();
    placedBody =
        "{\"items\":[{\"sku\":\"%s\",\"quantity\":1}],\"address\":{\"name\":\"王芳\",\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}}"
            .formatted(shop.sku());
    JsonNode placed =
        json(send("POST", "/v1/orders", "/v1/orders", me, placedBody, "archived-key"));
    post(
        "/v1/orders/{number}/cancel",
        placed.path("number").asString(),
        "{\"reason\":\"call 13900139000\"}");
    archived.endAll(me);
    numbers = shop.texts("select number::text from ordering.orders order by number desc");
    remember();
    brokenBefore = archived.broken();
    assertThat(archived.retire().orders()).isEqualTo(numbers.size());
  }

  /** A refund with words, of an order whose goods have not left. */
  private static void refundOne() throws Exception {
    archived.refund(shop.aPaidOrder().toString(), me, WORDS);
  }

  private static void remember() throws Exception {
    for (String number : numbers) {
      read("/v1/orders/{number}", "/v1/orders/" + number);
      read("/v1/orders/{number}/timeline", "/v1/orders/" + number + "/timeline?limit=100");
      read("/v1/orders/{number}/tracking", "/v1/orders/" + number + "/tracking");
      JsonNode order = before.get("/v1/orders/{number} /v1/orders/" + number);
      for (JsonNode each : order.path("payments")) {
        read("/v1/payments/{id}", "/v1/payments/" + each.path("id").asString());
      }
      for (JsonNode each : order.path("refunds")) {
        read("/v1/refunds/{id}", "/v1/refunds/" + each.path("id").asString());
      }
      for (JsonNode each : order.path("returns")) {
        read("/v1/returns/{id}", "/v1/returns/" + each.path("id").asString());
      }
    }
    read("/v1/orders", "/v1/orders?limit=100");
    read("/v1/orders", "/v1/orders?limit=100&state=refunded");
    read("/v1/orders", "/v1/orders?limit=100&q=" + shop.sku());
    read("/v1/orders", "/v1/orders?limit=100&q=" + numbers.getFirst());
    read("/v1/me/personal-data", "/v1/me/personal-data?limit=100");
  }

  private static void read(String template, String path) throws Exception {
    HttpResponse<String> answer = send("GET", template, path, me, "");
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    before.put(template + " " + path, json(answer));
  }

  @AfterAll
  static void close() throws Exception {
    archived.close();
  }

  @Test
  @Order(1)
  void everythingReadsAsBefore() throws Exception {
    assertThat(numbers).hasSizeGreaterThan(5);
    assertThat(shop.texts("select number::text from ordering.orders")).isEmpty();
    assertThat(before.toString()).contains(WORDS, "too small", "王芳", "13900139000");
    for (Map.Entry<String, JsonNode> entry : before.entrySet()) {
      String[] words = entry.getKey().split(" ", 2);
      HttpResponse<String> answer = send("GET", words[0], words[1], me, "");
      assertThat(answer.statusCode()).as(words[1]).isEqualTo(200);
      assertThat(json(answer)).as(words[1]).isEqualTo(entry.getValue());
    }
    assertThat(archived.broken()).isEqualTo(brokenBefore);
  }

  @Test
  @Order(2)
  void theListGoesOnPageByPage() throws Exception {
    List<String> seen = new ArrayList<>();
    String path = "/v1/orders?limit=2";
    while (!path.isEmpty()) {
      JsonNode page = json(send("GET", "/v1/orders", path, me, ""));
      page.path("data").forEach(row -> seen.add(row.path("number").asString()));
      String next = page.path("next").stringValue(null);
      path = next == null ? "" : "/v1/orders?limit=2&after=" + next;
    }
    assertThat(seen).isEqualTo(numbers);
  }

  @Test
  @Order(3)
  void itIsTheOwnersOnly() throws Exception {
    String other = shop.customerToken(7);
    for (String number : numbers) {
      assertThat(send("GET", "/v1/orders/{number}", "/v1/orders/" + number, other, "").statusCode())
          .isEqualTo(404);
    }
    assertThat(json(send("GET", "/v1/orders", "/v1/orders", other, "")).path("data")).isEmpty();
    HttpRequest unsigned =
        HttpRequest.newBuilder(
                archived.reports().resolve("/internal/archive/orders/" + numbers.getFirst()))
            .header("Authorization", "Archive 00")
            .build();
    assertThat(archived.client.unchecked(unsigned).statusCode()).isEqualTo(404);
  }

  @Test
  @Order(4)
  void whatHasNotChangedIsNotSentAgain() throws Exception {
    String path = "/v1/orders/" + numbers.getFirst();
    String tag =
        send("GET", "/v1/orders/{number}", path, me, "").headers().firstValue("ETag").orElseThrow();
    HttpRequest again =
        HttpRequest.newBuilder(shop.base().resolve(path))
            .header("Authorization", "Bearer " + me)
            .header("If-None-Match", tag)
            .build();
    assertThat(archived.client.unchecked(again).statusCode()).isEqualTo(304);
  }

  @Test
  @Order(5)
  void nothingChangesItAnyMore() throws Exception {
    String number = numbers.getLast();
    assertThat(post("/v1/orders/{number}/cancel", number, "")).isEqualTo("archived");
    assertThat(post("/v1/orders/{number}/confirm-receipt", number, "")).isEqualTo("archived");
    assertThat(post("/v1/orders/{number}/payments", number, "{\"provider\":\"sandbox\"}", "k"))
        .isEqualTo("archived");
    assertThat(post("/v1/orders/{number}/refunds", number, "{\"reason\":\"x\"}", "k"))
        .isEqualTo("archived");
    assertThat(
            post(
                "/v1/orders/{number}/returns",
                number,
                "{\"items\":[{\"line\":1,\"quantity\":1}],\"reason\":\"x\"}",
                "k"))
        .isEqualTo("archived");
    // Its key still places no second order.
    assertThat(code(send("POST", "/v1/orders", "/v1/orders", me, placedBody, "archived-key")))
        .isEqualTo("archived");
  }

  @Test
  @Order(6)
  void moneyThatComesTooLateWaitsForAPerson() throws Exception {
    String notice = "captured " + numbers.getFirst() + "p1 late-7 1990";
    for (int i = 0; i < 2; i++) {
      assertThat(callback(notice)).isEqualTo("200 success");
    }
    assertThat(callback("captured 7p1 late-8 1990")).as("E6").isEqualTo("404 fail");
    String finance = shop.staffToken("wang", "finance");
    JsonNode waiting =
        json(send("GET", "/v1/admin/late-notices", "/v1/admin/late-notices", finance, ""));
    assertThat(waiting.path("data")).hasSize(1);
    JsonNode one = waiting.path("data").get(0);
    assertThat(one.path("transaction").asString()).isEqualTo("late-7");
    assertThat(one.path("amount").path("amount").asLong()).isEqualTo(1990);
    String resolve = "/v1/admin/late-notices/" + one.path("id").asString() + "/resolve";
    String template = "/v1/admin/late-notices/{id}/resolve";
    assertThat(send("POST", template, resolve, finance, "{\"reference\":\"slip 7\"}").statusCode())
        .isEqualTo(200);
    assertThat(code(send("POST", template, resolve, finance, "{\"reference\":\"slip 8\"}")))
        .isEqualTo("resolved");
    assertThat(
            json(send("GET", "/v1/admin/late-notices", "/v1/admin/late-notices", finance, ""))
                .path("data"))
        .isEmpty();
    assertThat(shop.texts("select subject from staff.act where act = 'late-notice.resolve'"))
        .containsExactly("payment " + numbers.getFirst() + "p1");
  }

  @Test
  @Order(7)
  void withoutTheReportsItIsAwayForAWhile() throws Exception {
    archived.go();
    HttpResponse<String> answer =
        send("GET", "/v1/orders/{number}", "/v1/orders/" + numbers.getFirst(), me, "");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(code(answer)).isEqualTo("archive_unavailable");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    archived.come();
  }

  private static String callback(String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(shop.base().resolve("/v1/callbacks/sandbox"))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = archived.client.unchecked(request);
    return answer.statusCode() + " " + answer.body();
  }

  private static String post(String template, String number, String body, String... key)
      throws Exception {
    return code(send("POST", template, template.replace("{number}", number), me, body, key));
  }

  private static String code(HttpResponse<String> answer) {
    return ArchivedShop.code(answer);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return ArchivedShop.json(answer);
  }

  private static HttpResponse<String> send(
      String method, String template, String path, String token, String body, String... key)
      throws Exception {
    return archived.send(method, template, path, token, body, key);
  }
}
