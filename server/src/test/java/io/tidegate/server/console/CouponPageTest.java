package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Templates of coupons, as staff see, make, edit and issue them. */
class CouponPageTest extends SignedIn {
  private static final String PATH = "/console/coupons";

  @Test
  void aTemplateIsMadeAndShownInWords() {
    Map<String, String> terms = terms("autumn-20");
    terms.putAll(Map.of("off", "percent", "percentOff", "20", "offMax", "50", "spendMin", "100"));
    terms.putAll(Map.of("scope", "category", "category", "books", "validity", "until"));
    terms.putAll(Map.of("validFrom", "2026-11-01T00:00", "validTo", "2090-11-12T08:30:15"));
    terms.putAll(Map.of("totalMax", "500", "claimCode", "AUTUMN-20"));
    HttpResponse<String> made = browser.submit(PATH, PATH, terms);
    assertThat(made.headers().firstValue("Location")).hasValue(PATH + "/autumn-20?done=made");
    assertThat(browser.page(PATH + "/autumn-20?done=made"))
        .contains("The coupon is made.", "20% off, up to ¥50.00", "for goods from ¥100.00")
        .contains("2026-11-01 00:00:00 until 2090-11-12 08:30:15", "0 / 500", "AUTUMN-20");
    assertThat(browser.page(PATH)).contains("autumn-20", "Ten off", "0 / 500", "Offered");
    browser.cookies.put("tidegate_language", "zh");
    assertThat(browser.page(PATH)).contains("减 20%，最多 ¥50.00", "满 ¥100.00 可用", "发放中");
    browser.cookies.put("tidegate_language", "en");
    assertThat(
            shop.text(
                "select valid_to::text from marketing.coupon_template where id = 'autumn-20'"))
        .as("typed in the business's zone")
        .startsWith("2090-11-12 00:30:15");
    assertThat(acts("coupon-template.create", "autumn-20")).isEqualTo(1);
  }

  @Test
  void whatIsWrongStandsBesideItsFieldAndNothingTypedIsLost() {
    Map<String, String> terms = terms("Wrong id");
    terms.putAll(Map.of("amountOff", "1.005", "titleEn", "", "scope", "skus"));
    terms.putAll(Map.of("skus", "TG-PHN-001-BK\nno-sku", "validDays", "soon", "totalMax", "12"));
    HttpResponse<String> answer = browser.submit(PATH, PATH, terms);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(bad(answer.body(), "new-id")).contains("1 to 64 of a-z");
    assertThat(bad(answer.body(), "new-amountOff")).contains("An amount such as");
    assertThat(bad(answer.body(), "new-titleEn")).contains("1 to 64 characters");
    assertThat(bad(answer.body(), "new-skus")).contains("Look at: no-sku.");
    assertThat(bad(answer.body(), "new-validDays")).contains("A whole number");
    assertThat(answer.body())
        .doesNotContain("new-titleZh-bad", "new-totalMax-bad")
        .contains("value=\"Wrong id\"", "value=\"1.005\"", "value=\"soon\"", "value=\"减十元\"")
        .contains(">TG-PHN-001-BK\nno-sku</textarea>", "value=\"12\"");
    browser.cookies.put("tidegate_language", "zh");
    String zh = browser.submit(PATH, PATH, terms).body();
    assertThat(bad(zh, "new-skus")).contains("用空格或逗号分隔", "请检查：no-sku。");
    browser.cookies.put("tidegate_language", "en");
    assertThat(browser.get(PATH + "/wrong-id").statusCode()).isEqualTo(404);
  }

  @Test
  void idsAndCodesAreTakenOnce() {
    Map<String, String> first = terms("first");
    first.put("claimCode", "FIRST");
    made(first);
    Map<String, String> again = terms("first");
    again.put("amountOff", "11");
    HttpResponse<String> answer = browser.submit(PATH, PATH, again);
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(bad(answer.body(), "new-id")).contains("Another coupon has this id");
    Map<String, String> other = terms("second");
    other.put("claimCode", "FIRST");
    answer = browser.submit(PATH, PATH, other);
    assertThat(bad(answer.body(), "new-claimCode")).contains("Another coupon has this code");
  }

