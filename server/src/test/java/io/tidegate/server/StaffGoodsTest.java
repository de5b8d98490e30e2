package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.Cursors;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.GoodsSearch;
import io.tidegate.shop.catalog.StaffGoodsRoutes;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.Availability;
import io.tidegate.shop.inventory.GoodsRoutes;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.promotion.PriceBook;
import io.tidegate.shop.promotion.PromotionRoutes;
import io.tidegate.shop.promotion.PromotionStore;
import io.tidegate.shop.promotion.TermsDesk;
import io.tidegate.shop.staff.AuditLogRoutes;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Staff edit goods, price lists and promotions over HTTP; all of it is in the audit log. */
class StaffGoodsTest {

  private static final String PRODUCTS = "/v1/admin/products";
  private static final String SKUS = "/v1/admin/skus";
  private static final String LISTS = "/v1/admin/price-lists";
  private static final String PROMOTIONS = "/v1/admin/promotions";
  private static final String LOG = "/v1/admin/audit-log";
  private static final String SHOWN = "/v1/skus/{sku}";
  private static final String OPEN = "/v1/products";
  private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.now());

  private static StaffServer server;
  private static PriceBook other;

  @BeforeAll
  static void open() {
    Cursors cursors = new Cursors(new byte[16]);
    List<String> warehouses = Warehouses.demo().all().stream().map(Warehouse::id).toList();
    InstantSource clock = NOW::get;
    server =
        new StaffServer(database -> {
          assertThat(new DemoGoods(database, warehouses).load(100, _ -> {})).isPositive();
          PriceBook prices = book(database);
          other = book(database);
          GoodsSearch search = new GoodsSearch(prices.catalog());
          return List.of(
              new GoodsRoutes(
                  prices,
                  search,
                  new Availability(new StockStore(database), prices.catalog()::revision),
                  cursors,
                  clock),
              new StaffGoodsRoutes(
                  database,
                  prices.catalog(),
                  search,
                  (tx, codes) -> StockStore.open(tx, codes, new long[codes.length]),
                  cursors),
              new PromotionRoutes(
                  TermsDesk.ofPriceLists(database, new PromotionStore(database), prices),
                  TermsDesk.ofPromotions(database, new PromotionStore(database), prices),
                  cursors,
                  clock),
              new AuditLogRoutes(database, cursors));
        });
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static PriceBook book(io.tidegate.platform.db.Database database) {
    PriceBook prices =
        new PriceBook(new Catalog(new CatalogStore(database)), new PromotionStore(database));
    prices.refresh();
    return prices;
  }

  @Test
  void aProductIsMadeEditedAndTakenFromTheShop() {
    String body =
        """
        {"id":"lamp-1","category":"home","titleZh":"月光灯","titleEn":"Moonlight lamp",
         "skus":[{"sku":"LAMP-1-S","titleZh":"小","titleEn":"small","weightGrams":300,
                  "price":{"amount":9900,"currency":"CNY"}}]}
        """;
    assertThat(post("", PRODUCTS, body).statusCode()).isEqualTo(401);
    assertThat(post("staff:warehouse", PRODUCTS, body).statusCode()).isEqualTo(403);
    HttpResponse<String> made = post("staff:admin", PRODUCTS, body);
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.headers().firstValue("Location")).contains(PRODUCTS + "/lamp-1");
    assertThat(post("staff:admin", PRODUCTS, body).statusCode()).isEqualTo(201);
    HttpResponse<String> twin = post("staff:admin", PRODUCTS, body.replace("月光", "日光"));
    assertThat(twin.statusCode()).isEqualTo(409);
    assertThat(twin.body()).contains("already_exists");
    assertThat(server.get("", SHOWN, "/v1/skus/LAMP-1-S").body())
        .contains("\"title\":\"月光灯 小\"", "\"amount\":9900", "\"sellable\":false");
    assertThat(server.number("select total from inventory.stock where sku = 'LAMP-1-S'")).isZero();
    assertThat(found("月光")).contains("lamp-1");

    String tag = made.headers().firstValue("ETag").orElseThrow();
    String edit = "{\"category\":\"office\",\"titleZh\":\"星光灯\",\"titleEn\":\"Starlight lamp\"}";
    HttpResponse<String> edited = put(PRODUCTS, "/{id}", "/lamp-1", edit, "If-Match", tag);
    assertThat(edited.statusCode()).isEqualTo(200);
    assertThat(edited.body()).contains("\"version\":2", "\"active\":true");
    assertThat(put(PRODUCTS, "/{id}", "/lamp-1", edit, "If-Match", tag).statusCode())
        .isEqualTo(412);
    assertThat(put(PRODUCTS, "/{id}", "/lamp-1", edit).body()).contains("\"version\":2");
    assertThat(server.get("", SHOWN, "/v1/skus/LAMP-1-S").body()).contains("星光灯 小");
    assertThat(found("月光")).doesNotContain("lamp-1");
    assertThat(found("starl")).contains("lamp-1");

    for (String wrong : List.of("\\u0000", "a\\tb", "a\\u0085", "a\\u2028b", "\\u2029", " ")) {
      assertThat(put(PRODUCTS, "/{id}", "/lamp-1", edit.replace("星光灯", wrong)).body())
          .as(wrong)
          .contains("\"status\":400", "\"pointer\":\"/titleZh\"");
    }

    String gone = edit.replace("{", "{\"active\":false,");
    assertThat(put(PRODUCTS, "/{id}", "/lamp-1", gone).statusCode()).isEqualTo(200);
    assertThat(found("starl")).doesNotContain("lamp-1");
    other.refresh();
    assertThat(other.offer("LAMP-1-S", NOW.get()).active()).isFalse();
    assertThat(staffFound("q=starl")).contains("lamp-1");
    assertThat(staffFound("q=starl&active=true")).doesNotContain("lamp-1");
    assertThat(staffFound("active=false&limit=100")).contains("lamp-1");
    assertThat(acts("product lamp-1")).isEqualTo(3);
    assertThat(put(PRODUCTS, "/{id}", "/none", edit).statusCode()).isEqualTo(404);
  }

  @Test
  void aSkuIsMadeAndEdited() {
    product("cup-1");
    String body =
        """
        {"sku":"CUP-1","product":"cup-1","weightGrams":100,"price":{"amount":500,"currency":"CNY"}}
        """;
    HttpResponse<String> made = post("staff:marketing", SKUS, body);
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(post("staff:marketing", SKUS, body.replace("cup-1", "none")).statusCode())
        .isEqualTo(409);
    assertThat(
            post("staff:admin", SKUS, body.replace("cup-1", "none").replace("CUP-1", "CUP-9"))
                .statusCode())
        .isEqualTo(400);
    String tag = made.headers().firstValue("ETag").orElseThrow();
    String edit =
        "{\"weightGrams\":120,\"active\":false,\"price\":{\"amount\":450,\"currency\":\"%s\"}}";
    assertThat(put(SKUS, "/{sku}", "/CUP-1", edit.formatted("JPY")).statusCode()).isEqualTo(400);
    HttpResponse<String> edited =
        put(SKUS, "/{sku}", "/CUP-1", edit.formatted("CNY"), "If-Match", tag);
    assertThat(edited.body())
        .contains("\"version\":2", "\"weightGrams\":120", "\"active\":false", "\"amount\":450");
    assertThat(put(SKUS, "/{sku}", "/CUP-1", edit.formatted("CNY"), "If-Match", tag).statusCode())
        .isEqualTo(412);
    assertThat(put(SKUS, "/{sku}", "/NONE", edit.formatted("CNY")).statusCode()).isEqualTo(404);
    String broken = edit.formatted("CNY").replace("{\"weight", "{\"titleEn\":\"a\\nb\",\"weight");
    assertThat(put(SKUS, "/{sku}", "/CUP-1", broken).body())
        .contains("\"status\":400", "\"pointer\":\"/titleEn\"");
    String free = edit.formatted("CNY").replace("450", "0");
    assertThat(put(SKUS, "/{sku}", "/CUP-1", free).statusCode()).isEqualTo(400);
    assertThat(acts("sku CUP-1")).isEqualTo(2);
  }

  @Test
  void ofEditorsThatSawTheSameOneWins() throws Exception {
    HttpResponse<String> made = product("race-1");
    String tag = made.headers().firstValue("ETag").orElseThrow();
    List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String edit = "{\"category\":\"home\",\"titleZh\":\"第" + i + "\",\"titleEn\":\"x\"}";
      calls.add(() -> put(PRODUCTS, "/{id}", "/race-1", edit, "If-Match", tag));
    }
    List<Integer> statuses = new ArrayList<>();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<HttpResponse<String>> answer : pool.invokeAll(calls)) {
        statuses.add(answer.get().statusCode());
      }
    }
    assertThat(statuses).containsOnlyOnce(200);
    assertThat(new HashSet<>(statuses)).containsExactlyInAnyOrder(200, 412);
    assertThat(server.number("select version from catalog.product where id = 'race-1'"))
        .isEqualTo(2);
  }

  @Test
  void aListChangesThePriceWhenItsTimeComes() {
    sku("bulb-1", "BULB-1", 1_000);
    Instant start = NOW.get().plusSeconds(60);
    String body =
        "{\"title\":\"全场3折\",\"scope\":{\"sku\":\"BULB-1\"},\"percent\":30,\"startsAt\":\"%s\",\"endsAt\":\"%s\"}"
            .formatted(start, start.plusSeconds(60));
    assertThat(post("staff:support", LISTS, body).statusCode()).isEqualTo(403);
    HttpResponse<String> made = post("staff:marketing", LISTS, body);
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.body()).contains("\"state\":\"planned\"");
    String before = server.get("", SHOWN, "/v1/skus/BULB-1").headers().firstValue("ETag").get();
    assertThat(server.get("", SHOWN, "/v1/skus/BULB-1").body())
        .contains("\"amount\":1000")
        .doesNotContain("listPrice");
    NOW.set(start);
    HttpResponse<String> now = server.get("", SHOWN, "/v1/skus/BULB-1", "If-None-Match", before);
    assertThat(now.body())
        .contains("\"price\":{\"amount\":300,", "\"listPrice\":{\"amount\":1000,");
    assertThat(server.get("", "/v1/products/{id}", "/v1/products/bulb-1").body())
        .contains("\"price\":{\"amount\":300,");
    assertThat(server.get("", OPEN, "/v1/products?q=bulb-1").body()).contains("\"amount\":300");
    NOW.set(start.plusSeconds(60));
    assertThat(server.get("", SHOWN, "/v1/skus/BULB-1").body()).contains("\"amount\":1000");
  }

  @Test
  void aListIsEditedAndWithdrawnAndBothAreOnRecord() {
    sku("bulb-2", "BULB-2", 1_000);
    String body =
        "{\"title\":\"x\",\"prices\":[{\"sku\":\"BULB-2\",\"price\":{\"amount\":%d,\"currency\":\"CNY\"}}],\"startsAt\":\"2026-01-01T08:00:00+08:00\"}";
    HttpResponse<String> made = post("staff:admin", LISTS, body.formatted(800));
    assertThat(made.body())
        .contains("\"state\":\"in_force\"", "\"startsAt\":\"2026-01-01T00:00:00.000Z\"");
    for (long wrong : new long[] {0, 1_000_000_001, Long.MAX_VALUE}) {
      assertThat(post("staff:admin", LISTS, body.formatted(wrong)).body())
          .contains("\"pointer\":\"/prices/0/price\"");
    }
    String path = made.headers().firstValue("Location").orElseThrow().substring(LISTS.length());
    String tag = made.headers().firstValue("ETag").orElseThrow();
    assertThat(server.get("", SHOWN, "/v1/skus/BULB-2").body()).contains("\"amount\":800");
    HttpResponse<String> edited = put(LISTS, "/{id}", path, body.formatted(700), "If-Match", tag);
    assertThat(edited.body()).contains("\"version\":2");
    assertThat(put(LISTS, "/{id}", path, body.formatted(600), "If-Match", tag).statusCode())
        .isEqualTo(412);
    assertThat(put(LISTS, "/{id}", path, body.formatted(700)).body()).contains("\"version\":2");
    other.refresh();
    assertThat(other.offer("BULB-2", NOW.get()).price().amount()).isEqualTo(700);
    assertThat(delete(LISTS, path, "If-Match", tag).statusCode()).isEqualTo(412);
    assertThat(delete(LISTS, path).statusCode()).isEqualTo(204);
    assertThat(delete(LISTS, path).statusCode()).isEqualTo(204);
    assertThat(put(LISTS, "/{id}", path, body.formatted(700)).statusCode()).isEqualTo(409);
    assertThat(server.get("staff:finance", LISTS + "/{id}", LISTS + path).body())
        .contains("\"state\":\"withdrawn\"");
    assertThat(server.get("", SHOWN, "/v1/skus/BULB-2").body()).contains("\"amount\":1000");
    assertThat(acts("price-list " + path.substring(1))).isEqualTo(3);
    assertThat(post("staff:admin", LISTS, body.formatted(1_001)).statusCode()).isEqualTo(201);
    assertThat(server.get("", SHOWN, "/v1/skus/BULB-2").body()).contains("\"amount\":1000");
    assertThat(server.get("staff:admin", LISTS, LISTS + "?limit=1").body()).contains("\"next\"");
  }

  @Test
  void promotionsOfEveryKindAreTakenAndNonsenseIsRefused() {
    String rest = ",\"startsAt\":\"2099-01-01T00:00:00Z\"}";
    String spend =
        "{\"title\":\"满减\",\"scope\":{\"shop\":true},\"kind\":\"spend_and_save\",\"repeats\":true,"
            + "\"tiers\":[{\"spend\":{\"amount\":30000,\"currency\":\"CNY\"},\"save\":{\"amount\":5000,\"currency\":\"CNY\"}}]"
            + rest;
    HttpResponse<String> made = post("staff:marketing", PROMOTIONS, spend);
    assertThat(made.statusCode()).isEqualTo(201);
    String percent =
        "{\"title\":\"x\",\"scope\":{\"category\":\"books\"},\"kind\":\"percent_off\",\"percent\":10"
            + rest;
    assertThat(post("staff:admin", PROMOTIONS, percent).statusCode()).isEqualTo(201);
    String amount =
        "{\"title\":\"x\",\"scope\":{\"shop\":true},\"kind\":\"amount_off\",\"amount\":{\"amount\":1,\"currency\":\"CNY\"}"
            + rest;
    assertThat(post("staff:admin", PROMOTIONS, amount).statusCode()).isEqualTo(201);
    String path =
        made.headers().firstValue("Location").orElseThrow().substring(PROMOTIONS.length());
    assertThat(put(PROMOTIONS, "/{id}", path, percent).body()).contains("\"percent_off\"");
    assertThat(delete(PROMOTIONS, path).statusCode()).isEqualTo(204);
    assertThat(acts("promotion " + path.substring(1))).isEqualTo(3);
    for (String bad :
        List.of(
            percent.replace("books", "none"),
            percent.replace("\"x\"", "\"  \""),
            percent.replace("10", "100"),
            percent.replace("\"percent\":10", "\"repeats\":true"),
            percent.replace("{\"category\":\"books\"}", "{}"),
            percent.replace("{\"category\":\"books\"}", "{\"shop\":true,\"sku\":\"A\"}"),
            percent.replace("{\"category\":\"books\"}", "{\"skus\":[\"NONE\"]}"),
            percent.replace("2099-01-01T00:00:00Z", "tomorrow"),
            percent.replace(
                "2099-01-01T00:00:00Z", "2099-01-01T00:00:00Z\",\"endsAt\":\"2098-01-01T00:00:00Z"),
            amount.replace("\"amount\":1", "\"amount\":0"),
            spend.replace("5000", "30001"),
            spend.replace("\"tiers\"", "\"tears\""),
            spend.replace(
                "\"save\":{\"amount\":5000,\"currency\":\"CNY\"}",
                "\"save\":{\"amount\":5000,\"currency\":\"JPY\"}"))) {
      assertThat(post("staff:admin", PROMOTIONS, bad).statusCode()).as(bad).isEqualTo(400);
    }
  }

  @Test
  void theAuditLogPagesAndFilters() {
    product("log-1");
    product("log-2");
    sku("log-3", "LOG-3", 10);
    assertThat(server.get("staff:support", LOG, LOG).statusCode()).isEqualTo(403);
    List<String> ids = new ArrayList<>();
    String path = LOG + "?limit=2&kind=product.add&actor=eve";
    while (!path.isEmpty()) {
      HttpResponse<String> page = server.get("staff:admin", LOG, path);
      Pattern.compile("\\{\"id\":\"(\\d+)\"")
          .matcher(page.body())
          .results()
          .forEach(match -> ids.add(match.group(1)));
      assertThat(page.body()).doesNotContain("sku.add");
      String link = page.headers().firstValue("Link").orElse("<>");
      path = link.substring(1, link.indexOf('>'));
    }
    assertThat(ids)
        .hasSameSizeAs(new HashSet<>(ids))
        .hasSize((int) server.number("select count(*) from staff.act where act = 'product.add'"));
    assertThat(server.get("staff:admin", LOG, LOG + "?actor=nobody").body())
        .isEqualTo("{\"data\":[]}");
    assertThat(server.get("staff:admin", LOG, LOG + "?kind=sku.add").body())
        .contains("\"subject\":\"sku LOG-3\"", "\"detail\":{");
  }

  @Test
  void hostileQueriesAreAnswered() {
    for (String text :
        List.of("*", "a:b", "((", "\"", "\\", "\uD83D\uDE00", "%", "x".repeat(100))) {
      String q = URLEncoder.encode(text, StandardCharsets.UTF_8);
      assertThat(server.get("", OPEN, "/v1/products?q=" + q).statusCode()).isEqualTo(200);
      assertThat(server.get("staff:admin", PRODUCTS, PRODUCTS + "?q=" + q).statusCode())
          .isEqualTo(200);
    }
    String longer = "x".repeat(101);
    assertThat(server.get("", OPEN, "/v1/products?q=" + longer).statusCode()).isEqualTo(400);
    assertThat(server.get("", OPEN, "/v1/products?q=%FF").statusCode()).isEqualTo(400);
  }

  private static HttpResponse<String> product(String id) {
    return post(
        "staff:admin",
        PRODUCTS,
        "{\"id\":\""
            + id
            + "\",\"category\":\"home\",\"titleZh\":\""
            + id
            + "\",\"titleEn\":\"x\"}");
  }

  private static void sku(String product, String code, long price) {
    product(product);
    String body =
        "{\"sku\":\"%s\",\"product\":\"%s\",\"weightGrams\":1,\"price\":{\"amount\":%d,\"currency\":\"CNY\"}}";
    assertThat(post("staff:admin", SKUS, body.formatted(code, product, price)).statusCode())
        .isEqualTo(201);
  }

  private static String found(String text) {
    return server
        .get("", OPEN, "/v1/products?q=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
        .body();
  }

  private static String staffFound(String query) {
    return server.get("staff:warehouse", PRODUCTS, PRODUCTS + "?" + query).body();
  }

  private static long acts(String subject) {
    return server.number("select count(*) from staff.act where subject = '" + subject + "'");
  }

  private static HttpResponse<String> post(String bearer, String path, String body) {
    return server.send(bearer, "POST", path, path, body);
  }

  private static HttpResponse<String> put(
      String base, String rest, String path, String body, String... headers) {
    return server.send("staff:admin", "PUT", base + rest, base + path, body, headers);
  }

  private static HttpResponse<String> delete(String base, String path, String... headers) {
    return server.send("staff:admin", "DELETE", base + "/{id}", base + path, "", headers);
  }
}
