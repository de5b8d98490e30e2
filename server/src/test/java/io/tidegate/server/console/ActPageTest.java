package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who did what is shown as it is on record, page by page. */
class ActPageTest extends SignedIn {
  private static final String PATH = "/console/audit-log";
  private static final Pattern ROW = Pattern.compile("<tr id=\"act-(\\d+)\">");
  private static final Pattern OLDER = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"");

  @Test
  void anActOfAPageIsFoundByWhoAndWhat() {
    String sku = ConsoleShop.skus().getFirst();
    String goods = "/console/goods?q=" + sku;
    long was = shop.number("select price from catalog.sku where code = '" + sku + "'");
    Map<String, String> price = Map.of("price", "77.70", "version", "1", "back", goods);
    browser.submit(goods, "/console/goods/" + sku + "/price", price);
    String page = browser.page(PATH + "?actor=admin&kind=price.set");
    assertThat(rows(page)).hasSize(1);
    assertThat(page)
        .contains("Set a price", "price.set", "href=\"/console/goods?q=" + sku + "\"")
        .contains("<option value=\"price.set\" selected>Set a price</option>", "value=\"admin\"")
        .contains("<dd>¥77.70</dd>", "<dd>" + Shown.money(Money.cny(was)));
    assertThat(rows(browser.page(PATH + "?actor=nobody&kind=price.set"))).isEmpty();
    assertThat(browser.page(PATH + "?kind=refund.approve"))
        .contains("No act matches", "<option value=\"refund.approve\" selected>");
  }

  @Test
  void pagesSkipNothingWhileOthersAct() {
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < ActPage.ROWS + 3; i++) {
      wanted.addFirst(act("pager", "paging.test", "order " + (1_000 + i), "{}"));
      act("other", "paging.test", "order 1", "{}");
    }
    String first = browser.page(PATH + "?actor=pager");
    List<String> shown = new ArrayList<>(rows(first));
    assertThat(shown).hasSize(ActPage.ROWS);
    act("pager", "paging.test", "order 9999", "{}");
    Matcher older = OLDER.matcher(first);
    assertThat(older.find()).isTrue();
    String second = browser.page(older.group(1).replace("&amp;", "&"));
    shown.addAll(rows(second));
    assertThat(shown).isEqualTo(wanted);
    assertThat(second).doesNotContain("rel=\"next\"").contains("href=\"" + PATH + "?actor=pager\"");
  }

  @Test
  void whatIsOnRecordIsShownWhateverItIs() {
    act("ann", "odd.kind", "<b>thing", "{\"name\":\"<script>alert(1)</script>\",\"ok\":true}");
    act("ann", "odd.other", "order 42", "{\"sum\":{\"amount\":1250,\"currency\":\"CNY\"}}");
    act("ann", "odd.third", "sku A&B=1", "[1]");
    String page = browser.page(PATH + "?actor=ann");
    assertThat(rows(page)).hasSize(3);
    assertThat(page)
        .contains("odd.kind", "&lt;b&gt;thing", "&lt;script&gt;", "<dd>yes</dd>")
        .contains("href=\"/console/orders/42\"", "<dd>¥12.50</dd>")
        .contains("href=\"/console/goods?q=A%26B%3D1\"", "<dd>[1]</dd>")
        .doesNotContain("<script>alert", "<b>thing");
    browser.cookies.put("tidegate_language", "zh");
    assertThat(browser.page(PATH + "?actor=ann")).contains("员工操作", "订单", "<dd>是</dd>");
    browser.cookies.put("tidegate_language", "en");
  }

  @Test
  void itIsForAdminsOnlyAsInTheApi() {
    for (String role : List.of("support", "finance", "warehouse", "marketing")) {
      try (Browser other = shop.staff("x", role)) {
        assertThat(other.get(PATH).statusCode()).as(role).isEqualTo(403);
        assertThat(other.page("/console/health")).doesNotContain(PATH);
      }
    }
    assertThat(browser.page("/console/health")).contains(PATH);
    assertThat(browser.get(PATH + "?after=x").statusCode()).isEqualTo(400);
    assertThat(browser.get(PATH + "?actor=" + "x".repeat(65)).statusCode()).isEqualTo(400);
  }

  private static String act(String actor, String act, String subject, String detail) {
    shop.run(
        "insert into staff.act (actor, act, subject, detail) values (?, ?, ?, ?::jsonb)",
        actor,
        act,
        subject,
        detail);
    return Long.toString(shop.number("select max(id) from staff.act"));
  }

  private static List<String> rows(String page) {
    return ROW.matcher(page).results().map(row -> row.group(1)).toList();
  }
}