  @Test
  void aTemplateIsEditedByTheVersionThatWasSeen() {
    made(terms("edited"));
    String path = PATH + "/edited";
    Map<String, String> edit = edit("1");
    edit.put("totalMax", "0");
    HttpResponse<String> wrong = browser.submit(path, path, edit);
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(bad(wrong.body(), "edit-totalMax")).contains("A whole number from 1");
    assertThat(wrong.body()).contains("value=\"Eleven off\"", "name=\"version\" value=\"1\"");
    edit.put("totalMax", "7");
    HttpResponse<String> saved = browser.submit(path, path, edit);
    assertThat(saved.headers().firstValue("Location")).hasValue(path + "?done=saved");
    assertThat(browser.page(path)).contains("Eleven off", "0 / 7", "¥10.00 off", "9 days");
    edit.put("totalMax", "8");
    HttpResponse<String> stale = browser.submit(path, path, edit);
    assertThat(stale.statusCode()).isEqualTo(409);
    assertThat(stale.body())
        .contains("It was changed meanwhile", "0 / 7", "value=\"8\"")
        .contains("name=\"version\" value=\"2\"");
    assertThat(acts("coupon-template.edit", "edited")).isEqualTo(1);
  }

  @Test
  void aTemplateIsStoppedAndOfferedAgain() {
    Map<String, String> terms = terms("stopped");
    terms.putAll(Map.of("scope", "skus", "skus", "TG-PHN-001-BK, TG-PHN-001-WH"));
    made(terms);
    String path = PATH + "/stopped";
    Map<String, String> stop = Map.of("version", "1", "active", "false");
    assertThat(browser.submit(path, path + "/active", stop).headers().firstValue("Location"))
        .hasValue(path + "?done=saved");
    assertThat(browser.page(path)).contains("Stopped", "Offer again", "TG-PHN-001-WH");
    assertThat(browser.submit(path, path + "/active", stop).headers().firstValue("Location"))
        .hasValue(path + "?done=stale");
    HttpResponse<String> refused =
        browser.submit(path, path + "/issue", Map.of("users", "31", "key", "k-stopped"));
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("It is stopped", ">31</textarea>");
    browser.submit(path, path + "/active", Map.of("version", "2", "active", "true"));
    assertThat(browser.page(path)).contains("Offered").doesNotContain("Offer again");
  }

  @Test
  void couponsAreIssuedToAListOnce() {
    made(terms("issued"));
    String path = PATH + "/issued";
    Map<String, String> users = new HashMap<>(Map.of("users", "41\n42, 43", "key", key(path)));
    HttpResponse<String> issued = browser.submit(path, path + "/issue", users);
    assertThat(issued.statusCode()).isEqualTo(200);
    assertThat(issued.body()).contains("Issued to 3 / 3 customers.", "3 / ∞");
    assertThat(browser.submit(path, path + "/issue", users).body())
        .as("sent twice")
        .contains("Issued to 3 / 3 customers.", "3 / ∞");
    users.put("users", "41 44");
    HttpResponse<String> reused = browser.submit(path, path + "/issue", users);
    assertThat(reused.statusCode()).isEqualTo(409);
    assertThat(reused.body()).contains("This form was sent before", ">41 44</textarea>");
    users.put("key", key(reused.body(), path));
    assertThat(browser.submit(path, path + "/issue", users).body())
        .contains("Issued to 1 / 2 customers.", "41", "Has had as many as one may have");
    assertThat(shop.number("select count(*) from marketing.coupon where template = 'issued'"))
        .isEqualTo(4);
    assertThat(acts("coupon.issue", "issued")).isEqualTo(2);
  }

