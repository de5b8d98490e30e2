package io.tidegate.harness.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Goods and money on their way back, decided about by clicks, beside what the API tells. */
@InBrowser
class AftersalesTest {
  private static final Page.GetByTextOptions EXACT = new Page.GetByTextOptions().setExact(true);
  static final String REFUSING = "{\"mode\":\"refuse\",\"only\":\"refunds\"}";
  static final String WELL = "{\"mode\":\"ok\"}";

  /** The simulated warehouse and carrier take their time. */
  private static final LocatorAssertions.ContainsTextOptions JOURNEY =
      new LocatorAssertions.ContainsTextOptions().setTimeout(Stage.JOURNEY_MILLIS_MAX);

  @AfterEach
  void allIsWell(Stage stage) {
    stage.shop().payments(WELL);
  }

  @Test
  void aRefusedRefundGoesOnUnderANewNumber(Stage stage) {
    JsonNode refund = refused(stage, 51);
    String id = refund.path("id").asString();
    Page page = stage.staff();
    page.navigate(stage.url("/refunds"));
    Locator waiting = section(page, "waiting-title").locator("tr").filter(containing(id));
    assertThat(waiting).containsText(Shown.money(refund.path("amount")));
    assertThat(waiting).containsText("Needs a person");
    waiting.getByText(id).click();
    assertThat(page.locator("h1")).containsText(id);
    assertThat(step(page, "Warehouse stopped").locator(".state")).hasText("Done");
    assertThat(step(page, "Money back").locator(".state")).hasText("Not done");
    assertThat(section(page, "summary-title")).containsText("too small");

    stage.shop().payments(WELL);
    Locator choice = page.locator("form[data-action=new_number]");
    choice.locator("button").click();
    assertThat(choice).isVisible(); // a note is required
    choice.getByLabel("Why, for the record").fill("the card was replaced");
    choice.locator("button").click();
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("It is decided.");
    assertThat(section(page, "decisions-title")).containsText("the card was replaced");
    assertThat(section(page, "provider-title").locator("article")).hasCount(2);
    reloadUntil(page, ".state.big", "Succeeded");
    assertThat(stage.shop().refund(51, id).path("state").asString()).isEqualTo("succeeded");
    assertThat(step(page, "Order refunded").locator(".state")).hasText("Done");
    page.navigate(stage.url("/refunds"));
    assertThat(section(page, "waiting-title")).not().containsText(id);
  }

  @Test
  void aReturnIsInspectedByLineAndItsMoneyGoesBack(Stage stage) {
    String number = delivered(stage, 52);
    String id = stage.shop().sendBack(52, number, 2).path("id").asString();
    Page page = stage.staff();
    page.navigate(stage.url("/returns"));
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(id)).click();
    assertThat(section(page, "summary-title")).containsText("its corner is broken");
    assertThat(page.locator("a[href='https://pictures.example/corner.jpg']")).hasCount(1);
    button(page, "Approve").click();
    assertThat(page.locator(".state.big")).hasText("Approved");
    button(page, "Received").click();
    assertThat(page.locator(".state.big")).hasText("Received");
    page.getByLabel("Accepted, of 2").fill("1");
    button(page, "Accept these").click();
    assertThat(page.getByRole(AriaRole.STATUS))
        .hasText("It is inspected; the money is on its way back.");
    assertThat(section(page, "goods-title")).containsText("1 accepted");

