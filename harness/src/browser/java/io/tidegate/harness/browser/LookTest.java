package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Every page in English and light, and in Chinese and dark, at each width; a picture of each is
 * kept, of the one at the desk's width, of the other at the phone's.
 */
@InBrowser
class LookTest {
  private static final Map<String, String> PATHS = new LinkedHashMap<>();

  /** A desk's, a notebook's, a tablet's and a phone's. */
  private static final List<Integer> WIDTHS = List.of(Stage.WIDE, 1024, 768, Stage.PHONE);

  /** Charts are drawn anew after their window has become narrower. */
  private static final double FITTED_MILLIS_MAX = 5_000;

  private static final String HIDDEN =
      "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth"
          + " && getComputedStyle(e).overflowX === 'auto')"
          + ".map(e => e.className + ' ' + e.scrollWidth + ' px in ' + e.clientWidth)";

  /** Every page, with something on it. */
  @BeforeAll
  static void fill(Stage stage) throws Exception {
    String stuck = stuck(stage);
    String refunded = refunded(stage);
    audit(stage);
    failed(stage, stuck);
    String asked = AftersalesTest.refused(stage, 44).path("id").asString();
    stage.shop().payments(AftersalesTest.WELL);
    String back = received(stage);
    String parked = AftersalesTest.parked(stage, 46);
    stage.shop().payments(AftersalesTest.WELL);
    compared(stage);
    PATHS.put("orders", "/orders");
    PATHS.put("orders-none", "/orders?q=nobody");
    String open = stage.shop().place(41, Shop.PHONE, 1).path("number").asString();
    PATHS.put("order-open", "/orders/" + open);
    PATHS.put("order-stuck", "/orders/" + stuck);
    PATHS.put("order-refunded", "/orders/" + refunded);
    PATHS.put("refunds", "/refunds");
    PATHS.put("refund", "/refunds/" + asked);
    PATHS.put("returns", "/returns");
    PATHS.put("return", "/returns/" + back);
    PATHS.put("parked", "/parked");
    PATHS.put("stuck", "/stuck");
    PATHS.put("notices", "/payments/" + parked + "p1");
    PATHS.put(
        "notices-none", "/payments/" + stage.shop().startPayment(41, open).path("id").asString());
    PATHS.put("notices-newest", "/payments");
    PATHS.put("reconciliation", "/reconciliation?date=2098-01-03");
    PATHS.put("goods", "/goods");
    PATHS.put("freight", "/freight");
    PATHS.put("promotions", "/promotions");
    PATHS.put("coupons", "/coupons");
    PATHS.put("flash-sales", "/flash-sales");
    PATHS.put("flash-sale-planned", FlashSaleTest.planned(stage));
    PATHS.put("flash-sale-open", FlashSaleTest.open(stage));
    PATHS.put("flash-sale-draw", FlashSaleTest.draw(stage));
    PATHS.put("reports", "/reports");
    PATHS.put("report-days", ReportsTest.turnover(stage));
    PATHS.put("report-ranked", "/reports/orders-by-state");
    PATHS.put("report-none", "/reports/turnover?from=2001-01-01&to=2001-01-07");
    PATHS.put("report-wrong", "/reports/turnover?from=2001-01-07&to=2001-01-01");
    PATHS.put("sql", "/sql");
    PATHS.put("webhooks", "/webhooks");
    PATHS.put("webhook", webhook(stage));
    PATHS.put("dead-letters", "/dead-letters");
    PATHS.put("audit", "/audit");
    PATHS.put("acts", "/audit-log");
    PATHS.put("monitoring", "/monitoring");
    PATHS.put("health", "/health");
    PATHS.put("not-found", "/no-such-page");
  }

  @Test
  void theLanguageIsSwitchedAndKept(Stage stage) {
    Page page = stage.staff();
    page.navigate(stage.url("/health"));
    assertThat(page.locator("html")).hasAttribute("lang", "en");
    control(page, "language").click();
    assertThat(page).hasURL(stage.url("/health"));
    assertThat(page.locator("html")).hasAttribute("lang", "zh-CN");
    assertThat(page.locator("h1")).hasText("健康");
    page.navigate(stage.url("/orders"));
    assertThat(page.locator("h1")).hasText("订单");
    control(page, "language").click();
    assertThat(page.locator("h1")).hasText("Orders");
  }

  @Test
  void theFirstVisitSpeaksTheBrowsersLanguage(Stage stage) {
    assertThat(stage.staff("zh-CN", Stage.WIDE).locator("h1")).hasText("订单");
  }

