package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The list of orders shows what the API knows, follows it, and finds. */
@InBrowser
class OrdersTest {

  @Test
  void anOrderIsListedWithItsNumbers(Stage stage) {
    JsonNode one = stage.shop().place(1, Shop.PHONE, 1);
    JsonNode three =
        stage
            .shop()
            .place(
                1,
                "{\"sku\":\""
                    + Shop.PHONE
                    + "\",\"quantity\":3},{\"sku\":\"TG-PHN-001-WH-256\",\"quantity\":2}");
    Page page = stage.staff();
    for (JsonNode order : new JsonNode[] {one, three}) {
      Locator row = row(page, order);
      assertThat(cell(row, "Total")).hasText(Shown.money(order.path("total")));
      assertThat(cell(row, "Placed")).hasText(Shown.time(order.path("createdAt")));
      assertThat(cell(row, "Customer")).hasText("1");
      assertThat(cell(row, "State")).hasText("Awaiting payment");
      JsonNode first = order.path("items").path(0);
      assertThat(cell(row, "Goods"))
          .containsText(first.path("title").asString() + " × " + first.path("quantity").asInt());
    }
    assertThat(cell(row(page, three), "Goods")).containsText("and 1 more");
    assertThat(cell(row(page, one), "Goods").locator(".more")).containsText("Black, 256 GB");
    Page chinese = stage.staff("zh-CN", Stage.WIDE);
    assertThat(cell(row(chinese, one), "商品").locator(".more")).hasCount(0);
  }

  @Test
  void aNewPriceIsThatOfNewOrdersOnly(Stage stage) throws Exception {
    String sku = "TG-PHN-001-WH-256";
    JsonNode before = stage.shop().place(2, sku, 2);
    stage.shop().setPrice(stage.shop().staff("admin"), sku, 1_234_567);
    JsonNode after = stage.shop().place(2, sku, 2);
    Page page = stage.staff();
    page.navigate(stage.url("/orders/" + number(after)));
    assertThat(page.locator(".line .note").filter(containing("×"))).hasText("¥12,345.67 × 2");
    assertThat(page.locator(".line .strong")).hasText("¥24,691.34");
    page.navigate(stage.url("/orders/" + number(before)));
    assertThat(page.locator(".sums .total dd")).hasText(Shown.money(before.path("total")));
  }

  @Test
  void theListFollowsWithoutBeingLoadedAgain(Stage stage) {
    JsonNode waiting = stage.shop().place(3, Shop.PHONE, 1);
    Page page = stage.staff();
    page.evaluate("window.stayed = true");
    Locator state = cell(row(page, waiting), "State");
    assertThat(state).hasText("Awaiting payment");

    JsonNode another = stage.shop().place(3, Shop.PHONE, 2);
    assertThat(row(page, another)).isVisible();
    stage.shop().cancel(3, number(another));
    assertThat(cell(row(page, another), "State")).hasText("Cancelled");
    stage.shop().pay(3, number(waiting));
    assertThat(state.locator("[data-state=awaiting_payment]")).hasCount(0);
    assertThat(state.locator("[data-state]"))
        .hasAttribute("data-state", Pattern.compile("awaiting_shipment|shipped|delivered"));
    org.assertj.core.api.Assertions.assertThat(page.evaluate("window.stayed")).isEqualTo(true);
  }

  @Test
  void thePageTellsWhenTheServerIsAway(Stage stage) {
    Page page = stage.staff();
    Locator notice = page.locator("[data-stale]");
    assertThat(notice).isHidden();
    page.route("**/orders/live*", route -> route.abort());
    assertThat(notice).isVisible();
    page.unroute("**/orders/live*");
    assertThat(notice).isHidden();
  }

  @Test
  void ordersAreFoundByStateNumberAndCustomer(Stage stage) {
    JsonNode open = stage.shop().place(4, Shop.PHONE, 1);
    JsonNode gone = stage.shop().place(4, Shop.PHONE, 1);
    JsonNode others = stage.shop().place(5, Shop.PHONE, 1);
    stage.shop().cancel(4, number(gone));
    Page page = stage.staff();

    page.getByLabel("State").selectOption("cancelled");
    assertThat(page).hasURL(Pattern.compile("state=cancelled"));
    assertThat(row(page, gone)).isVisible();
    assertThat(row(page, open)).hasCount(0);
    assertThat(page.getByLabel("State")).hasValue("cancelled");

    page.getByText("Show all").click();
    find(page, number(others));
    assertThat(rows(page)).hasCount(1);
    assertThat(row(page, others)).isVisible();

    find(page, "4");
    assertThat(rows(page)).hasCount(2);
    page.getByLabel("State").selectOption("awaiting_payment");
    assertThat(rows(page)).hasCount(1);
    assertThat(row(page, open)).isVisible();
    assertThat(page.getByLabel("Order number or customer")).hasValue("4");

    find(page, "nobody");
    assertThat(page.locator(".empty-title")).hasText("No order matches");
    assertThat(page.locator(".empty-subtitle")).not().isEmpty();
  }

  @Test
  void olderOrdersAreOnFurtherPages(Stage stage) {
    JsonNode oldest = stage.shop().place(6, Shop.PHONE, 1);
    for (int i = 0; i < 26; i++) {
      stage.shop().place(6, Shop.PHONE, 1);
    }
    Page page = stage.staff();
    find(page, "6");
    assertThat(rows(page)).hasCount(25);
    page.getByText("Older").click();
    assertThat(rows(page)).hasCount(2);
    assertThat(row(page, oldest)).isVisible();
    page.getByText("Newest").click();
    assertThat(rows(page)).hasCount(25);
  }

  @Test
  void aRowLeadsToItsOrderAndBack(Stage stage) {
    JsonNode order = stage.shop().place(7, Shop.PHONE, 1);
    Page page = stage.staff();
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(number(order))).click();
    assertThat(page.locator("h1")).containsText(number(order));
    page.locator("#back").click();
    assertThat(page).hasURL(stage.url("/orders"));
  }

  private static void find(Page page, String text) {
    page.getByLabel("Order number or customer").fill(text);
    page.getByLabel("Order number or customer").press("Enter");
    page.waitForURL(Pattern.compile("q=" + text));
  }

  private static String number(JsonNode order) {
    return order.path("number").asString();
  }

  private static Locator rows(Page page) {
    return page.locator("#order-list tbody tr");
  }

  private static Locator row(Page page, JsonNode order) {
    return rows(page).filter(containing(number(order)));
  }

  private static Locator.FilterOptions containing(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }

  private static Locator cell(Locator row, String label) {
    return row.locator("td[data-label='" + label + "']");
  }
}
