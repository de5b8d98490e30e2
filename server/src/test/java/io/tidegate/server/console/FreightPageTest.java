package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Couriers and their rules, as staff see and change them. */
class FreightPageTest extends SignedIn {
  private static final String PATH = "/console/freight";
  private static final Map<String, String> RULE =
      Map.of(
          "firstGrams", "500",
          "firstFee", "6.66",
          "stepGrams", "250",
          "stepFee", "1.5",
          "freeAbove", "88",
          "daysMin", "2",
          "daysMax", "3");

  @Test
  void theTemplateOfEachCourierIsShownInWords() {
    String page = browser.page(PATH);
    assertThat(page)
        .contains("Standard", "Express", "Everywhere", "西藏自治区 (54)", "新疆维吾尔自治区 (65)")
        .contains("¥12.00 / 1 kg", "¥3.00 / 500 g", "¥299.00", "1–2");
    browser.cookies.put("tidegate_language", "zh");
    assertThat(browser.page(PATH)).contains("标准快递", "满额包邮", "全国");
    browser.cookies.put("tidegate_language", "en");
  }

  @Test
  void aRuleIsAddedChangedAndRemoved() {
    Map<String, String> city = with(RULE, "region", "3301");
    String added = done(submit("standard", "/rule", city), "saved");
    assertThat(added).contains("浙江省 杭州市 (3301)", "¥6.66 / 500 g", "¥1.50 / 250 g", "¥88.00");
    String changed = done(submit("standard", "/rule", with(city, "firstFee", "7")), "saved");
    assertThat(changed).contains("¥7.00 / 500 g").doesNotContain("¥6.66");
    assertThat(done(submit("standard", "/remove", Map.of("region", "3301")), "saved"))
        .doesNotContain("(3301)");
    assertThat(
            shop.number(
                "select count(*) from staff.act where act = 'freight.set' and actor = 'admin'"
                    + " and subject = 'courier standard'"))
        .isEqualTo(3);
  }

  @Test
  void aCourierComesInactiveAndIsMadeActive() {
    Map<String, String> courier = with(RULE, "id", "bike");
    courier.putAll(Map.of("nameZh", "自行车", "nameEn", "By bike", "position", "5"));
    String page = done(browser.submit(PATH, PATH, courier), "saved");
    assertThat(page).contains("By bike", "Not offered");
    assertThat(browser.submit(PATH, PATH, courier).headers().firstValue("Location"))
        .hasValue(PATH + "?done=stale");
    String active =
        done(
            submit(
                "bike",
                "",
                Map.of("nameZh", "单车", "nameEn", "Bicycle", "position", "6", "active", "1")),
            "saved");
    assertThat(active).contains("Bicycle").doesNotContain("Not offered");
    assertThat(done(submit("bike", "/remove", Map.of("region", "")), "last"))
        .contains("A courier needs a rule");
  }

  @Test
  void whoSawAnOlderVersionChangesNothing() {
    Map<String, String> rule = with(RULE, "region", "44");
    rule.put("version", Integer.toString(version("express")));
    done(browser.submit(PATH, PATH + "/express/rule", rule), "saved");
    rule.put("firstFee", "99");
    String page = done(browser.submit(PATH, PATH + "/express/rule", rule), "stale");
    assertThat(page).contains("It was changed meanwhile", "¥6.66").doesNotContain("¥99.00");
  }

  @Test
  void whatCantBeReadIsRefused() {
    for (Map<String, String> wrong :
        List.<Map<String, String>>of(
            Map.of("firstFee", "1.005"),
            Map.of("firstFee", "1e99999999"),
            Map.of("firstFee", "-1"),
            Map.of("firstFee", "10000.01"),
            Map.of("stepGrams", "99"),
            Map.of("daysMax", "1"),
            Map.of("region", "123"),
            Map.of("firstGrams", ""))) {
      Map<String, String> rule = with(RULE, "region", "45");
      rule.putAll(wrong);
      assertThat(submit("express", "/rule", rule).statusCode()).as(wrong.toString()).isEqualTo(400);
    }
    assertThat(submit("none", "/rule", RULE).statusCode()).isEqualTo(404);
    assertThat(browser.page(PATH)).doesNotContain("(45)");
  }

  @Test
  void someMayOnlyLook() {
    try (Browser marketing = shop.staff("mary", "marketing");
        Browser warehouse = shop.staff("will", "warehouse")) {
      assertThat(marketing.page(PATH)).contains("Express").doesNotContain("<details>");
      Map<String, String> rule = with(RULE, "region", "46");
      rule.put("version", Integer.toString(version("express")));
      assertThat(marketing.submit(PATH, PATH + "/express/rule", rule).statusCode()).isEqualTo(403);
      assertThat(warehouse.page(PATH)).contains("<details>");
      assertThat(warehouse.submit(PATH, PATH + "/express/rule", rule).statusCode()).isEqualTo(303);
      assertThat(warehouse.post(PATH + "/express/rule", rule).statusCode())
          .as("without a token")
          .isEqualTo(403);
    }
  }

  private static HttpResponse<String> submit(
      String courier, String what, Map<String, String> fields) {
    Map<String, String> all = new HashMap<>(fields);
    all.put("version", Integer.toString(version(courier)));
    return browser.submit(PATH, PATH + "/" + courier + what, all);
  }

  /** The version that the page shows; 1 for what is not there. */
  private static int version(String courier) {
    Matcher version =
        Pattern.compile(
                "action=\"/console/freight/"
                    + courier
                    + "\">\\s*<input[^>]*>\\s*<input type=\"hidden\" name=\"version\" value=\"(\\d+)\"")
            .matcher(browser.page(PATH));
    return version.find() ? Integer.parseInt(version.group(1)) : 1;
  }

  private static String done(HttpResponse<String> answer, String what) {
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Location")).hasValue(PATH + "?done=" + what);
    return browser.page(PATH + "?done=" + what);
  }

  private static Map<String, String> with(Map<String, String> fields, String name, String value) {
    Map<String, String> all = new HashMap<>(fields);
    all.put(name, value);
    return all;
  }
}
