package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Flash sales, planned and opened by clicks, and followed without a reload. */
@InBrowser
class FlashSaleTest {
  private static final String SKU = "TG-PHN-001-WH-256";
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  /** What became of an order comes as an event. */
  private static final LocatorAssertions.HasTextOptions IN_TIME =
      new LocatorAssertions.HasTextOptions().setTimeout(Stage.JOURNEY_MILLIS_MAX);

  private static final Pattern MADE = Pattern.compile("flash-sales/\\d+\\?done=made$");
  private static final Pattern COUNT = Pattern.compile("\\d\\d:\\d\\d:\\d\\d");

  @Test
  void aSaleIsPlannedOpenedAndStoppedWhileAnotherPageFollows(Stage stage) throws Exception {
    Page page = stage.staff();
    plan(stage, page, "Ten phones");
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("The sale is planned.");
    assertThat(page.locator("h1")).hasText("Ten phones");
    assertThat(page.locator(".state.big")).hasText("Planned");
    long available = available(stage);

    Page other = stage.staff();
    other.navigate(page.url());
    other.evaluate("window.stayed = true");
    act(page, "Set the goods aside", "Set aside now");
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("The goods are set aside.");
    assertThat(other.locator(".state.big")).hasText("Goods set aside");
    assertThat(free(other)).hasText("10");
    assertThat(available(stage)).isEqualTo(available - 10);
    assertThat(other.getByText("Set the goods aside")).hasCount(0);

    act(page, "Start early", "Start it now");
    assertThat(other.locator(".state.big")).hasText("Open");
    assertThat(other.locator(".count")).containsText("Ends in");
    assertThat(other.locator("[role=timer]")).hasText(COUNT);

    page.locator("summary").getByText("Add pieces").click();
    page.locator("#stock-quantity").fill("2");
    page.getByText("Add them").click();
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("The pieces are added.");
    assertThat(free(other)).hasText("12");

    act(page, "Stop", "Stop it now");
    assertThat(other.locator(".state.big")).hasText("Stopped");
    assertThat(other.locator("#sale-acts")).isHidden();
    assertThat(other.locator(".count")).hasCount(0);
    assertThat(available(stage)).isEqualTo(available);
    assertThat(other.evaluate("window.stayed")).isEqualTo(true);
  }

  @Test
  void whatIsTypedStaysWhileFiguresChange(Stage stage) {
    Page page = stage.staff();
    plan(stage, page, "Typed in");
    act(page, "Start early", "Start it now");
    Page other = stage.staff();
    other.navigate(page.url());
    other.locator("summary").getByText("Add pieces").click();
    Locator pieces = other.locator("#stock-quantity");
    pieces.fill("7");
    page.locator("summary").getByText("Add pieces").click();
    page.locator("#stock-quantity").fill("3");
    page.getByText("Add them").click();
    assertThat(free(other)).hasText("13");
    assertThat(pieces).hasValue("7");
    assertThat(pieces).isFocused();
    act(page, "Stop", "Stop it now");
  }

  @Test
  void whatIsBoughtIsFollowed(Stage stage) {
    String path = open(stage);
    Page page = stage.staff();
    page.navigate(stage.url(path));
    assertThat(piece(page, "Waits for payment")).hasText("1", IN_TIME);
    assertThat(piece(page, "Paid")).hasText("1", IN_TIME);
    assertThat(piece(page, "Given up")).hasText("1", IN_TIME);
    assertThat(free(page)).hasText("8");
    Locator gate = page.locator("section[aria-labelledby=sale-gate]");
    assertThat(gate).containsText("Let through3");
    stage.shop().buy(56, path.substring(path.lastIndexOf('/') + 1), SKU, 1);
    assertThat(free(page)).hasText("7");
    assertThat(piece(page, "Waits for payment")).hasText("2");
    assertThat(gate).containsText("Let through4");
    act(page, "Stop", "Stop it now");
    assertThat(page.locator("#sale-figures")).containsText("Back in the normal stock7");
  }

  @Test
  void theCountdownKeepsTheServersTime(Stage stage) {
    Page page = stage.staff();
    page.clock().setFixedTime("2001-01-01T00:00:00Z");
    plan(stage, page, "Counted");
    Locator timer = page.locator("[role=timer]");
    // It starts at an hour, so many hours ahead, whatever this browser takes for the time.
    assertThat(timer).hasText(Pattern.compile("[45]:\\d\\d:\\d\\d$|^0[45]:\\d\\d:\\d\\d$"));
    String before = timer.innerText();
    assertThat(timer).not().hasText(before);
    act(page, "Stop", "Stop it now");
  }

  /** A sale that waits for its start; its path. */
  static String planned(Stage stage) {
    Page page = stage.staff();
    plan(stage, page, "Planned");
    return left(stage, page);
  }

  /** An open one of which something was bought, paid and cancelled; its path. */
  static String open(Stage stage) {
    Page page = stage.staff();
    plan(stage, page, "Double 11: ten phones at half of their price");
    act(page, "Start early", "Start it now");
    String path = left(stage, page);
    String sale = path.substring(path.lastIndexOf('/') + 1);
    Shop shop = stage.shop();
    shop.buy(53, sale, SKU, 1);
    shop.pay(54, shop.buy(54, sale, SKU, 1).path("number").asString());
    shop.cancel(55, shop.buy(55, sale, SKU, 1).path("number").asString());
    return path;
  }

  /** A draw before its start; its path. */
  static String draw(Stage stage) {
    Page page = stage.staff();
    fill(stage, page, "By lot");
    page.getByLabel("Who gets them").selectOption("draw");
    page.getByLabel("Draw at").fill(in(7));
    page.getByText("Plan it").click();
    page.waitForURL(MADE);
    return left(stage, page);
  }

  /** Leaves the page of a sale; its path. */
  private static String left(Stage stage, Page page) {
    String path = page.url().substring(stage.url("").length()).replaceFirst("\\?.*", "");
    page.context().close();
    return path;
  }

  /** A new sale of ten pieces that starts in some hours. */
  private static void plan(Stage stage, Page page, String title) {
    fill(stage, page, title);
    assertThat(page.getByLabel("Draw at")).isHidden();
    page.getByText("Plan it").click();
    page.waitForURL(MADE);
  }

  private static void fill(Stage stage, Page page, String title) {
    page.navigate(stage.url("/flash-sales"));
    var exact = new Page.GetByLabelOptions().setExact(true);
    page.getByLabel("Name for customers").fill(title);
    page.getByLabel("Starts", exact).fill(in(5));
    page.getByLabel("Ends", exact).fill(in(8));
    page.getByLabel("A SKU, its price").fill(SKU + " 1999 10 1");
  }

  /** A full hour, so many ahead, as a form has it. */
  private static String in(int hours) {
    return LocalDateTime.now(ZONE).truncatedTo(ChronoUnit.HOURS).plusHours(hours).toString();
  }

  private static void act(Page page, String name, String button) {
    page.locator("summary").getByText(name, new Locator.GetByTextOptions().setExact(true)).click();
    page.getByText(button).click();
  }

  private static Locator free(Page page) {
    return piece(page, "Left");
  }

  /** A figure of the goods. */
  private static Locator piece(Page page, String label) {
    return page.locator("#sku-" + SKU + " td[data-label='" + label + "']");
  }

  private static long available(Stage stage) throws Exception {
    return stage
        .shop()
        .count(
            String.format(
                Locale.ROOT, "select available from inventory.stock where sku = '%s'", SKU));
  }
}
