package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Dead letters and health, as the machinery really is. */
@InBrowser
class MachineryTest {

  @Test
  void aStuckEventIsReplayedByAClick(Stage stage) throws Exception {
    Shop shop = stage.shop();
    // The database refuses points for this one customer, until somebody mends it.
    shop.sql("alter table points.entry add constraint stuck check (user_id <> 31) not valid");
    String number = shop.place(31, Shop.PHONE, 1).path("number").asString();
    shop.pay(31, number);
    Page page = stage.staff();
    page.navigate(stage.url("/orders/" + number));
    assertThat(page.locator("[data-effect=done]")).hasCount(6);

    page.navigate(stage.url("/dead-letters"));
    Locator letter = letter(page, number);
    assertThat(letter.locator("h2")).hasText("Points · " + number);
    assertThat(letter.locator(".why")).containsText("stuck");
    assertThat(letter.locator(".note")).containsText("order.paid.v1");

    shop.sql("alter table points.entry drop constraint stuck");
    letter.getByText("Replay").click();
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("It is tried again now.");
    page.navigate(stage.url("/orders/" + number));
    assertThat(page.locator("[data-effect=done]")).hasCount(7);
    page.navigate(stage.url("/dead-letters"));
    assertThat(letter(page, number)).hasCount(0);
  }

  @Test
  void aStuckEventIsDiscardedWithAReason(Stage stage) throws Exception {
    Shop shop = stage.shop();
    shop.sql("alter table points.entry add constraint stuck check (user_id <> 32) not valid");
    String number = shop.place(32, Shop.PHONE, 1).path("number").asString();
    shop.pay(32, number);
    Page page = stage.staff();
    page.navigate(stage.url("/orders/" + number));
    assertThat(page.locator("[data-effect=retrying], [data-effect=dead]")).hasCount(1);
    page.navigate(stage.url("/dead-letters"));
    Locator letter = letter(page, number);
    letter.getByText("Discard").click();
    assertThat(letter).isVisible(); // a reason is required
    letter.getByLabel("Reason for discarding").fill("points were given by hand");
    letter.getByText("Discard").click();
    assertThat(letter(page, number)).hasCount(0);
    shop.sql("alter table points.entry drop constraint stuck");
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