  @Test
  void darkAndLightAreSwitchedAndKept(Stage stage) {
    Page page = stage.staff();
    Object light = page.evaluate("getComputedStyle(document.body).backgroundColor");
    control(page, "theme").click();
    assertThat(page.locator("html")).hasAttribute("data-bs-theme", "dark");
    assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        .isNotEqualTo(light);
    page.navigate(stage.url("/health"));
    assertThat(page.locator("html")).hasAttribute("data-bs-theme", "dark");
    control(page, "theme").click();
    assertThat(page.locator("html")).hasAttribute("data-bs-theme", "light");
  }

  @Test
  void theNavigationWorksOnAPhone(Stage stage) {
    Page page = stage.staff("en", Stage.PHONE);
    for (String entry :
        List.of(
            "Refunds",
            "Returns",
            "Parked payments",
            "Reconciliation",
            "Stuck",
            "Goods",
            "Freight",
            "Promotions",
            "Coupons",
            "Flash sales",
            "Reports",
            "SQL questions",
            "Feed and lag",
            "Webhooks",
            "Dead letters",
            "Audit",
            "Staff acts",
            "Monitoring",
            "Health",
            "Orders")) {
      Locator link = page.locator("nav .entry", new Page.LocatorOptions().setHasText(entry));
      assertThat(link).isInViewport();
      link.click();
      assertThat(page.locator("h1")).hasText(entry);
      assertThat(page.locator("nav .entry[aria-current=page]")).hasText(entry);
    }
  }

  @Test
  void whatIsNotAccessibleIsFound(Stage stage) {
    Page page = stage.staff();
    page.evaluate("document.documentElement.removeAttribute('lang')");
    page.evaluate("document.querySelector('h1').style.color = '#eee'");
    assertThat(Accessibility.faults(page))
        .anyMatch(fault -> fault.startsWith("html-has-lang: "))
        .anyMatch(fault -> fault.startsWith("color-contrast: "));
  }

  /**
   * Each page is loaded once for a language and a look, and its window then made narrower: no width
   * cuts anything off. Axe looks at one width of each and a picture is taken of it: each language,
   * each look, the desk and the phone are seen, not each with each.
   */
  @ParameterizedTest
  @CsvSource({"en,light,1280", "zh,dark,390"})
  void everyPageIsAccessibleAndFitsEveryWindow(
      String language, String theme, int examined, Stage stage) {
    List<String> faults = new ArrayList<>();
    walk(
        stage,
        language,
        theme,
        (page, name) -> {
          for (int width : WIDTHS) {
            String seen = name + "-" + language + "-" + theme + "-" + width;
            Stage.widen(page, width);
            faults.addAll(sideways(page, seen, width));
            if (width == examined) {
              stage.picture(page, seen);
              Accessibility.faults(page).forEach(fault -> faults.add(seen + ": " + fault));
            }
          }
          Stage.widen(page, Stage.WIDE);
        });
    assertThat(faults).isEmpty();
  }

  /** What of a page is wider than its window, once what fits itself into it has done so. */
  private static List<String> sideways(Page page, String name, int width) {
    try {
      page.waitForFunction(
          "width => document.documentElement.scrollWidth === width && " + HIDDEN + ".length === 0",
          width,
          new Page.WaitForFunctionOptions().setTimeout(FITTED_MILLIS_MAX));
      return List.of();
    } catch (TimeoutError e) {
      return List.of(
          name
              + " is "
              + page.evaluate("document.documentElement.scrollWidth")
              + " px wide, and hides "
              + page.evaluate(HIDDEN));
    }
  }

  @FunctionalInterface
  private interface Look {
    void at(Page page, String name);
  }

  private static void walk(Stage stage, String language, String theme, Look look) {
    Page page = stage.staff(language, Stage.WIDE);
    if (theme.equals("dark")) {
      control(page, "theme").click();
      assertThat(page.locator("html")).hasAttribute("data-bs-theme", "dark");
    }
    for (Map.Entry<String, String> path : PATHS.entrySet()) {
      page.navigate(stage.url(path.getValue()));
      look.at(page, path.getKey());
    }
    control(page, "leave").click();
    page.waitForURL(stage.url("/sign-in"));
    Stage.signIn(page, "wrong");
    assertThat(page.locator("[role=alert]")).isVisible();
    look.at(page, "sign-in");
    Stage.signIn(page, stage.shop().password()); // Too many wrong ones would shut others out.
    page.waitForURL(stage.url("/orders"));
  }