  @Test
  void aListWithSomethingElseThanCustomersIssuesNothing() {
    made(terms("careful"));
    String path = PATH + "/careful";
    HttpResponse<String> answer =
        browser.submit(path, path + "/issue", Map.of("users", "51\nbob\n52\n51", "key", "k"));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(bad(answer.body(), "issue-users")).contains("Look at: bob, 51.");
    assertThat(answer.body()).contains(">51\nbob\n52\n51</textarea>", "name=\"key\" value=\"k\"");
    assertThat(shop.number("select count(*) from marketing.coupon where template = 'careful'"))
        .isZero();
  }

  @Test
  void theListGoesOn() {
    for (int i = 0; i < 22; i++) {
      made(terms("many-" + i));
    }
    String page = browser.page(PATH);
    assertThat(page).contains(">many-21<", ">many-2<").doesNotContain(">many-1<");
    Matcher next = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"").matcher(page);
    assertThat(next.find()).isTrue();
    assertThat(browser.page(next.group(1))).contains(">many-1<").doesNotContain(">many-2<");
    assertThat(browser.get(PATH + "?after=x").statusCode()).isEqualTo(400);
  }

  @Test
  void someMayOnlyLookAndSomeNot() {
    made(terms("looked-at"));
    String path = PATH + "/looked-at";
    try (Browser support = shop.staff("sue", "support");
        Browser warehouse = shop.staff("will", "warehouse");
        Browser marketing = shop.staff("mary", "marketing")) {
      assertThat(support.page(path)).contains("Ten off").doesNotContain("<textarea");
      assertThat(support.submit(PATH, PATH, terms("by-support")).statusCode()).isEqualTo(403);
      assertThat(support.submit(PATH, path, edit("1")).statusCode()).isEqualTo(403);
      Map<String, String> users = Map.of("users", "61", "key", "k-roles");
      assertThat(support.submit(PATH, path + "/issue", users).statusCode()).isEqualTo(403);
      assertThat(warehouse.get(PATH).statusCode()).isEqualTo(403);
      assertThat(warehouse.page("/console/orders")).doesNotContain("href=\"/console/coupons\"");
      assertThat(marketing.post(PATH, terms("no-token")).statusCode()).isEqualTo(403);
      assertThat(marketing.submit(PATH, path + "/issue", users).statusCode()).isEqualTo(200);
    }
    assertThat(shop.number("select count(*) from staff.act where actor = 'sue'")).isZero();
    assertThat(
            shop.number(
                "select count(*) from staff.act where actor = 'mary' and act = 'coupon.issue'"))
        .isEqualTo(1);
  }

  private static Map<String, String> terms(String id) {
    return new HashMap<>(
        Map.of(
            "id", id,
            "titleZh", "减十元",
            "titleEn", "Ten off",
            "off", "amount",
            "amountOff", "10",
            "spendMin", "0",
            "scope", "shop",
            "validity", "days",
            "validDays", "30",
            "perUserMax", "1"));
  }

  private static Map<String, String> edit(String version) {
    return new HashMap<>(
        Map.of(
            "version", version,
            "titleZh", "减十一元",
            "titleEn", "Eleven off",
            "validity", "days",
            "validDays", "9",
            "perUserMax", "2",
            // What a coupon is worth can't be sent: the template keeps what it has.
            "amountOff", "9999"));
  }

  private static void made(Map<String, String> terms) {
    assertThat(browser.submit(PATH, PATH, terms).statusCode()).isEqualTo(303);
  }

  /** The key that a page's form of issues has. */
  private static String key(String path) {
    return key(browser.page(path), path);
  }

  private static String key(String page, String path) {
    Matcher key = Pattern.compile("name=\"key\" value=\"([^\"]+)\"").matcher(page);
    assertThat(key.find()).as(path).isTrue();
    return key.group(1);
  }

  /** What stands beside a field. */
  static String bad(String page, String field) {
    Matcher bad = Pattern.compile("id=\"" + field + "-bad\">([^<]*)<").matcher(page);
    assertThat(bad.find()).as(field).isTrue();
    return bad.group(1);
  }

  private static long acts(String act, String template) {
    return shop.number(
        "select count(*) from staff.act where act = '"
            + act
            + "' and subject = 'coupon-template "
            + template
            + "'");
  }
}
