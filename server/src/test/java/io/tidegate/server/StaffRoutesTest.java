package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Twins;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.GoodsSearch;
import io.tidegate.shop.catalog.PriceRoutes;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.Availability;
import io.tidegate.shop.inventory.GoodsRoutes;
import io.tidegate.shop.inventory.StockDesk;
import io.tidegate.shop.inventory.StockRoutes;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.promotion.PriceBook;
import io.tidegate.shop.promotion.PromotionStore;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Goods, prices, stock and dead letters over HTTP, on the demo goods. */
class StaffRoutesTest {

  private static final String PRODUCTS = "/v1/products";
  private static final String SKU = "/v1/skus/{sku}";
  private static final String PRICE = "/v1/admin/skus/{sku}/price";
  private static final String STOCK = "/v1/admin/skus/{sku}/stock";
  private static final String ADJUST = "/v1/admin/skus/{sku}/stock-adjustments";
  private static final String LETTERS = "/v1/admin/dead-letters";
  private static final AtomicInteger TOLD = new AtomicInteger();

  private static StaffServer server;
  private static Catalog catalog;
  private static List<String> skus;

  @BeforeAll
  static void open() {
    List<Catalog> made = new ArrayList<>();
    Cursors cursors = new Cursors(new byte[16]);
    List<String> warehouses = Warehouses.demo().all().stream().map(Warehouse::id).toList();
    server =
        new StaffServer(database -> {
          assertThat(new DemoGoods(database, warehouses).load(0, _ -> {})).isPositive();
          Catalog goods = new Catalog(new CatalogStore(database));
          goods.refresh();
          made.add(goods);
          StockStore stock = new StockStore(database);
          Availability availability = new Availability(stock, goods::revision);
          return List.of(
              new GoodsRoutes(
                  new PriceBook(goods, new PromotionStore(database)),
                  new GoodsSearch(goods),
                  availability,
                  cursors,
                  InstantSource.system()),
              new PriceRoutes(database, goods, availability::has),
              new StockRoutes(
                  database,
                  stock,
                  new StockDesk(
                      database, new EventLog(database), TOLD::incrementAndGet, warehouses),
                  Twins.standard()),
              new DeadLetterRoutes(database, new DeadLetters(database), cursors));
        });
    catalog = made.getFirst();
    skus = catalog.productsAfter(0).stream().flatMap(goods -> goods.skus().stream()).toList();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @Test
  void theListPagesOverAllGoodsOnceInBothLanguages() {
    List<String> seen = new ArrayList<>();
    String path = "/v1/products?limit=50";
    while (true) {
      HttpResponse<String> page = server.get("", PRODUCTS, path);
      assertThat(page.statusCode()).isEqualTo(200);
      Pattern.compile("\\{\"id\":\"([^\"]+)\"")
          .matcher(page.body())
          .results()
          .forEach(match -> seen.add(match.group(1)));
      String link = page.headers().firstValue("Link").orElse("");
      if (link.isEmpty()) {
        break;
      }
      path = link.substring(1, link.indexOf('>'));
    }
    assertThat(seen).hasSize(catalog.productsAfter(0).size());
    assertThat(new HashSet<>(seen)).hasSameSizeAs(seen);
    Catalog.Goods first = catalog.productsAfter(0).iterator().next();
    String one = "/v1/products/" + first.id();
    assertThat(server.get("", "/v1/products/{id}", one).body()).contains(first.titleZh());
    HttpResponse<String> english =
        server.get("", "/v1/products/{id}", one, "Accept-Language", "en-GB,en;q=0.9,zh;q=0.5");
    assertThat(english.body()).contains(first.titleEn()).doesNotContain(first.titleZh());
    String tag = english.headers().firstValue("ETag").orElseThrow();
    assertThat(
            server
                .get("", "/v1/products/{id}", one, "Accept-Language", "en", "If-None-Match", tag)
                .statusCode())
        .isEqualTo(304);
    assertThat(server.get("", "/v1/products/{id}", "/v1/products/none").statusCode())
        .isEqualTo(404);
  }

  @Test
  void goodsAreFoundByCategoryAndTitle() {
    Catalog.Goods some = catalog.productsAfter(100).iterator().next();
    String word = some.titleEn().substring(0, 5).toUpperCase(java.util.Locale.ROOT);
    String q = java.net.URLEncoder.encode(word, java.nio.charset.StandardCharsets.UTF_8);
    HttpResponse<String> found =
        server.get("", PRODUCTS, "/v1/products?limit=100&category=" + some.category() + "&q=" + q);
    assertThat(found.body()).contains("\"" + some.id() + "\"");
    assertThat(server.get("", PRODUCTS, "/v1/products?category=none").body())
        .isEqualTo("{\"data\":[]}");
    assertThat(server.get("", PRODUCTS, "/v1/products?colour=red").statusCode()).isEqualTo(400);
  }

  @Test
  void aPictureIsDrawn() {
    String id = catalog.productsAfter(0).iterator().next().id();
    String template = "/images/products/{file}";
    HttpResponse<String> picture = server.get("", template, "/images/products/" + id + ".svg");
    assertThat(picture.statusCode()).isEqualTo(200);
    assertThat(picture.body()).startsWith("<svg");
    assertThat(picture.headers().firstValue("Cache-Control")).contains("public, max-age=86400");
    assertThat(server.get("", template, "/images/products/" + id).statusCode()).isEqualTo(404);
    assertThat(server.get("", template, "/images/products/x.svg").statusCode()).isEqualTo(404);
  }

  @Test
  void aPriceIsSetOnceByWhoeverSawItsVersion() throws Exception {
    String sku = skus.get(0);
    String path = "/v1/admin/skus/" + sku + "/price";
    String body = "{\"price\":{\"amount\":%d,\"currency\":\"CNY\"}}";
    String tag = server.get("", SKU, "/v1/skus/" + sku).headers().firstValue("ETag").orElseThrow();
    long revision = catalog.revision();
    assertThat(price("", path, body.formatted(1), "If-Match", tag).statusCode()).isEqualTo(401);
    assertThat(price("7", path, body.formatted(1), "If-Match", tag).statusCode()).isEqualTo(403);
    assertThat(price("staff:finance", path, body.formatted(1), "If-Match", tag).statusCode())
        .isEqualTo(403);
    assertThat(price("staff:admin", path, body.formatted(1)).statusCode()).isEqualTo(428);
    String yen = body.formatted(1).replace("CNY", "JPY");
    assertThat(price("staff:admin", path, yen, "If-Match", tag).statusCode()).isEqualTo(400);
    for (long wrong : new long[] {0, 1_000_000_001, Long.MAX_VALUE}) {
      HttpResponse<String> refused =
          price("staff:admin", path, body.formatted(wrong), "If-Match", tag);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("\"pointer\":\"/price\"");
    }

    Set<Integer> statuses = new HashSet<>();
    for (HttpResponse<String> answer :
        both(
            () -> price("staff:admin", path, body.formatted(777), "If-Match", tag),
            () -> price("staff:marketing", path, body.formatted(778), "If-Match", tag))) {
      statuses.add(answer.statusCode());
    }
    assertThat(statuses).containsExactlyInAnyOrder(200, 412);
    assertThat(catalog.revision()).isEqualTo(revision + 1);
    HttpResponse<String> after = server.get("", SKU, "/v1/skus/" + sku);
    assertThat(after.body()).containsPattern("\"amount\":77[78],");
    assertThat(after.headers().firstValue("ETag").orElseThrow()).startsWith("\"2.");
    assertThat(
            server.number(
                "select count(*) from staff.act where actor = 'eve' and act = 'price.set'"))
        .isEqualTo(1);
    assertThat(
            price("staff:admin", "/v1/admin/skus/NONE/price", body.formatted(1), "If-Match", tag)
                .statusCode())
        .isEqualTo(404);
  }

  private static HttpResponse<String> price(
      String bearer, String path, String body, String... headers) {
    return server.send(bearer, "PUT", PRICE, path, body, headers);
  }

  @Test
  void anAdjustmentIsMadeOnceAndAnsweredAgain() {
    String sku = skus.get(1);
    String before = server.get("staff:support", STOCK, path(sku, "stock")).body();
    int told = TOLD.get();
    String body = "{\"delta\":5,\"reason\":\"found\"}";
    assertThat(adjust("", sku, "k1", body).statusCode()).isEqualTo(401);
    assertThat(adjust("staff:support", sku, "k1", body).statusCode()).isEqualTo(403);
    HttpResponse<String> first = adjust("staff:warehouse", sku, "k1", body);
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(first.body()).isNotEqualTo(before);
    assertThat(adjust("staff:warehouse", sku, "k2", body.replace("5", "-3")).statusCode())
        .isEqualTo(201);
    HttpResponse<String> again = adjust("staff:warehouse", sku, "k1", body);
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(adjust("staff:warehouse", sku, "k1", body.replace("5", "6")).statusCode())
        .isEqualTo(422);
    assertThat(TOLD.get()).isEqualTo(told + 2);
    assertThat(
            server.number(
                "select count(*) from messaging.log where type = 'stock.adjusted.v1' and"
                    + " convert_from(data, 'UTF8') like '%\""
                    + sku
                    + "\"%'"))
        .isEqualTo(2);
    assertThat(server.number("select count(*) from staff.act where subject = 'sku " + sku + "'"))
        .isEqualTo(2);
    stockHolds();
  }

  @Test
  void whatIsNotThereCannotGo() {
    String sku = skus.get(2);
    String tooMany = "{\"delta\":-1000000000,\"reason\":\"lost\"}";
    HttpResponse<String> refused = adjust("staff:admin", sku, "n1", tooMany);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("out_of_stock");
    long available = available(sku);
    String shelf = "{\"delta\":-" + available + ",\"reason\":\"lost\",\"warehouse\":\"%s\"}";
    String warehouse = Warehouses.demo().all().getFirst().id();
    HttpResponse<String> bare = adjust("staff:admin", sku, "n1", shelf.formatted(warehouse));
    assertThat(bare.statusCode()).isEqualTo(409);
    assertThat(bare.body()).contains("not_on_hand");
    assertThat(adjust("staff:admin", sku, "n1", shelf.formatted("moon")).statusCode())
        .isEqualTo(400);
    String zero = "{\"delta\":0,\"reason\":\"x\"}";
    for (String blank : List.of(" ", "\u3000\\t")) {
      HttpResponse<String> nothing =
          adjust("staff:admin", sku, "k-blank", zero.replace("0", "1").replace("x", blank));
      assertThat(nothing.statusCode()).isEqualTo(400);
      assertThat(nothing.body()).contains("\"pointer\":\"/reason\"");
    }
    assertThat(adjust("staff:admin", sku, "n1", zero).statusCode()).isEqualTo(400);
    assertThat(adjust("staff:admin", "NONE", "n1", tooMany).statusCode()).isEqualTo(404);
    // A refusal keeps nothing and frees the key.
    String one = "{\"delta\":1,\"reason\":\"found\"}";
    assertThat(adjust("staff:admin", sku, "n1", one).statusCode()).isEqualTo(201);
    assertThat(available(sku)).isEqualTo(available + 1);
    stockHolds();
  }

  @Test
  void adjustmentsThatRaceAllCountAndTwinsCountOnce() throws Exception {
    String sku = skus.get(3);
    long available = available(sku);
    List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String key = "race" + i / 2;
      calls.add(() -> adjust("staff:admin", sku, key, "{\"delta\":2,\"reason\":\"race\"}"));
    }
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<HttpResponse<String>> answer : pool.invokeAll(calls)) {
        assertThat(answer.get().statusCode()).isEqualTo(201);
      }
    }
    assertThat(available(sku)).isEqualTo(available + 8);
    stockHolds();
  }

  @Test
  void whatIsSoldOutIsNotSellable() {
    String sku = skus.get(4);
    long left = available(sku);
    for (Warehouse warehouse : Warehouses.demo().all()) {
      long here =
          server.number(
              "select coalesce(sum(quantity), 0)::bigint from inventory.on_hand where sku = '"
                  + sku
                  + "' and warehouse = '"
                  + warehouse.id()
                  + "'");
      if (here > 0) {
        String body =
            "{\"delta\":-"
                + here
                + ",\"reason\":\"gone\",\"warehouse\":\""
                + warehouse.id()
                + "\"}";
        assertThat(adjust("staff:admin", sku, "gone" + warehouse.id(), body).statusCode())
            .isEqualTo(201);
        left -= here;
      }
    }
    assertThat(left).isZero();
    org.awaitility.Awaitility.await()
        .untilAsserted(() ->
            assertThat(server.get("", SKU, "/v1/skus/" + sku).body())
                .contains("\"sellable\":false"));
  }

  @Test
  void aDeadLetterIsReplayedOrDiscardedOnce() {
    server.run(
        """
        insert into messaging.dead_letter (consumer, position, type, key, state, tries, next_at, error)
        values ('points', 1, 'order.paid.v1', 72, 'dead', 5, clock_timestamp(), 'Boom: no'),
               ('coupon', 1, 'order.paid.v1', 72, 'dead', 5, clock_timestamp(), 'Boom: no')
        """);
    assertThat(server.get("7", LETTERS, LETTERS).statusCode()).isEqualTo(403);
    HttpResponse<String> list = server.get("staff:admin", LETTERS, LETTERS + "?consumer=points");
    assertThat(list.body()).contains("\"points\"").doesNotContain("\"coupon\"");
    long id = server.number("select id from messaging.dead_letter where consumer = 'points'");
    HttpResponse<String> replayed = letter(id, "replay", "");
    assertThat(replayed.statusCode()).isEqualTo(200);
    assertThat(replayed.body()).contains("\"state\":\"retrying\"", "\"tries\":0");
    assertThat(letter(id, "discard", "{}").statusCode()).isEqualTo(400);
    HttpResponse<String> discarded = letter(id, "discard", "{\"reason\":\"paid by hand\"}");
    assertThat(discarded.body()).contains("\"state\":\"discarded\"");
    assertThat(letter(id, "discard", "{\"reason\":\"again\"}").statusCode()).isEqualTo(409);
    assertThat(letter(id, "replay", "").statusCode()).isEqualTo(409);
    assertThat(letter(999_999, "replay", "").statusCode()).isEqualTo(404);
    assertThat(
            server.number(
                "select count(*) from staff.act where subject = 'dead-letter " + id + "'"))
        .isEqualTo(2);
    assertThat(
            server.number(
                "select count(*) from messaging.dead_letter where closed_by = 'eve'"
                    + " and closed_reason = 'paid by hand'"))
        .isEqualTo(1);
  }

  private static HttpResponse<String> letter(long id, String act, String body) {
    return server.send(
        "staff:admin", "POST", LETTERS + "/{id}/" + act, LETTERS + "/" + id + "/" + act, body);
  }

  private static HttpResponse<String> adjust(String bearer, String sku, String key, String body) {
    return server.send(
        bearer, "POST", ADJUST, path(sku, "stock-adjustments"), body, "Idempotency-Key", key);
  }

  private static String path(String sku, String what) {
    return "/v1/admin/skus/" + sku + "/" + what;
  }

  private static long available(String sku) {
    return server.number("select available from inventory.stock where sku = '" + sku + "'");
  }

  /** S1 is the database's CHECK; S6 while nothing is sold. */
  private static void stockHolds() {
    assertThat(
            server.number(
                """
                select count(*) from inventory.stock s
                where s.available + s.locked <> (select coalesce(sum(h.quantity), 0)
                  from inventory.on_hand h where h.sku = s.sku)
                """))
        .isZero();
  }

  private static List<HttpResponse<String>> both(
      Callable<HttpResponse<String>> one, Callable<HttpResponse<String>> other) throws Exception {
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<HttpResponse<String>> answers = new ArrayList<>();
      for (Future<HttpResponse<String>> answer : pool.invokeAll(List.of(one, other))) {
        answers.add(answer.get());
      }
      return answers;
    }
  }
}
