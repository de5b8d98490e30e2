package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Price lists and promotions, as staff see, make and end them. */
class PromotionPageTest extends SignedIn {
  private static final String PATH = "/console/promotions";
  private static final String LISTS = PATH + "/price-lists";
  private static final String PROMOTIONS = PATH + "/promotions";
  private static final String PAST = "2020-01-01T00:00";
  private static final String FUTURE = "2090-11-11T08:30";

  private static List<String> skus;

  @BeforeAll
  static void open() {
    skus = ConsoleShop.skus();
  }

  @Test
  void aPriceListOfACategoryIsMadeWithTimesOfTheBusinessZone() {
    Map<String, String> list = list("Half of books", "50");
    list.putAll(Map.of("scope", "category", "category", "books", "startsAt", FUTURE));
    made(LISTS, list);
    String row = row(browser.page(PATH), "Half of books");
    assertThat(row).contains("Planned", "50% of the list price", "2090-11-11 08:30:00");
    assertThat(row).contains("datetime=\"2090-11-11T00:30:00Z\"");
    browser.cookies.put("tidegate_language", "zh");
    assertThat(row(browser.page(PATH), "Half of books")).contains("未开始", "标价的 50%", "图书");
    browser.cookies.put("tidegate_language", "en");
    assertThat(
            shop.text(
                "select category from promotion.price_list"
                    + " where title = 'Half of books' and starts_at = '2090-11-11T00:30:00Z'"))
        .isEqualTo("books");
  }

  @Test
  void aPriceForEachSkuIsInForceAtOnceAndEndsWhenItIsEnded() {
    String sku = skus.getFirst();
    Map<String, String> list = list("One cent", "");
    list.putAll(Map.of("pricing", "prices", "prices", sku + " 0.01\n\n" + skus.get(1) + ", 0.02"));
    // What is typed for another way of pricing is not sent.
    list.putAll(Map.of("scope", "skus", "skus", "nothing"));
    made(LISTS, list);
    String row = row(browser.page(PATH), "One cent");
    assertThat(row).contains("In force", sku + " ¥0.01");
    assertThat(browser.page("/console/goods?q=" + sku)).contains("¥0.01");
    assertThat(end(row)).isEqualTo(PATH + "?done=ended");
    assertThat(row(browser.page(PATH), "One cent"))
        .contains("Ended early")
        .doesNotContain("End it now");
    assertThat(end(row)).as("ended by an older version").isEqualTo(PATH + "?done=ended");
    assertThat(browser.page("/console/goods?q=" + sku)).doesNotContain("¥0.01");
    long id = shop.number("select id from promotion.price_list where title = 'One cent'");
    assertThat(acts("price-list.add", "price-list " + id)).isEqualTo(1);
    assertThat(acts("price-list.withdraw", "price-list " + id)).isEqualTo(1);
  }

  @Test
  void promotionsOfEveryKindAreShownInWords() {
    Map<String, String> percent = promotion("Ten percent", "percent_off");
    percent.putAll(Map.of("percent", "10", "endsAt", "2021-01-01T00:00"));
    made(PROMOTIONS, percent);
    assertThat(row(browser.page(PATH), "Ten percent")).contains("10% off", "whole shop", ">Ended<");
    Map<String, String> amount = promotion("Five off", "amount_off");
    amount.putAll(Map.of("amount", "5", "scope", "skus", "skus", String.join("\n", skus)));
    made(PROMOTIONS, amount);
    assertThat(row(browser.page(PATH), "Five off"))
        .contains("¥5.00 off each piece", "and " + (skus.size() - 3) + " more", "In force");
    Map<String, String> tiers = promotion("Spend more", "spend_and_save");
    tiers.putAll(Map.of("tiers", "299 40\n599  99.50", "repeats", "1"));
    made(PROMOTIONS, tiers);
    String row = row(browser.page(PATH), "Spend more");
    assertThat(row)
        .contains("from ¥299.00: ¥40.00 off; from ¥599.00: ¥99.50 off each time", "In force");
    assertThat(end(row)).isEqualTo(PATH + "?done=ended");
    long id = shop.number("select id from promotion.promotion where title = 'Spend more'");
    assertThat(acts("promotion.add", "promotion " + id)).isEqualTo(1);
    assertThat(acts("promotion.withdraw", "promotion " + id)).isEqualTo(1);
  }

