package io.tidegate.shop.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.Twins;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.Category;
import io.tidegate.shop.catalog.GoodsRules;
import io.tidegate.shop.catalog.Product;
import io.tidegate.shop.catalog.Sku;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.SkuCode;
import io.tidegate.shop.testing.ShopDatabase;
import io.tidegate.shop.testing.ShopServer;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The cart over HTTP. */
class CartRoutesTest {

  private static final Set<String> SOLD_OUT = ConcurrentHashMap.newKeySet();
  private static ShopDatabase shop;
  private static Catalog catalog;
  private static ShopServer server;

  @BeforeAll
  static void open() {
    shop = new ShopDatabase();
    shop.database()
        .writeOnce(tx -> {
          CatalogStore.add(
              tx,
              List.of(
                  new Product(
                      "P",
                      "手机",
                      "Phone",
                      Category.PHONES,
                      "phone",
                      List.of(
                          sku("A", 1_000),
                          sku("B", 2_000),
                          sku("C", 3_000),
                          sku("D", 4_000),
                          sku("E", 5)))));
          return true;
        });
    shop.run("insert into catalog.sku select 'Y', 'P', '', '', 500, 'JPY', 1, true, 1, 1");
    catalog = new Catalog(new CatalogStore(shop.database()));
    catalog.refresh();
    server =
        new ShopServer(
            new CartRoutes(
                new CartStore(shop.database()),
                catalog::offer,
                catalog::product,
                sku -> !SOLD_OUT.contains(sku),
                Twins.standard()));
  }

  @AfterAll
  static void close() {
    server.close();
    shop.close();
  }

  @Test
  void whatIsPutIsShownAtTodaysPriceAndAddsUp() {
    assertThat(put(1, "A", "{\"quantity\":2}").statusCode()).isEqualTo(200);
    HttpResponse<String> answer = put(1, "B", "{\"quantity\":1,\"selected\":false}");
    assertThat(answer.body())
        .contains(
            "\"sku\":\"A\",\"product\":\"P\",\"title\":\"手机 A\","
                + "\"price\":{\"amount\":1000,\"currency\":\"CNY\"},"
                + "\"total\":{\"amount\":2000,\"currency\":\"CNY\"},\"quantity\":2,\"selected\":true",
            "\"total\":{\"amount\":2000,\"currency\":\"CNY\"}}")
        .doesNotContain("problem", "skipped");
    assertThat(server.get(1, "/v1/cart").body()).isEqualTo(answer.body());
    assertThat(select(1, "{\"selected\":true}").body())
        .endsWith("\"total\":{\"amount\":4000,\"currency\":\"CNY\"}}");
    assertThat(select(1, "{\"selected\":false,\"skus\":[\"A\"]}").body())
        .endsWith("\"total\":{\"amount\":2000,\"currency\":\"CNY\"}}");
    edit("price = 1999", "B");
    assertThat(server.get(1, "/v1/cart").body())
        .endsWith("\"total\":{\"amount\":1999,\"currency\":\"CNY\"}}");
    assertThat(server.send(1, "GET", "/v1/cart", "", "Accept-Language", "en").body())
        .contains("\"title\":\"Phone a\"");
    assertThat(server.get(2, "/v1/cart").body())
        .isEqualTo("{\"items\":[],\"total\":{\"amount\":0,\"currency\":\"CNY\"}}");
  }

  @Test
  void whatCantBeOrderedSaysWhy() {
    for (String sku : List.of("C", "D", "Y")) {
      put(3, sku, "{\"quantity\":1}");
    }
    assertThat(server.get(3, "/v1/cart").body())
        .contains("\"sellable\":false,\"problem\":\"other_currency\"");
    SOLD_OUT.add("Y");
    edit("active = false", "D");
    assertThat(server.get(3, "/v1/cart").body())
        .contains("\"problem\":\"out_of_stock\"", "\"problem\":\"not_sellable\"")
        .endsWith("\"total\":{\"amount\":3000,\"currency\":\"CNY\"}}");
    assertThat(put(4, "D", "{\"quantity\":1}").body()).contains("\"code\":\"not_sellable\"");
    assertThat(put(4, "D", "{\"quantity\":1}").statusCode()).isEqualTo(409);
    assertThat(put(4, "UNKNOWN", "{\"quantity\":1}").statusCode()).isEqualTo(409);
    assertThat(put(3, "D", "{\"quantity\":2,\"selected\":false}").statusCode()).isEqualTo(200);
    SOLD_OUT.clear();
  }

