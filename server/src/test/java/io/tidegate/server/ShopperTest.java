package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.testing.OpenApiContract;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.privacy.ErasureService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Cart, freight and personal data over HTTP, in the whole program; every answer is held against the
 * OpenAPI document.
 */
class ShopperTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String SKU = "TG-PHN-001-BK-256";
  private static final String ADDRESS =
      "{\"name\":\"王芳\",\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"文三路 1\"}";
  private static final String MINE = "/v1/me/personal-data";
  private static final String ERASE = "/v1/admin/customers/{user}/erase";
  private static final String FREIGHT = "/v1/admin/freight-templates";

  private static final AtomicInteger ENTRIES = new AtomicInteger();

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
  void aCartIsFilledChangedAndEmptied() throws Exception {
    String me = customer(101);
    String item = "/v1/cart/items/{sku}";
    JsonNode cart = json(send("PUT", item, "/v1/cart/items/" + SKU, me, "{\"quantity\":2}"));
    long price = cart.path("items").get(0).path("price").path("amount").asLong();
    assertThat(cart.path("total").path("amount").asLong()).isEqualTo(2 * price).isPositive();
    assertThat(json(send("GET", "/v1/cart", "/v1/cart", me, ""))).isEqualTo(cart);
    JsonNode none =
        json(send("PUT", "/v1/cart/selection", "/v1/cart/selection", me, "{\"selected\":false}"));
    assertThat(none.path("total").path("amount").asLong()).isZero();
    String merge = "{\"items\":[{\"sku\":\"" + SKU + "\",\"quantity\":3}]}";
    for (int time = 0; time < 2; time++) {
      HttpResponse<String> merged =
          send("POST", "/v1/cart/merge", "/v1/cart/merge", me, merge, "Idempotency-Key", "m");
      assertThat(json(merged).path("items").get(0).path("quantity").asInt()).isEqualTo(5);
    }
    assertThat(send("PUT", item, "/v1/cart/items/NONE", me, "{\"quantity\":2}").statusCode())
        .isEqualTo(409);
    assertThat(send("DELETE", item, "/v1/cart/items/" + SKU, me, "").statusCode()).isEqualTo(204);
    assertThat(send("DELETE", "/v1/cart", "/v1/cart", me, "").statusCode()).isEqualTo(204);
    assertThat(send("GET", "/v1/cart", "/v1/cart", staff("admin"), "").statusCode()).isEqualTo(403);
  }

  @Test
  void aFreightTemplateIsEditedByWhoeverSawItsVersion() throws Exception {
    String one = FREIGHT + "/{courier}";
    JsonNode list = json(send("GET", FREIGHT, FREIGHT, staff("support"), ""));
    assertThat(list.path("data").valueStream().map(each -> each.path("id").asString()))
        .startsWith("standard", "express");
    HttpResponse<String> read = send("GET", one, FREIGHT + "/express", staff("admin"), "");
    String tag = read.headers().firstValue("ETag").orElseThrow();
    String body =
        """
        {"position":3,"nameZh":"特快","nameEn":"Fast","active":true,"rules":[
         {"firstGrams":1000,"firstFee":{"amount":900,"currency":"CNY"},"stepGrams":500,
          "stepFee":{"amount":100,"currency":"CNY"},"daysMin":1,"daysMax":2},
         {"region":"54","firstGrams":1000,"firstFee":{"amount":2900,"currency":"CNY"},
          "stepGrams":500,"stepFee":{"amount":900,"currency":"CNY"},
          "freeAbove":{"amount":99900,"currency":"CNY"},"daysMin":4,"daysMax":6}]}
        """;
    assertThat(put("express", body, customer(1), "If-Match", tag)).isEqualTo(403);
    assertThat(put("express", body, staff("support"), "If-Match", tag)).isEqualTo(403);
    assertThat(put("express", body, staff("admin"), "If-None-Match", "*")).isEqualTo(412);
    assertThat(put("express", body, staff("admin"), "If-Match", tag)).isEqualTo(200);
    assertThat(put("express", body, staff("admin"), "If-Match", tag)).isEqualTo(412);
    HttpResponse<String> now = send("GET", one, FREIGHT + "/express", staff("admin"), "");
    assertThat(now.headers().firstValue("ETag")).hasValue("\"2.0\"");
    assertThat(json(now).path("rules").get(1).path("freeAbove").path("amount").asInt())
        .isEqualTo(99900);
    assertThat(put("bike", body, staff("warehouse"), "If-Match", "*")).isEqualTo(412);
    assertThat(put("bike", body, staff("warehouse"), "If-None-Match", "*")).isEqualTo(201);
    assertThat(put("cart", body, staff("warehouse"))).isEqualTo(201);
    assertThat(put("cart", body, staff("warehouse"))).isEqualTo(200);
    assertThat(put("cart", body.replace("Fast", "Slow"), staff("warehouse"))).isEqualTo(200);
    assertThat(put("cart", body, staff("warehouse"), "If-Match", "\"1.0\"")).isEqualTo(412);
    assertThat(put("cart", body.replace("Fast", " "), staff("warehouse"))).isEqualTo(400);
    assertThat(number("select count(*) from staff.act where act = 'freight.set'")).isEqualTo(4);
  }

  @Test
  void everyFaultOfATemplateIsTold() throws Exception {
    String body =
        """
        {"position":1000,"nameZh":"","nameEn":"Fast","active":true,"rules":[
         {"region":"5","firstGrams":0,"firstFee":{"amount":1000001,"currency":"CNY"},
          "stepGrams":99,"stepFee":{"amount":100,"currency":"JPY"},"daysMin":3,"daysMax":2},
         {"region":"5","firstGrams":1,"firstFee":{"amount":1,"currency":"CNY"},
          "stepGrams":100,"stepFee":{"amount":1,"currency":"CNY"},"daysMin":1,"daysMax":2}]}
        """;
    HttpResponse<String> refused =
        send(
            "PUT",
            FREIGHT + "/{courier}",
            FREIGHT + "/bad",
            staff("admin"),
            body,
            "If-None-Match",
            "*");
    assertThat(refused.statusCode()).isEqualTo(400);
    Set<String> pointers = new HashSet<>();
    json(refused).path("errors").forEach(error -> pointers.add(error.path("pointer").asString()));
    assertThat(pointers)
        .contains(
            "/position",
            "/nameZh",
            "/rules",
            "/rules/0/region",
            "/rules/0/firstGrams",
            "/rules/0/firstFee",
            "/rules/0/stepGrams",
            "/rules/0/daysMax",
            "/rules/1/region");
    assertThat(put("BAD!", body, staff("admin"), "If-None-Match", "*")).isEqualTo(404);
  }

  @Test
  void aPersonSeesAndErasesWhatIsKept() throws Exception {
    String me = customer(202);
    send("POST", "/v1/addresses", "/v1/addresses", me, ADDRESS);
    send("PUT", "/v1/cart/items/{sku}", "/v1/cart/items/" + SKU, me, "{\"quantity\":1}");
    String ended = place(me, "e1");
    String open = place(me, "e2");
    String another = place(customer(203), "e3");
    send("POST", "/v1/orders/{number}/cancel", "/v1/orders/" + ended + "/cancel", me, "{}");
    database.write(
        "invoice",
        tx -> {
          tx.write(
              Sql.of("update customer.consignee set invoice = ? where order_number = ?"),
              "[1,\"company\",\"某某公司\",\"91350100M000100Y43\"]",
              Long.parseLong(ended));
          return true;
        });

    JsonNode kept = json(send("GET", MINE, MINE + "?limit=1", me, ""));
    assertThat(kept.path("user").asString()).isEqualTo("202");
    assertThat(kept.path("addresses").get(0).path("phone").asString()).isEqualTo("13800138000");
    assertThat(kept.path("data").get(0).path("order").asString()).isEqualTo(open);
    JsonNode older =
        json(send("GET", MINE, MINE + "?limit=1&after=" + kept.path("next").asString(), me, ""));
    assertThat(older.path("data").get(0).path("order").asString()).isEqualTo(ended);
    assertThat(older.path("data").get(0).path("invoice").path("title").asString())
        .isEqualTo("某某公司");
    assertThat(older.path("data").get(0).path("consignee").path("line").asString())
        .isEqualTo("文三路 1");

    JsonNode erased = json(send("DELETE", MINE, MINE, me, ""));
    assertThat(erased.path("addresses").asInt()).isEqualTo(1);
    assertThat(erased.path("orders").asInt()).isEqualTo(1);
    assertThat(erased.path("kept").get(0).path("order").asString()).isEqualTo(open);
    assertThat(erased.path("kept").get(0).path("state").asString()).isEqualTo("awaiting_payment");
    assertThat(people(ended)).isZero();
    assertThat(people(open)).isEqualTo(1);
    assertThat(people(another)).isEqualTo(1);
    JsonNode order = json(send("GET", "/v1/orders/{number}", "/v1/orders/" + ended, me, ""));
    assertThat(order.has("address")).isFalse();
    assertThat(json(send("GET", "/v1/cart", "/v1/cart", me, "")).path("items")).isEmpty();
    // Its receipt is told again, without the person.
    HttpResponse<String> replay = post(me, "e1");
    assertThat(replay.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(replay.body()).contains(ended).doesNotContain("王芳", "13800138000", "文三路");

    // What is kept goes when its order ends.
    assertThat(erasures().finish()).isZero();
    send("POST", "/v1/orders/{number}/cancel", "/v1/orders/" + open + "/cancel", me, "{}");
    assertThat(erasures().finish()).isEqualTo(1);
    assertThat(people(open)).isZero();
    assertThat(number("select count(*) from privacy.kept_order")).isZero();
    JsonNode again = json(send("DELETE", MINE, MINE, me, ""));
    assertThat(again.path("orders").asInt()).isZero();
    assertThat(again.path("keptCount").asInt()).isZero();
  }

  @Test
  void anEntryOfADrawIsShownAndWithdrawnUnlessItIsDrawn() throws Exception {
    long sale = draw();
    long drawn = draw();
    String number = enter(sale, 404);
    String other = enter(sale, 405);
    String placed = enter(drawn, 404);
    run(
        "update flashsale.draw d set drawn_at = now(), seed = s.secret, entries_hash = s.secret,"
            + " settled_at = now() from flashsale.sale s where s.id = d.sale and s.id = "
            + drawn); // settled: no worker touches it
    String me = customer(404);
    JsonNode kept = json(send("GET", MINE, MINE, me, "")).path("entries");
    assertThat(kept).hasSize(2);
    assertThat(kept.get(1).path("sale").asString()).isEqualTo(Long.toString(sale));
    assertThat(kept.get(1).path("state").asString()).isEqualTo("entered");
    assertThat(kept.get(1).path("quantity").asInt()).isEqualTo(2);
    assertThat(kept.get(1).path("consignee").path("line").asString()).isEqualTo("文三路 1");

    JsonNode erased = json(send("DELETE", MINE, MINE, me, ""));
    assertThat(erased.path("entries").asInt()).isEqualTo(1);
    assertThat(erased.path("entriesDrawn").asInt()).isEqualTo(1);
    assertThat(people(number)).isZero();
    assertThat(number("select count(*) from flashsale.entry where number = " + number)).isZero();
    assertThat(number("select entries from flashsale.draw where sale = " + sale)).isEqualTo(1);
    assertThat(people(other)).isEqualTo(1);

    // What is drawn may become an order, which needs its consignee.
    erasures().finish();
    assertThat(people(placed)).isEqualTo(1);
    run("update flashsale.entry set state = 'won' where number = " + placed);
    kept = json(send("GET", MINE, MINE, me, "")).path("entries");
    assertThat(kept).hasSize(1);
    assertThat(kept.get(0).path("order").asString()).isEqualTo(placed);
    assertThat(kept.get(0).has("consignee")).isFalse();
    erasures().finish(); // there is no such order: it is gone, and needs nobody
    assertThat(people(placed)).isZero();
    assertThat(number("select count(*) from privacy.kept_order where order_number = " + placed))
        .isZero();
  }

  private static long draw() {
    run(
        "with s as (insert into flashsale.sale (version, title, mode, stage, currency, starts_at,"
            + " ends_at, draw_at, secret, commitment, pay_window_seconds, challenge_bits, told)"
            + " values (1, 't', 'draw', 'planned', 'CNY', now() + interval '1 hour', now() +"
            + " interval '3 hours', now() + interval '2 hours', sha256('a'),"
            + " sha256(sha256('a')), 900, 0, '') returning id), i as (insert into flashsale.item"
            + " (sale, position, sku, title, price, per_user, allocation) select id, 1, '"
            + SKU
            + "', 't', 100, 2, 3 from s) insert into flashsale.draw (sale) select id from s");
    return number("select max(sale) from flashsale.draw");
  }

  private static String enter(long sale, long user) {
    String number =
        OrderNumber.of(System.currentTimeMillis(), user, 15, ENTRIES.getAndIncrement()).toString();
    run(
        "insert into flashsale.entry (number, sale, sku, user_id, quantity, ticket, traceparent)"
            + " values (%s, %d, '%s', %d, 2, sha256('%s'), '')"
                .formatted(number, sale, SKU, user, number));
    run("update flashsale.draw set entries = entries + 1 where sale = " + sale);
    run(
        "insert into customer.consignee (order_number, name, phone, region, line) values"
            + " (%s, '王芳', '13800138000', '330106', '文三路 1')".formatted(number));
    return number;
  }

  private static void run(String sql) {
    database.write(
        "test",
        tx -> {
          tx.write(Sql.of(sql));
          return true;
        });
  }

  @Test
  void staffEraseACustomerOnRecord() throws Exception {
    String me = customer(303);
    send("POST", "/v1/addresses", "/v1/addresses", me, ADDRESS);
    String path = "/v1/admin/customers/303/erase";
    assertThat(send("POST", ERASE, path, me, "").statusCode()).isEqualTo(403);
    assertThat(send("POST", ERASE, path, staff("marketing"), "").statusCode()).isEqualTo(403);
    JsonNode erased = json(send("POST", ERASE, path, staff("support"), ""));
    assertThat(erased.path("addresses").asInt()).isEqualTo(1);
    assertThat(
            number(
                "select count(*) from staff.act where act = 'customer.erase' and actor = 'eve'"
                    + " and subject = 'customer 303' and detail = '{\"addresses\": 1}'"))
        .isEqualTo(1);
    assertThat(send("POST", ERASE, path.replace("303", "x"), staff("admin"), "").statusCode())
        .isEqualTo(404);
  }

  private static ErasureService erasures() {
    return program.services().erasures();
  }

  private static String place(String token, String key) throws Exception {
    HttpResponse<String> placed = post(token, key);
    assertThat(placed.statusCode()).isEqualTo(201);
    return json(placed).path("number").asString();
  }

  private static HttpResponse<String> post(String token, String key) throws Exception {
    String body =
        "{\"items\":[{\"sku\":\"" + SKU + "\",\"quantity\":1}],\"address\":" + ADDRESS + "}";
    return send("POST", "/v1/orders", "/v1/orders", token, body, "Idempotency-Key", key);
  }

  private static long people(String order) {
    return number("select count(*) from customer.consignee where order_number = " + order);
  }

  private static int put(String courier, String body, String token, String... headers)
      throws Exception {
    return send("PUT", FREIGHT + "/{courier}", FREIGHT + "/" + courier, token, body, headers)
        .statusCode();
  }

  private static String customer(long user) {
    return tokens.issue(
        Long.toString(user), Caller.Kind.CUSTOMER, Set.of(), Set.of(), Duration.ofHours(1));
  }

  private static String staff(String role) {
    return tokens.issue("eve", Caller.Kind.STAFF, Set.of(role), Set.of(), Duration.ofHours(1));
  }

  private static long number(String sql) {
    return database.read(Sql.of(sql), row -> row.getLong(1)).getFirst();
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JSON.readTree(response.body());
  }

  private static HttpResponse<String> send(
      String method, String template, String path, String token, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + program.apiPort() + path))
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    assertThat(contract.violations(method, template, response)).isEmpty();
    return response;
  }
}
