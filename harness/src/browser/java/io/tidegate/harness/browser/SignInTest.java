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
  void theKeyboardReachesTheNavigationInOrderAndShowsWhereItIs(Stage stage) {
    Page page = stage.staff();
    List<String> wanted = new ArrayList<>(page.locator("nav .entry span").allInnerTexts());
    assertThat(wanted).contains("Orders", "Dead letters", "Health");
    wanted.addAll(List.of("中文", "Dark", "Sign out admin"));
    wanted.addAll(0, List.of("Skip to content", "Tidegate Operations"));
    List<String> reached = new ArrayList<>();
    while (reached.size() < wanted.size()) {
      page.keyboard().press("Tab");
      reached.add((String) page.evaluate("document.activeElement.innerText"));
      assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
          .as("the outline of %s", reached.getLast())
          .isEqualTo("solid");
    }
    assertThat(reached.stream().map(text -> text.strip().replaceAll("\\s+", " ")))
        .isEqualTo(wanted);
  }

  @Test
  void theKeyboardOpensAPageAndSkipsToItsContent(Stage stage) {
    Page page = stage.staff();
    page.locator("nav .entry").last().focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("nav .entry").last()).hasAttribute("aria-current", "page");
    page.keyboard().press("Tab");
    assertThat(page.locator(".skip")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("#content")).isFocused();
  }
}