  /** A button of the frame, by its icon: its words depend on language and look. */
  private static Locator control(Page page, String icon) {
    String name =
        switch (icon) {
          case "theme" -> "button[name=theme]";
          case "language" -> "button[name=language]";
          default -> "form[action$=sign-out] button";
        };
    return page.locator(name);
  }

  /** An order that was paid twice: the second payment goes back. */
  private static String refunded(Stage stage) {
    Shop shop = stage.shop();
    String number = shop.place(43, Shop.PHONE, 1).path("number").asString();
    JsonNode first = shop.startPayment(43, number);
    JsonNode second = shop.startPayment(43, number);
    shop.settle(first);
    shop.settle(second);
    Page page = stage.staff();
    page.navigate(stage.url("/orders/" + number));
    assertThat(page.locator("section[aria-labelledby=refunds-title]")).containsText("Succeeded");
    page.context().close();
    return number;
  }

  /** An order whose points are refused; it is delivered before it is looked at. */
  private static String stuck(Stage stage) throws Exception {
    Shop shop = stage.shop();
    shop.refusePoints(42);
    String items =
        "{\"sku\":\""
            + Shop.PHONE
            + "\",\"quantity\":1},{\"sku\":\"TG-PHN-001-WH-256\",\"quantity\":2}";
    String number = shop.place(42, items).path("number").asString();
    shop.pay(42, number);
    Page page = stage.staff();
    page.navigate(stage.url("/orders/" + number));
    assertThat(page.locator(".steps-list"))
        .containsText(
            "Delivered",
            new LocatorAssertions.ContainsTextOptions().setTimeout(Stage.JOURNEY_MILLIS_MAX));
    page.navigate(stage.url("/dead-letters"));
    assertThat(page.locator(".letter").filter(new Locator.FilterOptions().setHasText(number)))
        .isVisible();
    page.context().close();
    return number;
  }

  /** Its parcel has an error, and its messages are given up. */
  private static void failed(Stage stage, String number) throws Exception {
    stage
        .shop()
        .sql(
            "update fulfilment.shipment set last_error = 'warehouse: refused, no room', tries = 12,"
                + " failing_since = clock_timestamp() - interval '1 hour',"
                + " next_step_at = clock_timestamp() + interval '1 day' where order_number = "
                + number);
    stage
        .shop()
        .sql(
            "update notification.message set state = 'failed', why = 'no_such_phone',"
                + " next_try_at = null, sent_at = null, failed_at = clock_timestamp()"
                + " where order_number = "
                + number);
    Page page = stage.staff();
    page.navigate(stage.url("/stuck"));
    assertThat(page.locator("form[action$=try-again]").first()).isVisible();
    assertThat(page.locator("form[action$=send-again]").first()).isVisible();
    page.context().close();
  }

  /** A return whose goods wait to be inspected. */
  private static String received(Stage stage) {
    String number = AftersalesTest.delivered(stage, 45);
    String id = stage.shop().sendBack(45, number, 2).path("id").asString();
    Page page = stage.staff();
    page.navigate(stage.url("/returns/" + id));
    page.locator("form[action$=approve] button").click();
    page.locator("form[action$=receive] button").click();
    assertThat(page.locator(".state.big")).hasText("Received");
    page.context().close();
    return id;
  }

  /** A day with a payment that only the provider knows. */
  private static void compared(Stage stage) {
    Page page = stage.staff();
    page.navigate(stage.url("/reconciliation?date=2098-01-03"));
    page.getByText("Import a statement").click();
    page.locator("#csv")
        .fill(
            """
            type,number,payment,transaction,amount,currency,at
            payment,7p1,7p1,TX-2,1990,CNY,2098-01-03T02:00:00Z
            """);
    page.getByText("Import and compare").click();
    assertThat(page.locator(".letter")).hasCount(1);
    page.context().close();
  }

  /** A webhook whose receiver can't be found. */
  private static String webhook(Stage stage) {
    Page page = stage.staff();
    String path = WebhookTest.made(stage, page);
    page.context().close();
    return path;
  }

  private static void audit(Stage stage) {
    Page page = stage.staff();
    page.navigate(stage.url("/audit"));
    page.getByText("Audit now").click();
    assertThat(page.locator("#audit tbody tr").first()).isVisible();
    page.context().close();
  }
}
