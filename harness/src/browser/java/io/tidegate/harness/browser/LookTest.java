package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
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

/** Every page in both languages, looks and widths; pictures of all are kept. */
@InBrowser
class LookTest {
  private static final Map<String, String> PATHS = new LinkedHashMap<>();

  /** Every page, with something on it. */
  @BeforeAll
  static void fill(Stage stage) throws Exception {
    String stuck = stuck(stage);
    String refunded = refunded(stage);
    audit(stage);
    PATHS.put("orders", "/orders");
    PATHS.put("orders-none", "/orders?q=nobody");
    String open = stage.shop().place(41, Shop.PHONE, 1).path("number").asString();
    PATHS.put("order-open", "/orders/" + open);
    PATHS.put("order-stuck", "/orders/" + stuck);
    PATHS.put("order-refunded", "/orders/" + refunded);
    PATHS.put("dead-letters", "/dead-letters");
    PATHS.put("audit", "/audit");
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
    for (String entry : List.of("Dead letters", "Audit", "Health", "Orders")) {
      Locator link = page.locator("nav .entry", new Page.LocatorOptions().setHasText(entry));
      assertThat(link).isInViewport();
      link.click();
      assertThat(page.locator("h1")).hasText(entry);
      assertThat(page.locator("nav .entry[aria-current=page]")).hasText(entry);
    }
  }

  @ParameterizedTest
  @CsvSource({"en,light,1280", "en,dark,390", "zh,dark,1280", "zh,light,390"})
  void everyPageIsAccessible(String language, String theme, int width, Stage stage) {
    List<String> faults = new ArrayList<>();
    walk(
        stage,
        language,
        theme,
        width,
        (page, name) ->
            Accessibility.faults(new AxeBuilder(page))
                .forEach(fault -> faults.add(name + ": " + fault)));
    assertThat(faults).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "en,light,1280", "en,light,390", "en,dark,1280", "en,dark,390",
    "zh,light,1280", "zh,light,390", "zh,dark,1280", "zh,dark,390",
    "en,light,768", "zh,dark,1024"
  })
  void noPageScrollsSideways(String language, String theme, int width, Stage stage) {
    List<String> faults = new ArrayList<>();
    walk(
        stage,
        language,
        theme,
        width,
        (page, name) -> {
          stage.picture(page, name + "-" + language + "-" + theme + "-" + width);
          Object inside = page.evaluate("document.documentElement.scrollWidth");
          if (!inside.equals(width)) {
            faults.add(name + " is " + inside + " px wide in a window of " + width);
          }
          Object hidden =
              page.evaluate(
                  "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth"
                      + " && getComputedStyle(e).overflowX === 'auto').map(e => e.className + ' ' + e.scrollWidth + ' px in ' + e.clientWidth)");
          if (!hidden.equals(List.of())) {
            faults.add(name + " hides a part in " + hidden);
          }
        });
    assertThat(faults).isEmpty();
  }

  @FunctionalInterface
  private interface Look {
    void at(Page page, String name);
  }

  private static void walk(Stage stage, String language, String theme, int width, Look look) {
    Page page = stage.staff(language, width);
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
        .containsText("Delivered", new LocatorAssertions.ContainsTextOptions().setTimeout(60_000));
    page.navigate(stage.url("/dead-letters"));
    assertThat(page.locator(".letter").filter(new Locator.FilterOptions().setHasText(number)))
        .isVisible();
    page.context().close();
    return number;
  }

  private static void audit(Stage stage) {
    Page page = stage.staff();
    page.navigate(stage.url("/audit"));
    page.getByText("Audit now").click();
    assertThat(page.locator("#audit tbody tr").first()).isVisible();
    page.context().close();
  }
}
