package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.http.SharedSecret;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.testing.TestLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What systems outside feed, signed, in the whole program; each answer as the document says. */
class PartsTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String STOCK = "/v1/parts/stock/given";
  private static final String GOODS = "/v1/parts/catalog/products";
  private static final String REPORTS = "/v1/parts/warehouse/reports";
  private static final String STOCK_SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  private static final String GOODS_SECRET = "whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=";
  private static final String SKU = "TG-PHN-001-BK-256";

  @TempDir private static Path data;
  private static TestProgram running;

  @BeforeAll
  static void start() throws Exception {
    running =
        TestProgram.start(
            data,
            List.of("stock.feed.secret=" + STOCK_SECRET, "catalog.feed.secret=" + GOODS_SECRET));
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  @Test
  void whatIsGivenIsSoldAndLateAndDoubleWordsChangeNothing() throws Exception {
    long before = available(SKU);
    assertThat(given(row(SKU, "sha", 3, 100))).containsExactly("applied");
    assertThat(available(SKU)).isEqualTo(before + 100);
    assertThat(given(row(SKU, "sha", 3, 100))).containsExactly("already_applied"); // twice
    assertThat(given(row(SKU, "sha", 2, 70))).containsExactly("already_applied"); // late
    assertThat(available(SKU)).isEqualTo(before + 100);
    // 4 was lost; 5 makes it up. What comes here leaves there, at once.
    assertThat(given(row(SKU, "sha", 5, 60), row(SKU, "can", 1, 40)))
        .containsExactly("applied", "applied");
    assertThat(available(SKU)).isEqualTo(before + 100);
    assertThat(given(row(SKU, "sha", 6, 60))).containsExactly("applied"); // nothing new
    assertThat(given(row(SKU, "sha", 7, 0), row(SKU, "can", 2, 0)))
        .containsExactly("applied", "applied");
    assertThat(available(SKU)).isEqualTo(before);
    assertThat(events("stock.adjusted.v1")).contains("\"actor\":\"stock-feed\"", "\"delta\":100");
  }

  @Test
  void whatOrdersHoldIsNotTakenBackAndARefusedWordMayComeAgain() throws Exception {
    assertThat(product("feed-scarce", 1, "\"active\":true", sku("FEED-SCARCE", 500)).outcome())
        .isEqualTo("applied");
    assertThat(given(row("FEED-SCARCE", "sha", 1, 3))).containsExactly("applied");
    place("FEED-SCARCE", 2);
    assertThat(given(row("FEED-SCARCE", "sha", 2, 1))).containsExactly("refused out_of_stock");
    assertThat(available("FEED-SCARCE")).isEqualTo(1);
    assertThat(given(row("FEED-SCARCE", "sha", 2, 2))).containsExactly("applied");
    assertThat(available("FEED-SCARCE")).isZero();
    assertThat(given(row("NO-SUCH-SKU", "sha", 1, 1), row("FEED-SCARCE", "sha", 3, 4)))
        .containsExactly("refused no_such_sku", "applied");
    assertThat(available("FEED-SCARCE")).isEqualTo(2);
  }

  @Test
  void aTransferIsTakenWholeOrNotAtAll() throws Exception {
    assertThat(product("feed-carried", 1, "\"active\":true", sku("FEED-CARRIED", 500)).outcome())
        .isEqualTo("applied");
    assertThat(given(row("FEED-CARRIED", "sha", 1, 5))).containsExactly("applied");
    // More leaves one shelf than was ever there: what arrives on the other is not there either.
    place("FEED-CARRIED", 4);
    assertThat(given(row("FEED-CARRIED", "can", 1, 2), row("FEED-CARRIED", "sha", 2, 0)))
        .containsExactly("refused out_of_stock", "refused out_of_stock");
    assertThat(available("FEED-CARRIED")).isEqualTo(1);
    // Nothing of it is on record, and the other SKUs of a body don't mind.
    assertThat(
            given(
                row("FEED-CARRIED", "can", 1, 2),
                row("FEED-CARRIED", "moon", 1, 2),
                row(SKU, "she", 1, 0)))
        .startsWith("refused invalid", "refused invalid")
        .last()
        .isNotEqualTo("refused invalid");
    assertThat(available("FEED-CARRIED")).isEqualTo(1);
    assertThat(given(row("FEED-CARRIED", "can", 1, 2), row("FEED-CARRIED", "sha", 2, 3)))
        .containsExactly("applied", "applied");
    assertThat(available("FEED-CARRIED")).isEqualTo(1);
  }

  @Test
  void oneBadProductSpoilsNoOtherAndWhatIsLeftOutStays() throws Exception {
    String good =
        "{\"id\":\"feed-good\",\"version\":1,\"category\":\"home\",\"titleZh\":\"灯\",\"titleEn\":\"Lamp\",\"skus\":["
            + "{\"sku\":\"FEED-GOOD\",\"titleZh\":\"红\",\"titleEn\":\"Red\",\"active\":false,\"price\":{\"amount\":5,\"currency\":\"CNY\"},\"weightGrams\":1}]}";
    String bad = good.replace("feed-good", "feed-bad").replace("home", "moon");
    String body = "{\"type\":\"catalog.products\",\"products\":[" + bad + "," + good + "]}";
    JsonNode results = JSON.readTree(post(GOODS, GOODS_SECRET, body).body()).path("results");
    assertThat(results.path(0).path("why").asString()).isEqualTo("invalid");
    assertThat(results.path(0).path("errors").path(0).path("pointer").asString())
        .isEqualTo("/products/0/category");
    assertThat(results.path(1).path("outcome").asString()).isEqualTo("applied");
    assertThat(product("feed-good", 2, "\"active\":true", sku("FEED-GOOD", 6)).outcome())
        .isEqualTo("applied");
    assertThat(
            running
                .database()
                .read(
                    Sql.of(
                        "select title_zh || ' ' || title_en || ' ' || active from catalog.sku where"
                            + " code = 'FEED-GOOD'"),
                    row -> row.getString(1)))
        .containsExactly("红 Red false");
  }

  @Test
  void aProductIsTakenWholeAndByItsVersion() throws Exception {
    assertThat(product("feed-lamp", 5, "\"active\":true", sku("FEED-LAMP-A", 1_990)).outcome())
        .isEqualTo("applied");
    assertThat(price("FEED-LAMP-A")).isEqualTo(1_990);
    assertThat(given(row("FEED-LAMP-A", "sha", 1, 9))).containsExactly("applied");
    assertThat(product("feed-lamp", 5, "\"active\":true", sku("FEED-LAMP-A", 1)).outcome())
        .isEqualTo("already_applied");
    assertThat(product("feed-lamp", 4, "\"active\":true", sku("FEED-LAMP-A", 1)).outcome())
        .isEqualTo("already_applied");
    assertThat(price("FEED-LAMP-A")).isEqualTo(1_990);
    // A SKU of another product is refused, and with it all of this version.
    Result refused =
        product("feed-lamp", 6, "\"active\":true", sku("FEED-LAMP-A", 2_490), sku(SKU, 1));
    assertThat(refused).isEqualTo(new Result("refused", "other_product"));
    assertThat(price("FEED-LAMP-A")).isEqualTo(1_990);
    assertThat(product("feed-lamp", 6, "\"active\":true", sku("FEED-LAMP-A", 2_490)).outcome())
        .isEqualTo("applied");
    assertThat(price("FEED-LAMP-A")).isEqualTo(2_490);
    await()
        .atMost(TestLimits.PATIENCE)
        .until(() -> get("/v1/skus/FEED-LAMP-A").body().contains("\"sellable\":true"));
    assertThat(product("feed-lamp", 7, "\"active\":false").outcome()).isEqualTo("applied");
    assertThat(get("/v1/skus/FEED-LAMP-A").body()).contains("\"sellable\":false");
  }

  @Test
  void aSequenceThatWasWrongIsLetGoByAPersonWhoSawIt() throws Exception {
    assertThat(product("feed-again", 1, "\"active\":true", sku("FEED-AGAIN", 500)).outcome())
        .isEqualTo("applied");
    assertThat(given(row("FEED-AGAIN", "sha", Long.MAX_VALUE, 5), row("FEED-AGAIN", "can", 3, 2)))
        .containsExactly("applied", "applied");
    assertThat(given(row("FEED-AGAIN", "sha", 7, 9))).containsExactly("already_applied");
    String path = "/v1/admin/skus/FEED-AGAIN/fed";
    String template = "/v1/admin/skus/{sku}/fed";
    assertThat(read(template, path).body())
        .contains(
            "\"sequence\":" + Long.MAX_VALUE, "\"warehouse\":\"can\",\"sequence\":3,\"pieces\":2");

    String again = template + "/begin-again";
    String wrong = "{\"warehouse\":\"sha\",\"sequence\":6}";
    HttpResponse<String> changed = act(again, path + "/begin-again", wrong);
    assertThat(changed.statusCode()).isEqualTo(409);
    assertThat(changed.body()).contains("\"changed\"", "\"sequence\":" + Long.MAX_VALUE);
    String seen = wrong.replace(":6", ":" + Long.MAX_VALUE);
    assertThat(act(again, path + "/begin-again", seen).body()).contains("\"applied\"");
    assertThat(act(again, path + "/begin-again", seen).body()).contains("already_applied");
    assertThat(acts("stock-feed.begin-again", "sku FEED-AGAIN")).isEqualTo(1);
    assertThat(available("FEED-AGAIN")).as("nothing moved").isEqualTo(7);

    // The total stands, so the next word says what it always did; from then on it rises again.
    assertThat(given(row("FEED-AGAIN", "sha", 7, 9))).containsExactly("applied");
    assertThat(available("FEED-AGAIN")).isEqualTo(11);
    assertThat(given(row("FEED-AGAIN", "sha", 7, 50))).containsExactly("already_applied");
    assertThat(act(again, path + "/begin-again", seen).statusCode()).isEqualTo(409);
    String unknown = "{\"warehouse\":\"she\",\"sequence\":6}";
    assertThat(act(again, path + "/begin-again", unknown).statusCode()).isEqualTo(404);
    assertThat(act(again, path + "/begin-again", "{}").statusCode()).isEqualTo(400);
  }

  @Test
  void aVersionThatWasWrongIsLetGoByAPersonWhoSawItAndRefusalsAreCounted() throws Exception {
    String lamp = "feed-version";
    assertThat(product(lamp, 999, "\"active\":true", sku("FEED-VERSION", 500)).outcome())
        .isEqualTo("applied");
    assertThat(product(lamp, 2, "\"active\":true", sku("FEED-VERSION", 600)).outcome())
        .isEqualTo("already_applied");
    String path = "/v1/admin/products/" + lamp + "/fed";
    String template = "/v1/admin/products/{id}/fed";
    assertThat(read(template, path).body()).contains("\"version\":999");
    String again = template + "/begin-again";
    assertThat(act(again, path + "/begin-again", "{\"version\":3}").body())
        .contains("\"changed\"", "\"version\":999");
    assertThat(act(again, path + "/begin-again", "{\"version\":999}").body())
        .contains("\"applied\"");
    assertThat(act(again, path + "/begin-again", "{\"version\":999}").body())
        .contains("already_applied");
    assertThat(acts("catalog-feed.begin-again", "product " + lamp)).isEqualTo(1);
    assertThat(price("FEED-VERSION")).isEqualTo(500);
    assertThat(product(lamp, 2, "\"active\":true", sku("FEED-VERSION", 600)).outcome())
        .isEqualTo("applied");
    assertThat(price("FEED-VERSION")).isEqualTo(600);
    assertThat(read(template, "/v1/admin/products/nobodys/fed").statusCode()).isEqualTo(404);

    assertThat(product(lamp, 3, "\"active\":true", sku(SKU, 1)))
        .isEqualTo(new Result("refused", "other_product"));
    assertThat(get("/metrics").body())
        .contains("tidegate_catalog_feed_refused_total{why=\"other_product\"}");
  }

  /** The lists of what others did not do, as the API has them. */
  @Test
  void stuckParcelsAndMessagesAreListedAndTriedAgain() throws Exception {
    long number = place("TG-PHN-001-WH-256", 1);
    run(
        "insert into fulfilment.task (order_number, state, version, region, shipments, created_at)"
            + " values (?, 'open', 1, '330106', 1, clock_timestamp())",
        number);
    run(
        "insert into fulfilment.shipment (order_number, seq, warehouse, state, version, items,"
            + " next_step_at, tries, last_error, failing_since, planned_at) values (?, 1, 'sha',"
            + " 'planned', 4, '[{\"line\":1,\"sku\":\"TG-PHN-001-WH-256\",\"quantity\":1}]',"
            + " clock_timestamp() + interval '1 day', 12, 'warehouse: refused',"
            + " clock_timestamp() - interval '1 hour', clock_timestamp())",
        number);
    run(
        "insert into notification.message (order_number, template, user_id, channel, details,"
            + " state, why, tries, created_at, failed_at) values (?, 'order_paid', 42, 'sms', '{}',"
            + " 'failed', 'no_such_phone', 1, clock_timestamp(), clock_timestamp())",
        number);
    String list = "/v1/admin/shipments/stuck";
    JsonNode parcel = JSON.readTree(read(list, list).body()).path("data").path(0);
    assertThat(parcel.path("id").asString()).isEqualTo(number + "S1");
    assertThat(parcel.path("error").asString()).isEqualTo("warehouse: refused");
    String one = "/v1/admin/shipments/" + number + "S1";
    String tryAgain = "/v1/admin/shipments/{id}/try-again";
    String seen = "{\"version\":" + parcel.path("version").asInt() + "}";
    assertThat(act(tryAgain, one + "/try-again", seen).body()).contains("\"outcome\":\"applied\"");
    assertThat(act(tryAgain, one + "/try-again", seen).body()).contains("already_applied");
    assertThat(act("/v1/admin/shipments/{id}/settle", one + "/settle", "").body())
        .contains("not_left");

    String messages = "/v1/admin/notifications/given-up";
    JsonNode message = JSON.readTree(read(messages, messages).body()).path("data").path(0);
    assertThat(message.path("why").asString()).isEqualTo("no_such_phone");
    String again =
        "/v1/admin/orders/"
            + number
            + "/notifications/"
            + message.path("id").asString()
            + "/send-again";
    String template = "/v1/admin/orders/{number}/notifications/{id}/send-again";
    assertThat(act(template, again, "").body()).contains("\"outcome\":\"applied\"");
    assertThat(act(template, again, "").body()).contains("already_applied");
    assertThat(get("/metrics").body())
        .contains("tidegate_parcels_stuck_seconds ", "tidegate_messages_given_up ");
  }

  private static void run(String sql, Object... values) {
    running
        .database()
        .write(
            "test",
            tx -> {
              tx.write(Sql.of(sql), values);
              return true;
            });
  }

  private static long acts(String act, String subject) {
    return running
        .database()
        .read(
            Sql.of("select count(*) from staff.act where act = ? and subject = ?"),
            row -> row.getLong(1),
            act,
            subject)
        .getFirst();
  }

  private static HttpResponse<String> read(String template, String path) throws Exception {
    return checked(
        template, request(path).header("Authorization", "Bearer " + staff()).GET().build());
  }

  private static HttpResponse<String> act(String template, String path, String body)
      throws Exception {
    return checked(
        template,
        request(path)
            .header("Authorization", "Bearer " + staff())
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  @Test
  void everyFieldIsReadAndWhatIsWrongIsTold() throws Exception {
    JsonNode document;
    try (InputStream in = PartsTest.class.getResourceAsStream("/openapi.json")) {
      document = JSON.readTree(in);
    }
    for (RequestFields.Body body : new RequestFields(document).all()) {
      String secret =
          switch (body.template()) {
            case STOCK -> STOCK_SECRET;
            case GOODS -> GOODS_SECRET;
            default -> "";
          };
      if (!secret.isEmpty()) {
        HttpResponse<String> answer = post(body.template(), secret, body.json().toString());
        List<String> unread = new ArrayList<>();
        for (JsonNode error : JSON.readTree(answer.body()).path("errors")) {
          if (error.path("detail").asString().equals("is not known here")) {
            unread.add(error.path("pointer").asString());
          }
        }
        assertThat(unread).as(answer.body()).containsExactly("/" + RequestFields.UNHEARD_OF);
        body.json().remove(RequestFields.UNHEARD_OF);
        HttpResponse<String> inside = post(body.template(), secret, body.json().toString());
        assertThat(inside.statusCode()).as(inside.body()).isEqualTo(200);
        assertThat(inside.body()).contains("invalid").doesNotContain("is not known here");
      }
    }
    String twice =
        "{\"type\":\"stock.given\",\"given\":["
            + row(SKU, "sha", 9, 1)
            + ","
            + row(SKU, "sha", 10, 2)
            + "]}";
    assertThat(post(STOCK, STOCK_SECRET, twice).body()).contains("is there twice");
    String many = (row(SKU, "sha", 9, 1) + ",").repeat(201);
    String tooMany =
        "{\"type\":\"stock.given\",\"given\":[" + many.substring(0, many.length() - 1) + "]}";
    assertThat(post(STOCK, STOCK_SECRET, tooMany).body()).contains("must have 1 to 200 elements");
  }

  @Test
  void onlyTheSystemOfThatPartComesIn() throws Exception {
    String body = "{\"type\":\"stock.given\",\"given\":[" + row(SKU, "sha", 99, 1_000_000) + "]}";
    long before = available(SKU);
    assertThat(post(STOCK, GOODS_SECRET, body).statusCode()).isEqualTo(401);
    HttpRequest unsigned = request(STOCK).POST(BodyPublishers.ofString(body)).build();
    assertThat(checked(STOCK, unsigned).statusCode()).isEqualTo(401);
    HttpRequest asStaff =
        request(STOCK)
            .header("Authorization", "Bearer " + staff())
            .POST(BodyPublishers.ofString(body))
            .build();
    assertThat(checked(STOCK, asStaff).statusCode()).isEqualTo(401);
    assertThat(available(SKU)).isEqualTo(before);
    // There is no warehouse outside here, so there is no way in for one.
    assertThat(post(REPORTS, STOCK_SECRET, "{}").statusCode()).isEqualTo(404);
  }

  private static String row(String sku, String warehouse, long sequence, long pieces) {
    return "{\"sku\":\"%s\",\"warehouse\":\"%s\",\"sequence\":%d,\"pieces\":%d}"
        .formatted(sku, warehouse, sequence, pieces);
  }

  private static List<String> given(String... rows) throws Exception {
    HttpResponse<String> answer =
        post(
            STOCK,
            STOCK_SECRET,
            "{\"type\":\"stock.given\",\"given\":[" + String.join(",", rows) + "]}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<String> outcomes = new ArrayList<>();
    for (JsonNode result : JSON.readTree(answer.body()).path("results")) {
      outcomes.add(
          (result.path("outcome").asString() + " " + result.path("why").asString("")).strip());
    }
    return outcomes;
  }

  private record Result(String outcome, String why) {}

  private static Result product(String id, long version, String more, String... skus)
      throws Exception {
    String body =
        "{\"type\":\"catalog.products\",\"products\":[{\"id\":\"%s\",\"version\":%d,\"category\":\"home\",\"titleZh\":\"灯\",\"titleEn\":\"Lamp\",%s,\"skus\":[%s]}]}"
            .formatted(id, version, more, String.join(",", skus));
    HttpResponse<String> answer = post(GOODS, GOODS_SECRET, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode result = JSON.readTree(answer.body()).path("results").path(0);
    return new Result(result.path("outcome").asString(), result.path("why").asString(""));
  }

  private static String sku(String code, long price) {
    return "{\"sku\":\"%s\",\"price\":{\"amount\":%d,\"currency\":\"CNY\"},\"weightGrams\":100}"
        .formatted(code, price);
  }

  private static long available(String sku) throws Exception {
    HttpResponse<String> answer = get("/v1/admin/skus/" + sku + "/stock");
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("available").asLong();
  }

  private static long price(String sku) throws Exception {
    return JSON.readTree(get("/v1/skus/" + sku).body()).path("price").path("amount").asLong();
  }

  private static String events(String type) {
    return String.join(
        "\n",
        running
            .database()
            .read(
                Sql.of("select convert_from(data, 'UTF8') from messaging.log where type = ?"),
                row -> row.getString(1),
                type));
  }

  private static long place(String sku, int quantity) throws Exception {
    String body =
        "{\"items\":[{\"sku\":\"%s\",\"quantity\":%d}],\"address\":{\"name\":\"王芳\",\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}}"
            .formatted(sku, quantity);
    String token =
        running.tokens().issue("42", Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
    HttpRequest request =
        request("/v1/orders")
            .header("Authorization", "Bearer " + token)
            .header("Idempotency-Key", "\"parts-" + sku + "\"")
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> placed = checked("/v1/orders", request);
    assertThat(placed.statusCode()).isEqualTo(201);
    return Long.parseLong(JSON.readTree(placed.body()).path("number").asString());
  }

  private static String staff() {
    return running
        .tokens()
        .issue("eve", Caller.Kind.STAFF, Set.of("admin"), Set.of(), Duration.ofHours(1));
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return running
        .client()
        .send(
            request(path).header("Authorization", "Bearer " + staff()).GET().build(),
            BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String secret, String body)
      throws Exception {
    HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
    SharedSecret.of(secret)
        .sign("parts-1", Instant.now(), body.getBytes(StandardCharsets.UTF_8))
        .forEach(request::header);
    return checked(path, request.build());
  }

  private static HttpResponse<String> checked(String template, HttpRequest request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = running.client().send(request, BodyHandlers.ofString());
    assertThat(running.contract().violations(request.method(), template, answer)).isEmpty();
    return answer;
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + running.wiring().apiPort() + path))
        .header("Content-Type", "application/json");
  }
}
