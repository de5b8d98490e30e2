package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A customer pays at the simulated cashier, on a phone and in two languages. */
@InBrowser
class CashierTest {

  @Test
  void aClickPaysTheOrder(Stage stage) {
    String number = stage.shop().place(21, Shop.PHONE, 1).path("number").asString();
    JsonNode payment = stage.shop().startPayment(21, number);
    Page console = stage.staff();
    console.navigate(stage.url("/orders/" + number));

    Page cashier = cashier(stage, payment);
    String major = Shown.money(payment.path("amount")).substring(1);
    assertThat(cashier.locator(".amount")).hasText(major + " CNY");
    assertThat(cashier.locator("body")).containsText(payment.path("id").asString());
    stage.picture(cashier, "cashier");
    button(cashier, "Pay").click();
    assertThat(cashier.getByRole(AriaRole.STATUS)).hasText("Paid. You can go back to the shop.");
    stage.picture(cashier, "cashier-paid");

    assertThat(console.locator(".steps-list")).containsText("Provider sandbox");
    assertThat(console.locator("[data-effect=done]")).hasCount(7);
    JsonNode known = stage.shop().order(21, number).path("payments").path(0);
    assertThat(known.path("state").asString()).isEqualTo("captured");
    assertThat(known.path("amount")).isEqualTo(payment.path("amount"));
  }

  @Test
  void aPaymentThatFailsLeavesTheOrderUnpaid(Stage stage) {
    String number = stage.shop().place(22, Shop.PHONE, 1).path("number").asString();
    Page cashier = cashier(stage, stage.shop().startPayment(22, number));
    button(cashier, "Fail the payment").click();
    assertThat(cashier.getByRole(AriaRole.STATUS))
        .hasText("The payment is closed. No money was taken.");
    assertThat(stage.shop().order(22, number).path("state").asString())
        .isEqualTo("awaiting_payment");
  }

  @Test
  void thePageSpeaksBothLanguagesAndFitsAPhone(Stage stage) {
    String number = stage.shop().place(23, Shop.PHONE, 1).path("number").asString();
    Page page = cashier(stage, stage.shop().startPayment(23, number));
    page.setViewportSize(Stage.PHONE, 800);
    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(Stage.PHONE);
    page.getByText("中文").click();
    assertThat(page.locator("html")).hasAttribute("lang", "zh");
    assertThat(page.locator("h1")).hasText("沙箱收银台");
    assertThat(Accessibility.faults(page)).isEmpty();
  }

  private static Page cashier(Stage stage, JsonNode payment) {
    Page page = stage.visitor();
    page.navigate(payment.path("cashierUrl").asString());
    return page;
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }
}
