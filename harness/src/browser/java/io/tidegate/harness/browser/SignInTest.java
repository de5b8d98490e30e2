package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who comes in, with mouse or keyboard, and how they leave. */
@InBrowser
class SignInTest {

  @Test
  void onlyThePrintedPasswordOpens(Stage stage) {
    Page page = stage.visitor();
    page.navigate(stage.url(""));
    assertThat(page).hasURL(stage.url("/sign-in"));
    Stage.signIn(page, "not the password");
    assertThat(page.locator("[role=alert]")).hasText("Name or password is wrong.");
    assertThat(page.locator("#name")).hasValue("admin");
    assertThat(page.locator("#password")).isFocused();
    assertThat(page.locator("nav")).hasCount(0);

    Stage.signIn(page, stage.shop().password());
    assertThat(page).hasURL(stage.url("/orders"));
    assertThat(page.locator("h1")).hasText("Orders");
  }

  @Test
  void signingInLeadsToThePageThatWasAskedFor(Stage stage) {
    Page page = stage.visitor();
    page.navigate(stage.url("/health"));
    assertThat(page).hasURL(Pattern.compile("/console/sign-in\\?next="));
    Stage.signIn(page, stage.shop().password());
    assertThat(page).hasURL(stage.url("/health"));
  }

  @Test
  void afterSigningOutNothingIsShown(Stage stage) {
    Page page = stage.staff();
    page.locator("button", new Page.LocatorOptions().setHasText("Sign out admin")).click();
    assertThat(page).hasURL(stage.url("/sign-in"));
    page.navigate(stage.url("/orders"));
    assertThat(page.locator("#password")).isVisible();
    assertThat(page.locator("#order-list")).hasCount(0);
  }

  @Test
  void theKeyboardIsEnoughToSignIn(Stage stage) {
    Page page = stage.visitor();
    page.navigate(stage.url("/sign-in"));
    assertThat(page.locator("#name")).isFocused();
    page.keyboard().type("admin");
    page.keyboard().press("Tab");
    assertThat(page.locator("#password")).isFocused();
    page.keyboard().type(stage.shop().password());
    page.keyboard().press("Tab");
    assertThat(page.locator("main button")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page).hasURL(stage.url("/orders"));
  }

  @Test
  void theKeyboardReachesTheNavigationInItsOrderAndShowsWhereItIs(Stage stage) {
    Page page = stage.staff();
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      page.keyboard().press("Tab");
      reached.add((String) page.evaluate("document.activeElement.textContent.trim()"));
      assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
          .as("the outline of %s", reached.getLast())
          .isEqualTo("solid");
    }
    assertThat(reached.getFirst()).isEqualTo("Skip to content");
    assertThat(reached.subList(2, 8))
        .containsExactly("Orders", "Dead letters", "Health", "中文", "Dark", "Sign out admin");

    page.keyboard().press("Shift+Tab");
    for (int i = 0; i < 4; i++) {
      page.keyboard().press("Shift+Tab");
    }
    page.keyboard().press("Enter");
    assertThat(page).hasURL(stage.url("/orders"));
    page.locator(".skip").focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("#content")).isFocused();
  }
}
