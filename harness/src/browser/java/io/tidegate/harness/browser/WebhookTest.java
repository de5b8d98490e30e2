package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Webhooks, from the form to a delivery that is sent again. */
@InBrowser
class WebhookTest {

  /** A name that no resolver knows: what is sent there is tried, and fails at once. */
  private static final String ADDRESS = "https://shop.invalid/in";

  @Test
  void aWebhookIsMadeTestedAndSentAgain(Stage stage) throws Exception {
    Page page = stage.staff();
    String path = made(stage, page);
    page.navigate(stage.url(path));
    assertThat(page.locator("h1")).hasText(ADDRESS);
    Locator sent = page.locator("tbody tr").first();
    assertThat(sent).containsText("webhook.test.v1");

    stage
        .shop()
        .sql(
            "update webhooks.delivery set state = 'failed', why = 'no_address', tries = 10,"
                + " next_try_at = null, ended_at = now() where subscription = "
                + path.substring(path.lastIndexOf('/') + 1));
    page.navigate(stage.url(path + "?state=failed"));
    assertThat(sent).containsText("no_address");
    sent.getByText("Send again").click();
    assertThat(page.getByRole(AriaRole.STATUS).first()).hasText("It is sent again now.");

    page.getByText("Disable").click();
    assertThat(page.locator(".head .state")).hasText("Disabled");
    assertThat(page.getByText("Somebody disabled it.")).isVisible();
    page.locator("summary").getByText("Delete").click();
    page.getByText("Delete for good").click();
    assertThat(page.getByRole(AriaRole.STATUS).first()).hasText("It is deleted.");
  }

  /** The page of a webhook that was made by its form and sent a test. */
  static String made(Stage stage, Page page) {
    page.navigate(stage.url("/webhooks"));
    page.getByLabel("Address").fill("http://127.0.0.1/in");
    page.getByText("Subscribe", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator("#new-url-bad")).containsText("public internet");
    page.getByLabel("Address").fill(ADDRESS);
    page.getByLabel("Events").fill("order.*");
    page.getByText("Subscribe", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.getByRole(AriaRole.ALERT).locator("code"))
        .hasText(Pattern.compile("whsec_[A-Za-z0-9+/]{43}="));
    page.getByText("Send a test").click();
    assertThat(page.getByRole(AriaRole.STATUS).first()).hasText("A test is on its way.");
    String url = page.url().replaceFirst("\\?.*", "");
    return url.substring(url.indexOf("/webhooks/"));
  }
}
