package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a provider sent about a payment is found from its order and from what is parked. */
@InBrowser
class NoticesTest {

  @AfterEach
  void allIsWell(Stage stage) {
    stage.shop().payments(AftersalesTest.WELL);
  }

  @Test
  void anOrdersPaymentTellsWhatItsProviderSent(Stage stage) {
    Shop shop = stage.shop();
    String number = shop.place(71, Shop.PHONE, 1).path("number").asString();
    JsonNode payment = shop.startPayment(71, number);
    shop.settle(payment);
    String id = payment.path("id").asString();
    Page page = stage.staff();
    page.navigate(stage.url("/orders/" + number));
    page.locator("#notices-" + id).click();
    assertThat(page.locator("h1")).hasText("Notices of payment " + id);
    reloadUntilListed(page, 1);
    Locator first = page.locator(".letter").first();
    assertThat(first.locator(".state")).hasText("Taken");
    assertThat(first.locator(".pairs")).containsText(id);

    shop.tellAgain(id);
    reloadUntilListed(page, 2);
    assertThat(page.locator(".letter").first().locator(".state")).hasText("Known before");
    page.locator("#back").click();
    assertThat(page.locator("h1")).containsText(number);
  }

  @Test
  void whatIsParkedTellsWhyAndForgeriesAreAmongTheNewest(Stage stage) {
    Shop shop = stage.shop();
    String number = AftersalesTest.parked(stage, 72);
    Page page = stage.staff();
    page.navigate(stage.url("/parked"));
    Locator row = page.locator(".letter").filter(new Locator.FilterOptions().setHasText(number));
    row.getByText("What the provider sent").click();
    reloadUntilListed(page, 1);
    assertThat(page.locator(".letter").first()).containsText("amount");

    shop.payments("{\"mode\":\"bad_signature\",\"count\":1}");
    String other = shop.place(73, Shop.PHONE, 1).path("number").asString();
    shop.settle(shop.startPayment(73, other));
    page.getByText("Newest notices of all providers").click();
    page.waitForCondition(() -> {
      page.reload();
      return page.locator("[data-verdict=rejected]").count() > 0;
    });
    assertThat(page.locator("[data-verdict=rejected]").first().locator(".state"))
        .hasText("Refused");
  }

  /** They are written a moment after their answers. */
  private static void reloadUntilListed(Page page, int notices) {
    page.waitForCondition(() -> {
      page.reload();
      return page.locator(".letter").count() >= notices;
    });
  }
}
