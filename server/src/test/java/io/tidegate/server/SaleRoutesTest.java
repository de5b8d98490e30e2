package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Twins;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.flashsale.DrawStore;
import io.tidegate.shop.flashsale.GrantCountStore;
import io.tidegate.shop.flashsale.SaleBook;
import io.tidegate.shop.flashsale.SaleDesk;
import io.tidegate.shop.flashsale.SaleRoutes;
import io.tidegate.shop.flashsale.SaleStore;
import io.tidegate.shop.flashsale.SoldOut;
import io.tidegate.shop.flashsale.StaffSaleRoutes;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.promotion.PriceBook;
import io.tidegate.shop.promotion.PromotionStore;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Flash sales over HTTP: staff plan and run them, anybody sees them. */
class SaleRoutesTest {

  private static final String ADMIN = "/v1/admin/flash-sales";
  private static final String OPEN = "/v1/flash-sales";
  private static final AtomicReference<Duration> AHEAD = new AtomicReference<>(Duration.ZERO);
  private static final AtomicLong KEYS = new AtomicLong();

  private static StaffServer server;
  private static String sku;
  private static SaleBook book;

  @BeforeAll
  static void open() {
    Cursors cursors = new Cursors(new byte[16]);
    List<String> warehouses = Warehouses.demo().all().stream().map(Warehouse::id).toList();
    InstantSource clock = () -> Instant.now().plus(AHEAD.get());
    server =
        new StaffServer(database -> {
          assertThat(new DemoGoods(database, warehouses).load(100, _ -> {})).isPositive();
          PriceBook prices =
              new PriceBook(new Catalog(new CatalogStore(database)), new PromotionStore(database));
          prices.refresh();
          SaleStore sales = new SaleStore(database);
          book = new SaleBook(sales);
          PoolStore pools = new PoolStore(database);
          SaleDesk desk =
              new SaleDesk(database, new EventLog(database), () -> {}, prices, book, clock);
          return List.of(
              new SaleRoutes(
                  book, new SoldOut(book, pools)::isGone, prices.catalog(), cursors, clock),
              new StaffSaleRoutes(
                  desk,
                  sales,
                  pools,
                  new DrawStore(database),
                  new GrantCountStore(database),
                  cursors,
                  Twins.standard(),
                  clock));
        });
    sku =
        server
            .database
            .read(
                Sql.of("select sku from inventory.stock where available > 50 order by sku limit 1"),
                row -> row.getString(1))
            .getFirst();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @Test
  void staffRunASaleFromItsPlanToItsStop() {
    String body = body(Duration.ofHours(1), Duration.ofHours(2), 20);
    HttpResponse<String> made = post("marketing", ADMIN, ADMIN, body, "run");
    assertThat(made.statusCode()).isEqualTo(201);
    String path = made.headers().firstValue("Location").orElseThrow();
    HttpResponse<String> again = post("marketing", ADMIN, ADMIN, body, "run");
    assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(again.body()).isEqualTo(made.body());
    String other = body(Duration.ofHours(1), Duration.ofHours(3), 20);
    assertThat(post("marketing", ADMIN, ADMIN, other, "run").statusCode()).isEqualTo(422);

    assertThat(act(path, "warm").body())
        .contains("\"outcome\":\"applied\"", "\"state\":\"warm\"", "\"free\":20");
    assertThat(act(path, "start").body()).contains("\"state\":\"open\"");
    long id = Long.parseLong(path.substring(ADMIN.length() + 1));
    server.run(
        ("insert into flashsale.grant (order_number, sale, pool, sku, user_id, quantity, key_hash,"
                + " state, version) select %1$d, %2$d, pool, sku, 1, 2, 0, 'released', 2 from"
                + " flashsale.item where sale = %2$d union all select %1$d + 1, %2$d, pool, sku, 1, 1,"
                + " 0, 'paid', 2 from flashsale.item where sale = %2$d")
            .formatted(id * 10, id));
    await()
        .until(() ->
            server
                .get("staff:admin", ADMIN + "/{id}", path)
                .body()
                .contains("\"granted\":3,\"paid\":1,\"released\":2,\"refunded\":0"));
    String more = "{\"sku\":\"" + sku + "\",\"quantity\":3}";
    String stock = ADMIN + "/{id}/stock";
    assertThat(post("admin", stock, path + "/stock", more, "more").body())
        .contains("\"allocation\":23", "\"free\":23");
    HttpResponse<String> repeated = post("admin", stock, path + "/stock", more, "more");
    assertThat(repeated.body()).contains("\"outcome\":\"already_applied\"", "\"free\":23");
    String tooMany = "{\"sku\":\"" + sku + "\",\"quantity\":900000}";
    HttpResponse<String> refused = post("admin", stock, path + "/stock", tooMany, "lots");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("\"code\":\"out_of_stock\"", "\"sku\":\"" + sku + "\"");
    assertThat(act(path, "stop").body()).contains("\"state\":\"stopped\"");
    assertThat(act(path, "stop").body()).contains("\"outcome\":\"already_applied\"");
    HttpResponse<String> late = act(path, "start");
    assertThat(late.statusCode()).isEqualTo(409);
    assertThat(late.body()).contains("\"code\":\"stopped\"");
  }

  @Test
  void whoMayDoWhat() {
    String body = body(Duration.ofHours(1), Duration.ofHours(2), 1);
    for (String role : List.of("support", "finance", "warehouse")) {
      assertThat(post(role, ADMIN, ADMIN, body, role).statusCode()).isEqualTo(403);
      assertThat(server.get("staff:" + role, ADMIN, ADMIN).statusCode()).isEqualTo(200);
    }
    assertThat(server.get("42", ADMIN, ADMIN).statusCode()).isEqualTo(403);
    assertThat(server.send("staff:admin", "POST", ADMIN, ADMIN, body).statusCode())
        .as("without a key")
        .isEqualTo(400);
    assertThat(act(ADMIN + "/999", "warm").statusCode()).isEqualTo(404);
    assertThat(server.get("", OPEN + "/{id}", OPEN + "/999").statusCode()).isEqualTo(404);
    assertThat(server.get("", OPEN + "/{id}", OPEN + "/0x1").statusCode()).isEqualTo(404);
  }

  @Test
  void anybodySeesStateAndTimeAndNeverWhatIsLeft() {
    String id = planned(body(Duration.ofHours(1), Duration.ofHours(2), 7));
    String path = OPEN + "/" + id;
    HttpResponse<String> planned = server.get("", OPEN + "/{id}", path);
    assertThat(planned.body())
        .contains("\"state\":\"planned\"", "\"perUser\":2", "\"serverTime\":")
        .doesNotContain("allocation", "free", ":7");
    assertThat(planned.headers().firstValue("Cache-Control")).hasValue("public, max-age=1");
    String tag = planned.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> same = server.get("", OPEN + "/{id}", path, "If-None-Match", tag);
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(act(ADMIN + "/" + id, "start").statusCode()).isEqualTo(200);
    HttpResponse<String> open = server.get("", OPEN + "/{id}", path, "If-None-Match", tag);
    assertThat(open.body()).contains("\"state\":\"open\"");
    String openTag = open.headers().firstValue("ETag").orElseThrow();

    server.run(
        "update inventory.pool set free = 0 where id = (select pool from flashsale.item where sale = "
            + id
            + ")");
    await()
        .until(() ->
            server
                .get("", OPEN + "/{id}", path, "If-None-Match", openTag)
                .body()
                .contains("\"state\":\"sold_out\""));
    AHEAD.set(Duration.ofHours(2));
    try {
      assertThat(server.get("", OPEN + "/{id}", path).body()).contains("\"state\":\"ended\"");
    } finally {
      AHEAD.set(Duration.ZERO);
    }
  }

  @Test
  void salesAreListedNewestFirstInPages() {
    String first = planned(body(Duration.ofHours(1), Duration.ofHours(2), 1));
    String second = planned(body(Duration.ofHours(1), Duration.ofHours(2), 1));
    for (String list : List.of(OPEN, ADMIN)) {
      HttpResponse<String> page = server.get("staff:admin", list, list + "?limit=1");
      assertThat(page.body()).contains("\"id\":\"" + second + "\"").doesNotContain("\"" + first);
      Matcher next = Pattern.compile("\"next\":\"([^\"]+)\"").matcher(page.body());
      assertThat(next.find()).isTrue();
      HttpResponse<String> rest =
          server.get("staff:admin", list, list + "?limit=1&after=" + next.group(1));
      assertThat(rest.body()).contains("\"id\":\"" + first + "\"");
    }
    HttpResponse<String> list = server.get("", OPEN, OPEN);
    String tag = list.headers().firstValue("ETag").orElseThrow();
    assertThat(server.get("", OPEN, OPEN, "If-None-Match", tag).statusCode()).isEqualTo(304);
    planned(body(Duration.ofHours(1), Duration.ofHours(2), 1));
    assertThat(server.get("", OPEN, OPEN, "If-None-Match", tag).statusCode()).isEqualTo(200);
  }

  private static String planned(String body) {
    String key = "plan-" + KEYS.incrementAndGet();
    HttpResponse<String> made = post("admin", ADMIN, ADMIN, body, key);
    assertThat(made.statusCode()).isEqualTo(201);
    return made.headers().firstValue("Location").orElseThrow().substring(ADMIN.length() + 1);
  }

  private static HttpResponse<String> act(String path, String what) {
    return server.send("staff:admin", "POST", ADMIN + "/{id}/" + what, path + "/" + what, "");
  }

  private static HttpResponse<String> post(
      String role, String template, String path, String body, String key) {
    return server.send("staff:" + role, "POST", template, path, body, "Idempotency-Key", key);
  }

  private static String body(Duration start, Duration end, int allocation) {
    Instant now = Instant.now();
    return """
    {"title":"Midnight","startsAt":"%s","endsAt":"%s","payWindowMinutes":5,"items":[
      {"sku":"%s","price":{"amount":990,"currency":"CNY"},"allocation":%d,"perUser":2}]}
    """
        .formatted(now.plus(start), now.plus(end), sku, allocation);
  }
}