  @Test
  void whatIsWrongStandsBesideItsFieldAndNothingTypedIsLost() {
    Map<String, String> list = list("", "");
    list.putAll(Map.of("pricing", "prices", "prices", skus.getFirst() + " 1\nNO-SUCH 2\nX"));
    list.putAll(Map.of("startsAt", "tomorrow", "endsAt", "2090-01-01T00:00"));
    HttpResponse<String> answer = submitted(LISTS, list);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(CouponPageTest.bad(answer.body(), "list-title")).contains("1 to 100 characters");
    assertThat(CouponPageTest.bad(answer.body(), "list-prices")).contains("Look at entry 2.");
    assertThat(CouponPageTest.bad(answer.body(), "list-startsAt")).contains("A time of this");
    assertThat(answer.body())
        .contains("<details open>", "\nNO-SUCH 2\nX</textarea>", "value=\"tomorrow\"")
        .contains("<option value=\"prices\" selected>", "value=\"2090-01-01T00:00\"")
        .doesNotContain("list-endsAt-bad", "promotion-title-bad");

    Map<String, String> promotion = promotion("Wrong", "spend_and_save");
    promotion.putAll(Map.of("tiers", "299 40\n199 50", "endsAt", "2019-01-01T00:00"));
    promotion.putAll(Map.of("scope", "skus", "skus", skus.getFirst() + " NO-SUCH"));
    answer = submitted(PROMOTIONS, promotion);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(CouponPageTest.bad(answer.body(), "promotion-tiers")).contains("Look at entry 2.");
    assertThat(CouponPageTest.bad(answer.body(), "promotion-endsAt")).contains("after the start");
    assertThat(CouponPageTest.bad(answer.body(), "promotion-skus")).contains("Look at: NO-SUCH.");
    assertThat(answer.body()).contains("299 40\n199 50</textarea>", "value=\"Wrong\"");
    assertThat(shop.number("select count(*) from promotion.promotion where title = 'Wrong'"))
        .isZero();
  }

  @Test
  void whoSawAnOlderVersionEndsNothing() {
    made(LISTS, list("Kept", "90"));
    String row = row(browser.page(PATH), "Kept");
    shop.run("update promotion.price_list set version = 2 where title = 'Kept'");
    assertThat(end(row)).isEqualTo(PATH + "?done=stale");
    assertThat(row(browser.page(PATH), "Kept")).contains("In force");
    assertThat(browser.page(PATH + "?done=stale")).contains("It was changed meanwhile");
  }

  @Test
  void tablesGoOnOneByOne() {
    for (int i = 0; i < 21; i++) {
      made(PROMOTIONS, with(promotion("Row " + i + ".", "percent_off"), "percent", "1"));
    }
    String page = browser.page(PATH);
    assertThat(page).contains("Row 20.", "Row 1.").doesNotContain("Row 0.");
    Matcher next = Pattern.compile("href=\"([^\"]+\\?promotions=[^\"]+)\"").matcher(page);
    assertThat(next.find()).isTrue();
    assertThat(browser.page(next.group(1))).contains("Row 0.").doesNotContain("Row 1.");
    assertThat(browser.get(PATH + "?lists=x").statusCode()).isEqualTo(400);
  }

  @Test
  void someMayOnlyLookAndSomeNot() {
    made(LISTS, list("Looked at", "95"));
    String row = row(browser.page(PATH), "Looked at");
    try (Browser finance = shop.staff("fay", "finance");
        Browser warehouse = shop.staff("will", "warehouse");
        Browser marketing = shop.staff("mary", "marketing")) {
      assertThat(finance.page(PATH)).contains("Looked at").doesNotContain("<details");
      assertThat(finance.submit(PATH, LISTS, list("No", "95")).statusCode()).isEqualTo(403);
      Map<String, String> version = Map.of("version", "1");
      assertThat(finance.submit(PATH, endPath(row), version).statusCode()).isEqualTo(403);
      assertThat(warehouse.get(PATH).statusCode()).isEqualTo(403);
      assertThat(marketing.post(endPath(row), version).statusCode()).isEqualTo(403);
      assertThat(marketing.submit(PATH, endPath(row), version).statusCode()).isEqualTo(303);
    }
    assertThat(shop.number("select count(*) from staff.act where actor = 'fay'")).isZero();
    assertThat(shop.number("select count(*) from staff.act where actor = 'mary'")).isEqualTo(1);
  }

  private static Map<String, String> list(String title, String percent) {
    return new HashMap<>(
        Map.of(
            "title",
            title,
            "pricing",
            "percent",
            "percent",
            percent,
            "scope",
            "shop",
            "startsAt",
            PAST,
            "endsAt",
            ""));
  }

  private static Map<String, String> promotion(String title, String kind) {
    return new HashMap<>(
        Map.of("title", title, "kind", kind, "scope", "shop", "startsAt", PAST, "endsAt", ""));
  }

  private static Map<String, String> with(Map<String, String> fields, String name, String value) {
    fields.put(name, value);
    return fields;
  }

  private static HttpResponse<String> submitted(String path, Map<String, String> fields) {
    return browser.submit(PATH, path, fields);
  }

  private static void made(String path, Map<String, String> fields) {
    assertThat(submitted(path, fields).headers().firstValue("Location"))
        .hasValue(PATH + "?done=made");
  }

  /** The row of a table that has this title. */
  private static String row(String page, String title) {
    int at = page.indexOf(">" + title + "<");
    assertThat(at).as(title).isPositive();
    return page.substring(at, page.indexOf("</tr>", at));
  }

  private static String endPath(String row) {
    Matcher action = Pattern.compile("action=\"([^\"]+/end)\"").matcher(row);
    assertThat(action.find()).isTrue();
    return action.group(1);
  }

  /** Sends the form of a row that ends it. */
  private static String end(String row) {
    Matcher version = Pattern.compile("name=\"version\" value=\"(\\d+)\"").matcher(row);
    assertThat(version.find()).isTrue();
    return browser
        .submit(PATH, endPath(row), Map.of("version", version.group(1)))
        .headers()
        .firstValue("Location")
        .orElseThrow();
  }

  private static long acts(String act, String subject) {
    return shop.number(
        "select count(*) from staff.act where act = '" + act + "' and subject = '" + subject + "'");
  }
}
