package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.testing.OpenApiContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Confirming and placing over HTTP, on a shop of its own: every answer fits the document. */
class QuotesTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String SKU = "TG-PHN-001-BK-256";
  private static final String ADDRESS =
      "\"address\":{\"name\":\"王芳\",\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}";
  private static final String ITEMS = "\"items\":[{\"sku\":\"" + SKU + "\",\"quantity\":1}]";
  private static final AtomicInteger keys = new AtomicInteger();

  @TempDir private static Path data;
  private static TestProgram running;
  private static Wiring program;
  private static Database database;
  private static Tokens tokens;
  private static OpenApiContract contract;
  private static HttpClient client;

  @BeforeAll
  static void start() throws Exception {
    running = TestProgram.start(data);
    program = running.wiring();
    database = running.database();
    tokens = running.tokens();
    contract = running.contract();
    client = running.client();
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  @Test
  void whatIsQuotedIsPlaced() throws Exception {
    grant(1, 500, 88);
    JsonNode first = json(quote(1, ITEMS + "," + ADDRESS), 200);
    assertThat(first.path("couriers")).isNotEmpty();
    JsonNode coupon = first.path("coupons").get(0);
    assertThat(coupon.path("usable").asBoolean()).isTrue();
    assertThat(first.path("points").path("balance").asLong()).isEqualTo(500);
    String wishes =
        ",\"coupon\":\"%s\",\"points\":500,\"redPackets\":{\"amount\":88,\"currency\":\"CNY\"},"
                .formatted(coupon.path("id").asString())
            + "\"courier\":\"%s\",".formatted(first.path("couriers").get(0).path("id").asString())
            + "\"invoice\":{\"type\":\"personal\",\"title\":\"王芳\"}";
    JsonNode quoted = json(quote(1, ITEMS + "," + ADDRESS + wishes), 200);
    assertThat(total(first) - total(quoted)).isEqualTo(1_000 + 500 + 88);
    assertThat(quoted.path("discounts")).hasSize(3);

    String body = "\"quote\":\"" + quoted.path("quote").asString() + "\"," + ADDRESS;
    String key = key();
    HttpResponse<String> placed = order(1, key, body);
    JsonNode receipt = json(placed, 201);
    for (String name : List.of("itemsTotal", "discountTotal", "freight", "total", "discounts")) {
      assertThat(receipt.path(name)).as(name).isEqualTo(quoted.path(name));
    }
    assertThat(receipt.path("invoice").path("title").asString()).isEqualTo("王芳");
    assertThat(receipt.path("courier")).isEqualTo(quoted.path("courier"));
    JsonNode read = json(get(1, "/v1/orders/" + receipt.path("number").asString()), 200);
    assertThat(read.path("discounts")).isEqualTo(receipt.path("discounts"));
    assertThat(read.path("invoice")).isEqualTo(receipt.path("invoice"));
    assertThat(order(1, key, body).body()).isEqualTo(placed.body());

    // The same again under another key: the coupon is not there any more.
    JsonNode taken = json(order(1, key(), body), 409);
    assertThat(taken.path("code").asString()).isEqualTo("coupon_unavailable");
    assertThat(taken.path("why").asString()).isEqualTo("held");
    assertThat(taken.path("errors").get(0).path("pointer").asString()).isEqualTo("/quote");
    String named = body + ",\"coupon\":\"" + coupon.path("id").asString() + "\"";
    assertThat(json(order(1, key(), named), 409).path("errors").get(0).path("pointer").asString())
        .isEqualTo("/coupon");
  }

  @Test
  void aQuoteIsItsCustomersAndSaysWhatItSays() throws Exception {
    String quote = json(quote(2, ITEMS + "," + ADDRESS), 200).path("quote").asString();
    String body = "\"quote\":\"" + quote + "\"";
    assertThat(pointers(order(3, key(), body + "," + ADDRESS))).containsExactly("/quote");
    String tampered = "\"quote\":\"" + quote.replace('.', 'x') + "\"," + ADDRESS;
    assertThat(pointers(order(2, key(), tampered))).containsExactly("/quote");
    assertThat(pointers(order(2, key(), body))).containsExactly("/address");
    assertThat(
            pointers(
                order(2, key(), body + "," + ADDRESS.replace("\"line\":\"1\"", "\"line\":\"2\""))))
        .containsExactly("/address");
    assertThat(pointers(order(2, key(), body + "," + ITEMS + "," + ADDRESS)))
        .containsExactly("/items");
    assertThat(
            pointers(order(2, key(), body + ",\"points\":1,\"coupon\":\"7\",\"x\":1," + ADDRESS)))
        .containsExactlyInAnyOrder("/points", "/coupon", "/x");
    assertThat(json(order(2, key(), body + "," + ADDRESS), 201).path("state").asString())
        .isEqualTo("awaiting_payment");
  }

  @Test
  void whatIsAskedTooMuchIsTold() throws Exception {
    grant(4, 10, 50);
    assertThat(pointers(quote(4, ITEMS + ",\"points\":-1," + ADDRESS))).containsExactly("/points");
    assertThat(pointers(quote(4, ITEMS + ",\"points\":999999999," + ADDRESS)))
        .containsExactly("/points");
    assertThat(pointers(order(4, key(), ITEMS + ",\"points\":999999999," + ADDRESS)))
        .containsExactly("/points");
    for (String more :
        List.of("points\":11", "redPackets\":{\"amount\":51,\"currency\":\"CNY\"}")) {
      String body = ITEMS + ",\"" + more + "," + ADDRESS;
      String code = more.startsWith("p") ? "points_unavailable" : "red_packet_unavailable";
      assertThat(json(quote(4, body), 409).path("code").asString()).isEqualTo(code);
      assertThat(json(order(4, key(), body), 409).path("code").asString()).isEqualTo(code);
    }
    assertThat(
            json(quote(4, ITEMS + ",\"coupon\":\"99999\"," + ADDRESS), 409).path("code").asString())
        .isEqualTo("coupon_unavailable");
    assertThat(pointers(quote(4, ITEMS + ",\"courier\":\"nobody\"," + ADDRESS)))
        .containsExactly("/courier");
    assertThat(
            pointers(
                order(
                    4,
                    key(),
                    ITEMS + ",\"expectedTotal\":{\"amount\":1,\"currency\":\"JPY\"}," + ADDRESS)))
        .containsExactly("/expectedTotal/currency");
    assertThat(
            pointers(
                quote(
                    4,
                    ITEMS
                        + ",\"invoice\":{\"type\":\"company\",\"title\":\"x\",\"taxNumber\":\"1\"},"
                        + ADDRESS)))
        .containsExactly("/invoice/taxNumber");
    assertThat(pointers(quote(4, "\"fromCart\":true," + ADDRESS))).containsExactly("/fromCart");
    assertThat(pointers(quote(4, ITEMS))).containsExactly("/address");
  }

  @Test
  void aPriceThatStaffRaisedIsNamed() throws Exception {
    String sku = "TG-PHN-002-BK-256";
    assertThat(
            database.read(
                Sql.of("select code from catalog.sku where code = ?"),
                row -> row.getString(1),
                sku))
        .isNotEmpty();
    String items = "\"items\":[{\"sku\":\"" + sku + "\",\"quantity\":1}]";
    String quote = json(quote(5, items + "," + ADDRESS), 200).path("quote").asString();
    database.write(
        "raise",
        tx -> {
          tx.write(Sql.of("update catalog.revision set revision = revision + 1"));
          tx.write(
              Sql.of(
                  "update catalog.sku set price = price + 1, version = version + 1, revision ="
                      + " (select revision from catalog.revision) where code = ?"),
              sku);
          return true;
        });
    String body = "\"quote\":\"" + quote + "\"," + ADDRESS;
    JsonNode told = json(order(5, key(), body), 409);
    assertThat(told.path("code").asString()).isEqualTo("price_changed");
    assertThat(told.path("current").path("total").path("amount").asLong()).isPositive();
    assertThat(told.path("errors").get(0).path("sku").asString()).isEqualTo(sku);
  }

  @Test
  void aSavedAddressNeedsNotBeSentAgain() throws Exception {
    JsonNode saved =
        json(
            post(
                6,
                "/v1/addresses",
                null,
                ADDRESS.substring("\"address\":{".length(), ADDRESS.length() - 1)),
            201);
    JsonNode quoted = json(quote(6, ITEMS), 200);
    String body = "\"quote\":\"" + quoted.path("quote").asString() + "\"";
    assertThat(json(order(6, key(), body), 201).path("address").path("line").asString())
        .isEqualTo("1");
    assertThat(
            json(
                    order(
                        6, key(), body + ",\"addressId\":\"" + saved.path("id").asString() + "\""),
                    201)
                .path("total"))
        .isEqualTo(quoted.path("total"));
  }

  /** What a key has been answered it is answered again, also when the saved address is gone. */
  @Test
  void aReceiptOutlivesItsAddress() throws Exception {
    String saved = savedAddress(7);
    String byId = ITEMS + ",\"addressId\":\"" + saved + "\"";
    String byQuote = "\"quote\":\"" + json(quote(7, ITEMS), 200).path("quote").asString() + "\"";
    String late = "\"quote\":\"" + json(quote(7, ITEMS), 200).path("quote").asString() + "\"";
    for (String body : List.of(byId, byQuote)) {
      assertThat(order(7, key(), body).statusCode()).isEqualTo(201);
    }
    String first = key();
    String second = key();
    HttpResponse<String> plain = order(7, first, byId);
    HttpResponse<String> quoted = order(7, second, byQuote);
    send("DELETE", "/v1/addresses/{id}", request(7, "/v1/addresses/" + saved).DELETE().build());
    for (int time = 0; time < 2; time++) {
      HttpResponse<String> again = order(7, first, byId);
      assertThat(json(again, 201)).isEqualTo(JSON.readTree(plain.body()));
      assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
      assertThat(json(order(7, second, byQuote), 201)).isEqualTo(JSON.readTree(quoted.body()));
    }
    assertThat(order(7, first, byId.replace("\"quantity\":1", "\"quantity\":2")).statusCode())
        .isEqualTo(422);
    assertThat(pointers(order(7, key(), byId))).containsExactly("/addressId");
    assertAddressChanged(order(7, key(), late));
    assertAddressChanged(order(7, key(), late + ",\"addressId\":\"" + saved + "\""));
    assertThat(pointers(order(7, key(), late + ",\"addressId\":\"999999\"")))
        .containsExactly("/addressId");
  }

  @Test
  void aSavedAddressThatChangedIsNamed() throws Exception {
    String saved = savedAddress(8);
    String body = "\"quote\":\"" + json(quote(8, ITEMS), 200).path("quote").asString() + "\"";
    database.write(
        "move",
        tx -> {
          tx.write(
              Sql.of("update customer.address set line = '2' where id = ?"), Long.parseLong(saved));
          return true;
        });
    assertAddressChanged(order(8, key(), body));
  }

  private static void assertAddressChanged(HttpResponse<String> response) {
    JsonNode told = json(response, 409);
    assertThat(told.path("code").asString()).isEqualTo("quote_expired");
    assertThat(told.path("errors").get(0).path("pointer").asString()).isEqualTo("/quote");
    assertThat(told.path("errors").get(0).path("detail").asString())
        .isEqualTo("its address has changed");
  }

  private static String savedAddress(long user) throws Exception {
    String members = ADDRESS.substring("\"address\":{".length(), ADDRESS.length() - 1);
    return json(post(user, "/v1/addresses", null, members), 201).path("id").asString();
  }

  /** More than there is is refused as placing refuses it; how many there are is not told. */
  @Test
  void moreThanThereIsIsNotQuoted() throws Exception {
    long available =
        database
            .read(
                Sql.of("select available from inventory.stock where sku = ?"),
                row -> row.getLong(1),
                SKU)
            .getFirst();
    assertThat(available).isBetween(2L, 998L);
    String items = ITEMS.replace("\"quantity\":1", "\"quantity\":999");
    JsonNode told = json(quote(9, items + "," + ADDRESS), 409);
    assertThat(told.path("code").asString()).isEqualTo("out_of_stock");
    assertThat(told.path("errors"))
        .isEqualTo(json(order(9, key(), items + "," + ADDRESS), 409).path("errors"));
    assertThat(told.path("errors").get(0).path("detail").asString())
        .isEqualTo("has fewer left than asked for");
    String two = ITEMS.replace("\"quantity\":1", "\"quantity\":2");
    assertThat(quote(9, two + "," + ADDRESS).statusCode()).isEqualTo(200);
  }

  @Test
  void couponsThatCannotBeUsedAreShownWithTheirReason() throws Exception {
    grant(10, 0, 1);
    String id =
        json(quote(10, ITEMS + "," + ADDRESS), 200).path("coupons").get(0).path("id").asString();
    json(order(10, key(), ITEMS + ",\"coupon\":\"" + id + "\"," + ADDRESS), 201);
    database.write(
        "grant",
        tx -> {
          for (long order = 1_001; order <= 1_002; order++) {
            tx.write(
                Sql.of(
                    "insert into marketing.coupon (template, user_id, order_number, state,"
                        + " granted_at, valid_from, valid_to) values ('thank-you-10', 10, ?,"
                        + " 'granted', now(), now() + ? * interval '1 hour', now() + interval '9"
                        + " days')"),
                order,
                order == 1_001 ? 1 : -1);
          }
          return true;
        });
    JsonNode coupons = json(quote(10, ITEMS + "," + ADDRESS), 200).path("coupons");
    assertThat(coupons.valueStream().map(coupon -> coupon.path("why").asString("usable")))
        .containsExactly("usable", "held", "not_yet_valid");
  }

  /** A coupon of 10 off 100, points and a red packet. */
  private static void grant(long user, long points, long fen) {
    database.write(
        "grant",
        tx -> {
          tx.write(
              Sql.of(
                  "insert into marketing.coupon (template, user_id, order_number, state, granted_at,"
                      + " valid_from, valid_to) values ('thank-you-10', ?, ?, 'granted', now(),"
                      + " now() - interval '1 hour', now() + interval '1 day')"),
              user,
              user);
          tx.write(
              Sql.of("insert into points.account (user_id, balance) values (?, ?)"), user, points);
          tx.write(
              Sql.of(
                  "insert into marketing.red_packet (order_number, user_id, amount, currency, at)"
                      + " values (?, ?, ?, 'CNY', now())"),
              user,
              user,
              fen);
          return true;
        });
  }

  private static long total(JsonNode order) {
    return order.path("total").path("amount").asLong();
  }

  private static String key() {
    return "quotes-" + keys.incrementAndGet();
  }

  private static List<String> pointers(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    return JSON.readTree(response.body())
        .path("errors")
        .valueStream()
        .map(error -> error.path("pointer").asString())
        .filter(Predicate.not(String::isEmpty))
        .toList();
  }

  private static JsonNode json(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  private static HttpResponse<String> quote(long user, String members) throws Exception {
    return post(user, "/v1/quotes", null, members);
  }

  private static HttpResponse<String> order(long user, String key, String members)
      throws Exception {
    return post(user, "/v1/orders", key, members);
  }

  private static HttpResponse<String> get(long user, String path) throws Exception {
    return send("GET", "/v1/orders/{number}", request(user, path).GET().build());
  }

  private static HttpResponse<String> post(
      long user, String path, @Nullable String key, String members) throws Exception {
    HttpRequest.Builder request = request(user, path).header("Content-Type", "application/json");
    if (key != null) {
      request.header("Idempotency-Key", '"' + key + '"');
    }
    return send(
        "POST",
        path,
        request.POST(HttpRequest.BodyPublishers.ofString("{" + members + "}")).build());
  }

  private static HttpRequest.Builder request(long user, String path) {
    String token =
        tokens.issue(
            Long.toString(user), Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + program.apiPort() + path))
        .header("Authorization", "Bearer " + token);
  }

  private static HttpResponse<String> send(String method, String template, HttpRequest request)
      throws Exception {
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    assertThat(contract.violations(method, template, response)).isEmpty();
    return response;
  }
}