  @Test
  void aMistypedPriceHidesNoCart() {
    put(20, "A", "{\"quantity\":1}");
    put(20, "E", "{\"quantity\":999}");
    for (long price : List.of(Long.MAX_VALUE, GoodsRules.PRICE_MAX + 1)) {
      edit("price = " + price, "E");
      assertThat(server.get(20, "/v1/cart").body())
          .contains(
              "\"price\":{\"amount\":%d,\"currency\":\"CNY\"},\"quantity\":999".formatted(price),
              "\"sellable\":false,\"problem\":\"price_invalid\"")
          .endsWith("\"total\":{\"amount\":1000,\"currency\":\"CNY\"}}");
    }
    edit("price = " + GoodsRules.PRICE_MAX, "E");
    assertThat(server.get(20, "/v1/cart").body())
        .endsWith("\"total\":{\"amount\":999000001000,\"currency\":\"CNY\"}}");
  }

  @Test
  void takingOutIsDoneOnceAndForAll() {
    put(5, "A", "{\"quantity\":1}");
    put(5, "B", "{\"quantity\":1}");
    assertThat(server.send(5, "DELETE", "/v1/cart/items/A", "").statusCode()).isEqualTo(204);
    assertThat(server.send(5, "DELETE", "/v1/cart/items/A", "").statusCode()).isEqualTo(204);
    assertThat(server.get(5, "/v1/cart").body()).contains("\"sku\":\"B\"").doesNotContain("\"A\"");
    assertThat(server.send(5, "DELETE", "/v1/cart", "").statusCode()).isEqualTo(204);
    assertThat(server.get(5, "/v1/cart").body()).startsWith("{\"items\":[],");
  }

  @Test
  void aMergeIsDoneOnceForItsKey() {
    put(6, "A", "{\"quantity\":998}");
    String body =
        "{\"items\":[{\"sku\":\"A\",\"quantity\":5},{\"sku\":\"B\",\"quantity\":2},"
            + "{\"sku\":\"NONE\",\"quantity\":1}]}";
    HttpResponse<String> first = merge(6, "k1", body);
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.body())
        .contains(
            "\"quantity\":999",
            "\"quantity\":2",
            "\"skipped\":[{\"sku\":\"NONE\",\"problem\":\"not_sellable\"}]");
    HttpResponse<String> again = merge(6, "k1", body);
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(merge(6, "k1", body).body()).isEqualTo(first.body());
    HttpResponse<String> other = merge(6, "k1", "{\"items\":[{\"sku\":\"B\",\"quantity\":1}]}");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(merge(6, "k2", body).body()).contains("\"quantity\":4");
    assertThat(merge(7, "k1", body).body()).contains("\"quantity\":5");
    assertThat(server.send(6, "POST", "/v1/cart/merge", body).statusCode()).isEqualTo(400);
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThat(put(8, "A", "{\"quantity\":0}").body()).contains("\"pointer\":\"/quantity\"");
    assertThat(put(8, "A", "{\"quantity\":1000}").statusCode()).isEqualTo(400);
    assertThat(put(8, "A", "{\"quantity\":1,\"price\":1}").statusCode()).isEqualTo(400);
    assertThat(put(8, "a", "{\"quantity\":1}").statusCode()).isEqualTo(404);
    assertThat(select(8, "{}").body()).contains("\"pointer\":\"/selected\"");
    assertThat(
            merge(
                    8,
                    "k",
                    "{\"items\":[{\"sku\":\"A\",\"quantity\":1},{\"sku\":\"A\",\"quantity\":1}]}")
                .body())
        .contains("\"pointer\":\"/items/1/sku\"");
    assertThat(server.get(8, "/v1/cart").body()).startsWith("{\"items\":[],");
  }

  @Test
  void aFullCartSaysSo() {
    Set<String> rows = new HashSet<>();
    for (int i = 0; i < Cart.SKUS_MAX; i++) {
      rows.add("(9, 'S-" + i + "', 1, true, now())");
    }
    shop.run("insert into cart.item values " + String.join(",", rows));
    HttpResponse<String> refused = put(9, "A", "{\"quantity\":1}");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("\"code\":\"cart_full\"");
    assertThat(merge(9, "k", "{\"items\":[{\"sku\":\"A\",\"quantity\":1}]}").body())
        .contains("\"skipped\":[{\"sku\":\"A\",\"problem\":\"cart_full\"}]");
  }

  private static void edit(String change, String sku) {
    shop.run("update catalog.revision set revision = revision + 1");
    shop.run(
        "update catalog.sku set "
            + change
            + ", revision = (select revision from catalog.revision) where code = '"
            + sku
            + "'");
    catalog.refresh();
  }

  private static HttpResponse<String> put(long user, String sku, String body) {
    return server.send(user, "PUT", "/v1/cart/items/" + sku, body);
  }

  private static HttpResponse<String> select(long user, String body) {
    return server.send(user, "PUT", "/v1/cart/selection", body);
  }

  private static HttpResponse<String> merge(long user, String key, String body) {
    return server.send(user, "POST", "/v1/cart/merge", body, "Idempotency-Key", key);
  }

  private static Sku sku(String code, long price) {
    return new Sku(new SkuCode(code), code, code.toLowerCase(Locale.ROOT), Money.cny(price), 1, 1);
  }
}