    section(page, "summary-title").locator("a[href*='/refunds/']").click();
    reloadUntil(page, ".state.big", "Succeeded");
    page.navigate(stage.url("/orders/" + number));
    assertThat(page.locator(".line .price")).containsText("1 refunded");
    assertThat(page.locator("#case-" + id)).isVisible();
    page.locator("#case-" + id).click();
    reloadUntil(page, ".state.big", "Done");
  }

  @Test
  void aParkedPaymentIsGivenBack(Stage stage) {
    String number = parked(stage, 53);
    Page page = stage.staff();
    page.navigate(stage.url("/parked"));
    Locator row = page.locator(".letter").filter(containing(number));
    assertThat(row).containsText("Another amount than the order's");
    row.getByText("Give back").click();
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("It goes back to the customer.");
    assertThat(page.locator(".letter").filter(containing(number))).hasCount(0);
    page.navigate(stage.url("/orders/" + number));
    assertThat(section(page, "refunds-title")).containsText("Succeeded");
  }

  @Test
  void aDayIsComparedAndAStatementIsImportedFromAFile(Stage stage) {
    delivered(stage, 54);
    Page page = stage.staff();
    page.navigate(stage.url("/reconciliation"));
    Object today =
        page.evaluate("new Date().toLocaleDateString('en-CA', {timeZone: 'Asia/Shanghai'})");
    page.getByLabel("Business day").fill(today.toString());
    page.getByLabel("Provider").selectOption("sandbox");
    page.getByText("Show", EXACT).click();
    page.waitForURL(Pattern.compile("date=" + today));
    page.getByText("Fetch and compare now").click();
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("It is compared.");
    Locator payments = section(page, "day-title").locator("tbody tr").first();
    assertThat(payments).containsText("Payment");
    assertThat(payments.locator("[data-label='Their lines']"))
        .hasText(Pattern.compile("[1-9][0-9]*"));

    // Nothing is in our book of such a day, so that no other test is in the way.
    page.navigate(stage.url("/reconciliation?date=2098-01-02&provider=sandbox"));
    page.getByText("Import a statement").click();
    String csv =
        """
        type,number,payment,transaction,amount,currency,at
        payment,7p1,7p1,TX-1,1990,CNY,2098-01-02T02:00:00Z
        """;
    page.getByLabel("File", new Page.GetByLabelOptions().setExact(true))
        .setInputFiles(
            new FilePayload("day.csv", "text/csv", csv.getBytes(StandardCharsets.UTF_8)));
    assertThat(page.getByLabel("Or its text")).hasValue(csv);
    page.getByText("Import and compare").click();
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("The statement is taken and compared.");
    Locator difference = page.locator(".letter").first();
    assertThat(difference.locator("h3")).hasText("Theirs only · Payment");
    assertThat(difference).containsText("¥19.90");
    difference.getByLabel("Why, for the record").fill("a test");
    difference.getByText("Accept", new Locator.GetByTextOptions().setExact(true)).first().click();
    assertThat(page.locator(".letter").first()).containsText("Accepted · ");
    assertThat(section(page, "day-title")).containsText("Both books are equal");
  }

  /** A refund of a whole order that the provider has refused; the provider refuses on. */
  static JsonNode refused(Stage stage, int user) {
    Shop shop = stage.shop();
    String number = shop.place(user, Shop.PHONE, 1).path("number").asString();
    shop.pay(user, number);
    Page page = stage.staff();
    page.navigate(stage.url("/orders/" + number));
    assertThat(page.locator(".state.big")).hasText("Awaiting shipment");
    shop.payments(REFUSING);
    JsonNode refund = shop.askBack(user, number);
    page.navigate(stage.url("/refunds/" + refund.path("id").asString()));
    reloadUntil(page, ".state.big", "Needs a person");
    page.context().close();
    return refund;
  }

  /** An order of two pieces that came to its customer. */
  static String delivered(Stage stage, int user) {
    String number = stage.shop().place(user, Shop.PHONE, 2).path("number").asString();
    stage.shop().pay(user, number);
    Page page = stage.staff();
    page.navigate(stage.url("/orders/" + number));
    assertThat(page.locator(".state.big")).containsText("Delivered", JOURNEY);
    page.context().close();
    return number;
  }

  /** An order for which the provider tells another amount than it took. */
  static String parked(Stage stage, int user) {
    Shop shop = stage.shop();
    String number = shop.place(user, Shop.PHONE, 1).path("number").asString();
    JsonNode payment = shop.startPayment(user, number);
    shop.payments("{\"mode\":\"wrong_amount\",\"count\":1}");
    shop.settle(payment);
    Page page = stage.staff();
    page.navigate(stage.url("/orders/" + number));
    assertThat(section(page, "payments-title")).containsText("Parked");
    shop.payments(WELL);
    page.context().close();
    return number;
  }

  /** These pages don't follow by themselves: forms stand on them. */
  private static void reloadUntil(Page page, String where, String text) {
    page.waitForCondition(
        () -> {
          page.reload();
          return page.locator(where).innerText().equals(text);
        },
        new Page.WaitForConditionOptions().setTimeout(Stage.JOURNEY_MILLIS_MAX));
  }

  private static Locator button(Page page, String name) {
    return page.locator("main")
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator step(Page page, String name) {
    return section(page, "steps-title")
        .locator("tr")
        .filter(new Locator.FilterOptions().setHas(page.getByText(name, EXACT)));
  }

  private static Locator.FilterOptions containing(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }

  private static Locator section(Page page, String title) {
    return page.locator("section[aria-labelledby=" + title + "]");
  }
}
