package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Dead letters and health, as the machinery really is. */
@InBrowser
class MachineryTest {
  private static final Page.GetByTextOptions EXACT = new Page.GetByTextOptions().setExact(true);

  @Test
  void aStuckEventIsReplayedByAClick(Stage stage) throws Exception {
    Page page = stage.staff();
    String number = stuck(stage, page, 31);
    // After the last of its tries nobody but staff takes it up again.
    stage.shop().sql("update messaging.dead_letter set state = 'dead' where key = " + number);
    assertThat(page.locator("[data-effect=dead]")).hasCount(1);

    page.navigate(stage.url("/dead-letters"));
    Locator letter = letter(page, number);
    assertThat(letter.locator("h2")).hasText("Points · " + number);
    assertThat(letter.locator(".state")).hasText("Stuck");
    assertThat(letter.locator(".why")).containsText("refused31");
    assertThat(letter.locator(".note")).containsText("order.paid.v1");

    stage.shop().grantPoints(31);
    letter.getByText("Replay").click();
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("It is tried again now.");
    page.navigate(stage.url("/orders/" + number));
    assertThat(page.locator("[data-effect=done]")).hasCount(7);
    page.navigate(stage.url("/dead-letters"));
    assertThat(letter(page, number)).hasCount(0);
  }

  @Test
  void aStuckEventIsDiscardedWithAReason(Stage stage) throws Exception {
    Page page = stage.staff();
    String number = stuck(stage, page, 32);
    page.navigate(stage.url("/dead-letters"));
    Locator letter = letter(page, number);
    letter.getByText("Discard").click();
    assertThat(letter).isVisible(); // a reason is required
    letter.getByLabel("Reason for discarding").fill("points were given by hand");
    letter.getByText("Discard").click();
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("It was discarded.");
    assertThat(letter(page, number)).hasCount(0);
    stage.shop().grantPoints(32);

    page.navigate(stage.url("/audit-log"));
    page.getByLabel("Kind").selectOption("dead-letter.discard");
    page.getByText("Search", EXACT).click();
    Locator act = page.locator("tr[id^=act-]").first();
    assertThat(act).containsText("Discarded a dead letter");
    assertThat(act.locator("td[data-label=Who]")).hasText("admin");
    assertThat(act.locator("td[data-label=Details]")).containsText("order.paid.v1");
    act.getByText("admin", new Locator.GetByTextOptions().setExact(true)).click();
    page.waitForURL(Pattern.compile("audit-log\\?actor=admin$"));
    assertThat(page.getByLabel("Name")).hasValue("admin");
    assertThat(page.getByLabel("Kind")).hasValue("");
  }

  /** A paid order whose points the database refuses, for this one customer; its page is open. */
  private static String stuck(Stage stage, Page page, int user) throws Exception {
    stage.shop().refusePoints(user);
    String number = stage.shop().place(user, Shop.PHONE, 1).path("number").asString();
    stage.shop().pay(user, number);
    page.navigate(stage.url("/orders/" + number));
    assertThat(page.locator("[data-effect=retrying]")).hasCount(1);
    assertThat(page.locator("[data-effect=done]")).hasCount(6); // others flow on
    return number;
  }

  @Test
  void anAuditIsRunByAClickAndLooksAtEveryRow(Stage stage) throws Exception {
    Page page = stage.staff();
    page.navigate(stage.url("/audit"));
    page.getByText("Read everything again").click();
    Locator stock =
        page.locator("#audit tbody tr")
            .filter(new Locator.FilterOptions().setHas(page.getByText("S1", EXACT)));
    long skus = stage.shop().count("select count(*) from inventory.stock");
    assertThat(stock.locator("td[data-label='Looked at']"))
        .hasText(String.format(Locale.ROOT, "%,d", skus));
    assertThat(stock.locator("[data-state]")).hasText("Holds");
  }

  @Test
  void healthCountsTheOrdersThatWerePlaced(Stage stage) {
    Page page = stage.staff();
    page.navigate(stage.url("/health"));
    page.evaluate("window.stayed = true");
    assertThat(page.locator(".effect .name")).hasText(new String[] {"API", "Broker", "Database"});
    assertThat(page.locator(".effect .state")).hasText(new String[] {"Up", "Up", "Up"});
    Locator commands =
        page.locator("tr", new Page.LocatorOptions().setHasText("Place orders"))
            .locator("td[data-label=Commands]");
    long before = Long.parseLong(commands.innerText().replace(",", ""));
    for (int i = 0; i < 3; i++) {
      stage.shop().place(33, Shop.PHONE, 1);
    }
    assertThat(commands).hasText(String.format(Locale.ROOT, "%,d", before + 3));
    org.assertj.core.api.Assertions.assertThat(page.evaluate("window.stayed")).isEqualTo(true);
  }

  private static Locator letter(Page page, String number) {
    return page.locator(".letter", new Page.LocatorOptions().setHasText(number));
  }
}
