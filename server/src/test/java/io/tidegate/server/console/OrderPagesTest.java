package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.RefundId;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is shown is what is in the database, and follows it. */
class OrderPagesTest extends SignedIn {
  private static final Pattern ROW = Pattern.compile("id=\"order-(\\d+)\"");
  private static final Pattern LIVE = Pattern.compile("hx-get=\"([^\"]+)\"");
  private static final Pattern OLDER = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"");
  private static final List<String> SKUS = ConsoleShop.skus();

  @Test
  void amountsAndStateFollowTheOrder() {
    OrderNumber number = shop.place(501, Map.of(SKUS.get(0), 2, SKUS.get(1), 1));
    String path = "/console/orders/" + number;
    Order order = shop.orders().find(number).orElseThrow();
    String total = Shown.money(order.amounts().totalMoney());
    String placed = browser.page(path);
    assertThat(placed)
        .contains(total, "Awaiting payment", "李**", "138****1234", "文三路 ****", "浙江省 杭州市 西湖区")
        .contains(order.items().getFirst().title(), "/images/products/", "Nobody has tried to pay")
        .doesNotContain("13812341234", "李小明", "100 号", "2 幢");

    // Other numbers in the database are other numbers on the page.
    shop.run(
        "update ordering.orders set items_total = 1234567, discount_total = 67, freight = 1200,"
            + " total = 1235700 where number = "
            + number);
    assertThat(browser.page(path)).contains("¥12,345.67", "-¥0.67", "¥12.00", "¥12,357.00");
    assertThat(browser.page("/console/orders?q=" + number)).contains("¥12,357.00");
  }

  @Test
  void whatTookSomethingOffAndWhoCarriesAreNamed() {
    OrderNumber number = shop.place(506, Map.of(SKUS.get(0), 1));
    String path = "/console/orders/" + number;
    assertThat(browser.page(path)).contains("None chosen").doesNotContain("class=\"part\"");
    browser.submit(
        "/console/promotions",
        "/console/promotions/promotions",
        Map.of(
            "title",
            "Autumn <sale>",
            "kind",
            "percent_off",
            "percent",
            "10",
            "scope",
            "shop",
            "startsAt",
            "2090-01-01T00:00"));
    long promotion = shop.number("select id from promotion.promotion where title like 'Autumn%'");
    shop.run(
        "insert into marketing.coupon (template, user_id, order_number, state, granted_at,"
            + " valid_from, valid_to) select 'thank-you-10', 506, 1, 'granted', now(), now(),"
            + " now() + interval '1 day'");
    long coupon = shop.number("select id from marketing.coupon where user_id = 506");
    shop.run(
        "update ordering.orders set courier = 'express', discounts = ? where number = ?",
        "[1,[1,\"%d\",[100]],[1,\"999\",[1]],[2,\"%d\",[1000]],[3,\"250\",[250]],[4,\"77\",[5]]]"
            .formatted(promotion, coupon),
        number.value());
    assertThat(browser.page(path))
        .contains("Promotion · Autumn &lt;sale&gt;</dt><dd>-¥1.00<")
        .contains("Promotion · 999</dt><dd>-¥0.01<", "Coupon · 10 off 100</dt><dd>-¥10.00<")
        .contains("250 points</dt><dd>-¥2.50<", "Red packet · 77</dt><dd>-¥0.05<")
        .contains("<dd>Express</dd>");
    browser.cookies.put("tidegate_language", "zh");
    assertThat(browser.page(path)).contains("满100元减10元", "250 积分", "特快专递");
    browser.cookies.put("tidegate_language", "en");
  }

  @Test
  void peopleAreShownInFullOnRecordAndNotToEverybody() {
    OrderNumber number = shop.place(505, Map.of(SKUS.get(0), 1));
    shop.run(
        "update customer.consignee set invoice = ? where order_number = ?",
        "[1,\"company\",\"某某公司\",\"91350100M000100Y43\"]",
        number.value());
    String path = "/console/orders/" + number;
    String looks = "select count(*) from staff.act where act = 'consignee.reveal' and subject = ";
    assertThat(browser.page(path)).contains("Company", "Show in full").doesNotContain("某某公司");
    assertThat(browser.post(path + "/reveal", Map.of()).statusCode()).isEqualTo(403);
    assertThat(shop.number(looks + "'order " + number + "'")).isZero();

    HttpResponse<String> revealed = browser.submit(path, path + "/reveal", Map.of());
    assertThat(revealed.statusCode()).isEqualTo(200);
    assertThat(revealed.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(revealed.body())
        .contains("李小明", "13812341234", "文三路 100 号 2 幢 301", "某某公司", "91350100M000100Y43")
        .doesNotContain("Show in full");
    assertThat(shop.number(looks + "'order " + number + "' and actor = 'admin'")).isEqualTo(1);
    // It stays while nothing changes, and a refreshed page is masked again.
    assertThat(browser.get(group(LIVE, revealed.body())).statusCode()).isEqualTo(204);
    assertThat(browser.page(path)).doesNotContain("李小明", "13812341234", "100 号", "2 幢", "某某公司");

    try (Browser marketing = shop.staff("mary", "marketing");
        Browser finance = shop.staff("fay", "finance")) {
      assertThat(marketing.get(path).statusCode()).isEqualTo(403);
      int most = Reveals.perWindowMax(Caller.staff("fay", Set.of("finance")));
      for (int look = 0; look < most; look++) {
        assertThat(finance.submit(path, path + "/reveal", Map.of()).statusCode()).isEqualTo(200);
      }
      HttpResponse<String> often = finance.submit(path, path + "/reveal", Map.of());
      assertThat(often.statusCode()).isEqualTo(429);
      assertThat(often.body()).contains("Too often").doesNotContain("13812341234");
      assertThat(shop.number(looks + "'order " + number + "' and actor = 'fay'")).isEqualTo(most);
    }
    shop.run("delete from customer.consignee where order_number = ?", number.value());
    assertThat(browser.page(path)).doesNotContain("Show in full");
  }

  @Test
  void aPaidOrderShowsItsSevenEffects() {
    OrderNumber number = shop.place(502, Map.of(SKUS.get(2), 1));
    String path = "/console/orders/" + number;
    assertThat(count(browser.page(path), "class=\"effect\"")).isZero();
    shop.pay(number, 502);
    String paid = browser.page(path);
    assertThat(count(paid, "class=\"effect\"")).isEqualTo(7);
    assertThat(count(paid, "data-effect=\"done\"")).isEqualTo(2);
    assertThat(count(paid, "data-effect=\"pending\"")).isEqualTo(5);
    assertThat(paid).contains(new PaymentId(number, 1).toString(), "Captured", "Awaiting shipment");

    shop.hear(Set.of("notification"));
    String heard = browser.page(path);
    assertThat(count(heard, "data-effect=\"done\"")).isEqualTo(6);
    assertThat(count(heard, "data-effect=\"pending\"")).isEqualTo(1);
    assertThat(heard).contains(number + "S1", "Planned");

    shop.ship(number, "SX990011223344");
    String shipped = browser.page(path);
    assertThat(shipped).contains("SX990011223344", "sandbox-express", "Accepted", "杭州 · 快件已揽收");
    shop.track(number, "delivered", "杭州", "已签收，签收人：前台");
    assertThat(browser.page(path)).contains("已签收，签收人：前台");
  }

  @Test
  void theTimelineNamesActorAndTrace() {
    OrderNumber number = shop.place(503, Map.of(SKUS.get(3), 1));
    shop.pay(number, 503);
    List<String> traces =
        shop.orders().timeline(number).orElseThrow().steps().stream()
            .map(step -> step.traceId())
            .toList();
    String page = browser.page("/console/orders/" + number);
    assertThat(traces).hasSize(2).doesNotHaveDuplicates();
    assertThat(page).contains(traces).contains("Customer 503", "Provider sandbox");
  }

  @Test
  void aSecondCaptureShowsItsRefund() {
    OrderNumber number = shop.place(504, Map.of(SKUS.get(4), 1));
    Attempt attempt = shop.startPayment(number, 504);
    shop.capture(attempt, attempt.amount());
    shop.capture(attempt, attempt.amount());
    assertThat(browser.page("/console/orders/" + number))
        .contains(
            new RefundId(number, 1).toString(),
            "Paid twice",
            "Requested",
            Shown.money(attempt.amount()));
    OrderNumber parked = shop.place(504, Map.of(SKUS.get(4), 1));
    shop.capture(shop.startPayment(parked, 504), Money.cny(1));
    assertThat(browser.page("/console/orders/" + parked)).contains("Parked");
  }

  @Test
  void theListIsNewestFirstAndPagesWithoutSkipping() {
    List<String> placed = new ArrayList<>();
    for (int i = 0; i < OrderListPage.ROWS + 7; i++) {
      placed.addFirst(shop.place(601, Map.of(SKUS.get(i), 1)).toString());
    }
    String first = browser.page("/console/orders?q=601");
    List<String> shown = new ArrayList<>(rows(first));
    assertThat(shown).hasSize(OrderListPage.ROWS);
    // What comes meanwhile moves nothing.
    shop.place(601, Map.of(SKUS.get(0), 1));
    String second = browser.page(group(OLDER, first));
    shown.addAll(rows(second));
    assertThat(shown).isEqualTo(placed);
    assertThat(second).doesNotContain("rel=\"next\"").contains("id=\"page-newest\"");
    assertThat(rows(browser.page("/console/orders?q=6010000"))).isEmpty();
  }

  @Test
  void findsByStateNumberAndCustomer() {
    OrderNumber open = shop.place(701, Map.of(SKUS.get(5), 1));
    OrderNumber gone = shop.place(701, Map.of(SKUS.get(5), 1));
    OrderNumber others = shop.place(702, Map.of(SKUS.get(5), 1));
    shop.cancel(gone, 701);
    assertThat(rows(browser.page("/console/orders?state=cancelled")))
        .contains(gone.toString())
        .doesNotContain(open.toString(), others.toString());
    assertThat(rows(browser.page("/console/orders?q=701&state=awaiting_payment")))
        .containsExactly(open.toString());
    assertThat(rows(browser.page("/console/orders?q=" + others)))
        .containsExactly(others.toString());
    assertThat(rows(browser.page("/console/orders?q=" + others + "&state=shipped"))).isEmpty();
    assertThat(browser.page("/console/orders?q=nobody")).contains("No order matches");
    assertThat(browser.page("/console/orders?state=cancelled"))
        .contains("<option value=\"cancelled\" selected>");
  }

  @Test
  void theListRefreshesWithoutLosingTheFilter() {
    OrderNumber first = shop.place(801, Map.of(SKUS.get(6), 1));
    String page = browser.page("/console/orders?q=801&state=awaiting_payment");
    String live = group(LIVE, page);
    assertThat(live).contains("q=801", "state=awaiting_payment", "seen=");
    assertThat(browser.get(live).statusCode()).as("nothing has changed").isEqualTo(204);

    OrderNumber second = shop.place(801, Map.of(SKUS.get(6), 1));
    shop.place(802, Map.of(SKUS.get(6), 1));
    HttpResponse<String> changed = browser.get(live, "HX-Request", "true");
    assertThat(rows(changed.body())).containsExactly(second.toString(), first.toString());
    assertThat(changed.body()).doesNotContain("<html");
    String next = group(LIVE, changed.body());
    assertThat(browser.get(next).statusCode()).isEqualTo(204);
    shop.cancel(first, 801);
    assertThat(rows(browser.get(next).body())).containsExactly(second.toString());
  }

  @Test
  void theOrderRefreshesWhenAnythingOfItChanges() {
    OrderNumber number = shop.place(803, Map.of(SKUS.get(7), 1));
    String live = group(LIVE, browser.page("/console/orders/" + number));
    assertThat(browser.get(live).statusCode()).isEqualTo(204);
    shop.pay(number, 803);
    HttpResponse<String> changed = browser.get(live);
    assertThat(changed.body()).contains("Awaiting shipment").doesNotContain("<html");
    String next = group(LIVE, changed.body());
    assertThat(browser.get(next).statusCode()).isEqualTo(204);
    shop.hear(Set.of());
    assertThat(browser.get(next).body()).contains(number + "S1");
  }

  @Test
  void hostileTextsAreOnlyText() {
    String evil = "<script>alert(1)</script>'><img src=x onerror=alert(2)>";
    OrderNumber number =
        shop.place(
            901,
            Map.of(SKUS.get(8), 1),
            new Address("<b>x", "<i>12345678", ConsoleShop.REGION, "<u>street"));
    String title = shop.orders().find(number).orElseThrow().items().getFirst().title();
    shop.pay(number, 901);
    shop.hear(Set.of());
    shop.run(
        "update ordering.orders set items = replace(items, ?, ?) where number = ?",
        title,
        evil + " " + "long ".repeat(200) + "x".repeat(300),
        number.value());
    shop.track(number, "<s>odd</s>", "<s>place", "<s>text");
    for (String path : List.of("/console/orders/" + number, "/console/orders?q=901")) {
      assertThat(browser.page(path))
          .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
          .doesNotContain("<script>alert", "<img src=x", "<b>x", "<i>1", "<u>s", "<s>");
    }
    assertThat(browser.page("/console/orders?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"))
        .doesNotContain("<script>alert");
    assertThat(browser.page("/console/sign-in?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"))
        .doesNotContain("<script>alert");
  }

  private static List<String> rows(String page) {
    List<String> numbers = new ArrayList<>();
    Matcher row = ROW.matcher(page);
    while (row.find()) {
      numbers.add(row.group(1));
    }
    return numbers;
  }

  /** The address in an attribute. */
  private static String group(Pattern pattern, String page) {
    Matcher found = pattern.matcher(page);
    assertThat(found.find()).as(pattern.pattern()).isTrue();
    return found.group(1).replace("&amp;", "&");
  }

  private static int count(String page, String part) {
    return page.split(Pattern.quote(part), -1).length - 1;
  }
}
