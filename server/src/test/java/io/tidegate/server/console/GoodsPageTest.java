package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Goods with prices and stock, as staff see and change them. */
class GoodsPageTest extends SignedIn {
  private static final String PATH = "/console/goods";
  private static final Pattern ROW = Pattern.compile("id=\"sku-([^\"]+)\"");
  private static final Pattern NEXT = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"");
  private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");
  private static final List<String> SKUS = ConsoleShop.skus();

  @Test
  void theListPagesOverAllGoodsOnce() {
    Set<String> seen = new HashSet<>();
    String path = PATH;
    while (true) {
      String page = browser.page(path);
      Matcher row = ROW.matcher(page);
      while (row.find()) {
        assertThat(seen.add(row.group(1))).as(row.group(1)).isTrue();
      }
      Matcher next = NEXT.matcher(page);
      if (!next.find()) {
        break;
      }
      path = next.group(1).replace("&amp;", "&");
    }
    assertThat(seen).hasSize((int) shop.number("select count(*) from catalog.sku"));
  }

  @Test
  void goodsAreFoundInBothLanguagesAndByCategory() {
    String sku = SKUS.getFirst();
    String title =
        shop.text(
            "select p.title_en from catalog.product p join catalog.sku s on s.product = p.id"
                + " where s.code = '"
                + sku
                + "'");
    String chinese =
        shop.text(
            "select p.title_zh from catalog.product p join catalog.sku s on s.product = p.id"
                + " where s.code = '"
                + sku
                + "'");
    assertThat(browser.page(PATH + "?q=" + encode(title))).contains("sku-" + sku);
    assertThat(browser.page(PATH + "?q=" + encode(chinese))).contains("sku-" + sku);
    assertThat(browser.page(PATH + "?q=zzzzqqqq")).contains("No goods match");
    assertThat(browser.page(PATH + "?category=phones")).contains("selected>Phones");
    assertThat(browser.get(PATH + "?category=none").statusCode()).isEqualTo(400);
    assertThat(browser.page(PATH + "?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"))
        .doesNotContain("<script>alert");
  }

  @Test
  void aPriceIsSetByWhoeverSawItsVersion() {
    String sku = SKUS.get(1);
    Map<String, String> form = Map.of("price", "1234.50", "version", "1", "back", list(sku));
    assertThat(done(submit(sku, "/price", form), sku, "priced")).contains("¥1,234.50");
    assertThat(done(submit(sku, "/price", with(form, "price", "9")), sku, "stale"))
        .contains("It was changed meanwhile", "¥1,234.50");
    assertThat(shop.number("select price from catalog.sku where code = '" + sku + "'"))
        .isEqualTo(123_450);
    assertThat(acts("price.set", sku)).isEqualTo(1);
    for (String wrong : List.of("0", "1.005", "-1", "abc", "", "10000000.01")) {
      assertThat(
              submit(sku, "/price", with(with(form, "price", wrong), "version", "2")).statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
  }

  @Test
  void thePriceInForceStandsBesideTheListPrice() {
    String sku = SKUS.get(5);
    shop.run("update catalog.sku set price = 10000 where code = ?", sku);
    shop.run("update catalog.revision set revision = revision + 1");
    shop.run("update catalog.sku set revision = (select revision from catalog.revision)");
    assertThat(browser.page(list(sku))).contains("¥100.00").doesNotContain("<s ");
    shop.run("update catalog.revision set revision = revision + 1");
    shop.run(
        "insert into promotion.price_list (title, scope, skus, percent, starts_at, change) values"
            + " ('Sale', 'skus', array[?], 30, now() - interval '1 h',"
            + " nextval('promotion.change'))",
        sku);
    assertThat(browser.page(list(sku))).contains("¥30.00", "<s ", "¥100.00");
  }

  @Test
  void whatIsDelistedIsSoldNoMoreUntilItIsListedAgain() {
    String sku = SKUS.get(2);
    Map<String, String> off = Map.of("active", "false", "version", "1", "back", list(sku));
    assertThat(done(submit(sku, "/listing", off), sku, "delisted")).contains("Delisted");
    assertThat(shop.number("select count(*) from catalog.sku where not active")).isEqualTo(1);
    assertThat(
            done(
                submit(sku, "/listing", with(with(off, "active", "true"), "version", "2")),
                sku,
                "listed"))
        .doesNotContain(">Delisted<");
    assertThat(acts("sku.edit", sku)).isEqualTo(2);
  }

  @Test
  void stockIsCorrectedOnceWithAReason() {
    String sku = SKUS.get(3);
    String available = "select available from inventory.stock where sku = '" + sku + "'";
    long before = shop.number(available);
    Matcher key = KEY.matcher(browser.page(list(sku)));
    assertThat(key.find()).isTrue();
    Map<String, String> form =
        Map.of("delta", "-2", "reason", "broken", "key", key.group(1), "back", list(sku));
    done(submit(sku, "/stock", form), sku, "counted");
    done(submit(sku, "/stock", form), sku, "counted");
    assertThat(shop.number(available)).isEqualTo(before - 2);
    assertThat(acts("stock.adjust", sku)).isEqualTo(1);
    done(submit(sku, "/stock", with(form, "delta", "-3")), sku, "key_reused");
    assertThat(
            done(
                submit(sku, "/stock", with(with(form, "delta", "-100000000"), "key", "another")),
                sku,
                "out_of_stock"))
        .contains("Orders leave fewer available");
    for (Map<String, String> wrong :
        List.of(
            with(form, "delta", "0"),
            with(form, "reason", " "),
            with(form, "warehouse", "moon"),
            with(form, "delta", "1.5"))) {
      assertThat(submit(sku, "/stock", wrong).statusCode()).as(wrong.toString()).isEqualTo(400);
    }
    assertThat(submit("NONE", "/stock", with(form, "key", "k")).statusCode()).isEqualTo(404);
    assertThat(shop.number(available)).isEqualTo(before - 2);
  }

  @Test
  void eachRoleChangesWhatIsItsOwn() {
    String sku = SKUS.get(4);
    Map<String, String> price = Map.of("price", "8", "version", "1");
    Map<String, String> stock = Map.of("delta", "1", "reason", "found", "key", "r");
    try (Browser marketing = shop.staff("mary", "marketing");
        Browser warehouse = shop.staff("will", "warehouse");
        Browser support = shop.staff("sue", "support")) {
      assertThat(support.page(PATH)).contains("sku-").doesNotContain("<details>");
      assertThat(marketing.page(PATH)).contains("Set price").doesNotContain("Adjust stock");
      assertThat(warehouse.page(PATH)).contains("Adjust stock").doesNotContain("Set price");
      assertThat(status(warehouse, sku, "/price", price)).isEqualTo(403);
      assertThat(status(marketing, sku, "/stock", stock)).isEqualTo(403);
      assertThat(status(marketing, sku, "/price", price)).isEqualTo(303);
      assertThat(status(warehouse, sku, "/stock", stock)).isEqualTo(303);
    }
    assertThat(
            submit(sku, "/stock", with(with(stock, "key", "x"), "back", "https://evil.test/?"))
                .headers()
                .firstValue("Location"))
        .hasValue(PATH + "?done=counted");
  }

  private static int status(Browser member, String sku, String what, Map<String, String> fields) {
    return member.submit("/console/goods?q=zzzz", PATH + "/" + sku + what, fields).statusCode();
  }

  /** The list that shows this SKU. */
  private static String list(String sku) {
    return PATH + "?q=" + encode(sku);
  }

  private static HttpResponse<String> submit(String sku, String what, Map<String, String> fields) {
    return browser.submit(PATH, PATH + "/" + sku + what, fields);
  }

  private static String done(HttpResponse<String> answer, String sku, String what) {
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Location")).hasValue(list(sku) + "&done=" + what);
    return browser.page(list(sku) + "&done=" + what);
  }

  private static long acts(String act, String sku) {
    return shop.number(
        "select count(*) from staff.act where act = '" + act + "' and subject = 'sku " + sku + "'");
  }

  private static Map<String, String> with(Map<String, String> fields, String name, String value) {
    Map<String, String> all = new HashMap<>(fields);
    all.put(name, value);
    return all;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
