package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A day's statement is compared with our book, and what differs is seen to. */
class ReconciliationPageTest {
  private static final String PATH = "/console/reconciliation";
  private static final String HEADER = "type,number,payment,transaction,amount,currency,at\n";

  private ConsoleShop shop;
  private Browser browser;

  @BeforeEach
  void open() {
    shop = new ConsoleShop();
    browser = new Browser(shop.base());
    browser.signIn("admin", ConsoleShop.PASSWORD);
  }

  @AfterEach
  void close() {
    browser.close();
    shop.close();
  }

  @Test
  void whatIsInBothBooksIsEqual() {
    Capture paid = paid();
    assertThat(browser.page(day(paid))).contains("No statement yet");
    assertThat(run(paid)).isEqualTo("no_statement");
    assertThat(take(paid, HEADER + line(paid, paid.amount()))).isEqualTo("taken");
    String page = browser.page(day(paid));
    assertThat(page)
        .contains("Both books are equal", "Imported", "No difference is listed.", "Payment")
        .contains(Shown.money(paid.amount()));
    assertThat(shop.number("select count(*) from staff.act where act = 'reconciliation.import'"))
        .isEqualTo(1);
  }

  @Test
  void whatOnlyTheyHaveIsAskedAboutAndTakenIn() {
    Capture paid = paid();
    OrderNumber number = shop.place(92, Map.of(ConsoleShop.skus().getFirst(), 1));
    Attempt lost = shop.startPayment(number, 92);
    Capture theirs =
        new Capture(lost.id(), "sandbox", "T<b>lost", lost.amount(), paid.capturedAt());
    String statement = HEADER + line(paid, paid.amount()) + line(theirs, theirs.amount());
    assertThat(take(paid, statement)).isEqualTo("taken");
    String page = browser.page(day(paid));
    assertThat(page)
        .contains("1 open differences", "Theirs only", "T&lt;b&gt;lost", "Nothing")
        .contains("href=\"/console/orders/" + number + "\"", "Ask again", "Take it in")
        .doesNotContain("T<b>lost");

    shop.provider().says(new Standing.Captured(theirs));
    assertThat(resolve(page, "ask_again", "")).isEqualTo("resolved");
    assertThat(shop.orders().find(number).orElseThrow().status())
        .isEqualTo(Status.AWAITING_SHIPMENT);
    assertThat(browser.page(day(paid)))
        .contains("Both books are equal", "Both say the same by now");
    assertThat(resolve(page, "ask_again", "")).as("by an older look").isIn("stale", "not_possible");
  }

  @Test
  void anotherAmountIsAcceptedWithANoteOnly() {
    Capture paid = paid();
    Money more = new Money(paid.amount().amount() + 5, paid.amount().currency());
    assertThat(take(paid, HEADER + line(paid, more))).isEqualTo("taken");
    String page = browser.page(day(paid));
    assertThat(page).contains("Amount", Shown.money(more), Shown.money(paid.amount()));
    assertThat(resolve(page, "accept", "")).isEqualTo("400");
    assertThat(resolve(page, "refund", "x")).as("no such choice here").isEqualTo("not_possible");
    assertThat(resolve(page, "accept", "five fen <i>")).isEqualTo("resolved");
    assertThat(browser.page(day(paid)))
        .contains("Both books are equal", "Accepted · ", "admin · five fen &lt;i&gt;")
        .doesNotContain("five fen <i>");
    assertThat(browser.page("/console/audit-log?kind=reconciliation.accept"))
        .contains("Accepted a difference");
  }

  @Test
  void aDayIsShownWithTheProviderWhoseDifferencesAreOpen() {
    Capture paid = paid();
    String noProvider = PATH + "?date=" + date(paid);
    assertThat(browser.page(noProvider)).contains("<option value=\"another\" selected>");
    Money more = new Money(paid.amount().amount() + 5, paid.amount().currency());
    assertThat(take(paid, HEADER + line(paid, more))).isEqualTo("taken");
    assertThat(browser.page(noProvider)).contains("<option value=\"sandbox\" selected>");
  }

  @Test
  void whatIsNoStatementChangesNothing() {
    Capture paid = paid();
    assertThat(take(paid, "type,number\n")).isEqualTo("malformed");
    String line = line(paid, paid.amount());
    assertThat(take(paid, HEADER + line + line)).as("told twice").isEqualTo("taken");
    assertThat(take(paid, "")).isEqualTo("400");
    assertThat(browser.page(day(paid))).doesNotContain("Both books are equal");
    assertThat(browser.get(PATH + "?date=tomorrow").statusCode()).isEqualTo(400);
    assertThat(browser.get(PATH + "?provider=nobody").statusCode()).isEqualTo(400);
  }

  @Test
  void supportLooksAndFinanceActs() {
    Capture paid = paid();
    take(paid, HEADER + line(paid, Money.cny(1)));
    try (Browser sue = shop.staff("sue", "support");
        Browser walt = shop.staff("walt", "warehouse")) {
      assertThat(walt.get(PATH).statusCode()).isEqualTo(403);
      String page = sue.page(day(paid));
      assertThat(page).contains("Amount").doesNotContain("/run\"", "/statement\"", "differences/");
      assertThat(sue.submit("/console/sign-in", PATH + "/run", form(paid)).statusCode())
          .isEqualTo(403);
    }
    browser.cookies.put("tidegate_language", "zh");
    assertThat(browser.page(day(paid))).contains("1 个未解决差异", "金额不同", "认可差异", "人工导入");
    assertThat(browser.page(PATH)).as("yesterday").contains("还没有账单");
  }

  private Capture paid() {
    OrderNumber number = shop.place(91, Map.of(ConsoleShop.skus().getFirst(), 1));
    Attempt attempt = shop.startPayment(number, 91);
    return shop.capture(attempt, attempt.amount());
  }

  private static LocalDate date(Capture capture) {
    return LocalDate.ofInstant(capture.capturedAt(), ConsoleShop.ZONE);
  }

  private static String day(Capture capture) {
    return PATH + "?date=" + date(capture) + "&provider=sandbox";
  }

  private static String line(Capture capture, Money amount) {
    Instant at = capture.capturedAt();
    return String.join(
            ",",
            List.of(
                "payment",
                capture.payment().toString(),
                capture.payment().toString(),
                capture.transaction(),
                Long.toString(amount.amount()),
                amount.currency(),
                at.toString()))
        + "\n";
  }

  private static Map<String, String> form(Capture capture) {
    return new HashMap<>(Map.of("date", date(capture).toString(), "provider", "sandbox"));
  }

  private String run(Capture capture) {
    return done(browser.submit(day(capture), PATH + "/run", form(capture)));
  }

  private String take(Capture capture, String csv) {
    Map<String, String> form = form(capture);
    form.put("csv", csv);
    return done(browser.submit(day(capture), PATH + "/statement", form));
  }

  /** Decides about the only difference of a page. */
  private String resolve(String page, String action, String note) {
    Matcher id = Pattern.compile("id=\"difference-(\\d+)\"").matcher(page);
    Matcher version = Pattern.compile("name=\"version\" value=\"(\\d+)\"").matcher(page);
    assertThat(id.find() && version.find()).isTrue();
    Map<String, String> form = Map.of("action", action, "note", note, "version", version.group(1));
    return done(browser.submit(PATH, PATH + "/differences/" + id.group(1), form));
  }

  private static String done(HttpResponse<String> answer) {
    String location = answer.headers().firstValue("Location").orElse("=" + answer.statusCode());
    return location.substring(location.lastIndexOf('=') + 1);
  }
}
