package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.testing.TestLimits;
import io.tidegate.shop.aftersales.RefundCaseId;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.RefundId;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What waits for a person is shown with all that is needed to decide, and decided once. */
class RefundPageTest extends SignedIn {
  private static final String PATH = "/console/refunds";
  private static final Pattern STAMP = Pattern.compile("name=\"stamp\" value=\"([^\"]+)\"");
  private static final Pattern OLDER = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"");
  private static final String SAID = "ACQ.TRADE_HAS_CLOSE <script>alert(1)</script>";

  @Test
  void aRefusedOneGoesOnUnderANewNumber() {
    RefundCaseId id = refused(1);
    assertThat(waiting(browser.page(PATH)))
        .contains(id.toString(), "Needs a person", "Before shipping", "&lt;script&gt;")
        .doesNotContain("<script>alert");
    String page = browser.page(path(id));
    assertThat(page)
        .contains("ACQ.TRADE_HAS_CLOSE &lt;script&gt;", "Sandbox", "too small &lt;b&gt;")
        .contains("/images/products/", "× 1", "href=\"/console/orders/" + id.order() + "\"")
        .doesNotContain("<script>alert", "<b>too", "Two people");
    assertThat(step(page, "Asked for")).contains("data-state=\"done\"");
    assertThat(step(page, "Warehouse stopped")).contains("data-state=\"done\"");
    assertThat(step(page, "Money back")).contains("data-state=\"open\"");
    assertThat(actions(page)).containsExactly("retry", "new_number", "by_hand", "give_up");

    String stamp = stamp(page);
    assertThat(resolve(browser, id, stamp, "new_number")).isEqualTo("applied");
    String after = browser.page(path(id));
    assertThat(after)
        .contains(number(id, 1), number(id, 2), "Another number took its place", "At provider")
        .contains("What was decided", "the customer called");
    assertThat(actions(after)).as("it may only be asked").containsExactly("retry");
    assertThat(resolve(browser, id, stamp, "give_up")).as("by an older look").isEqualTo("stale");
    assertThat(waiting(browser.page(PATH))).doesNotContain(id.toString());
    assertThat(acts("refund.resolve", id)).isEqualTo(1);
  }

  @Test
  void whatWasSettledByHandIsRefunded() {
    RefundCaseId id = refused(1);
    String stamp = stamp(browser.page(path(id)));
    Map<String, String> fields = new HashMap<>(decision(stamp, "by_hand"));
    String resolve = path(id) + "/resolve";
    assertThat(browser.submit(path(id), resolve, fields).statusCode())
        .as("without a reference")
        .isEqualTo(400);
    fields.put("reference", "bank slip 7");
    assertThat(done(browser.submit(path(id), resolve, fields))).isEqualTo("applied");
    await()
        .atMost(TestLimits.PATIENCE)
        .until(() -> browser.page(path(id)).contains(">Succeeded</span>"));
    String page = browser.page(path(id));
    assertThat(page).contains("Settled by hand", "bank slip 7");
    for (String step : List.of("Money back", "Stock back", "Customer told", "Order refunded")) {
      assertThat(step(page, step)).as(step).contains("data-state=\"done\"");
    }
    String order = browser.page("/console/orders/" + id.order());
    assertThat(order)
        .contains("href=\"" + path(id) + "\"", "1 refunded", "Refunds and returns asked for")
        .contains("href=\"" + PATH + "/" + number(id, 1) + "\"");
  }

  @Test
  void aboveTheLimitTwoPeopleMustSayTheSame() {
    RefundCaseId id = asked(shop.piecesAbove(500_000));
    await()
        .atMost(TestLimits.PATIENCE)
        .until(() -> browser.page(path(id)).contains("Awaiting approval"));
    assertThat(waiting(browser.page(PATH))).contains(id.toString());
    try (Browser sue = shop.staff("sue", "support");
        Browser fay = shop.staff("fay", "finance")) {
      assertThat(sue.page(path(id))).contains("Two people must approve", "Approve</button>");
      assertThat(approve(sue, id)).isEqualTo("proposed");
      assertThat(sue.page(path(id))).contains("you have").doesNotContain("Approve</button>");
      assertThat(approve(sue, id)).isEqualTo("second_person");
      assertThat(numbers(id)).isZero();
      assertThat(approve(fay, id)).isEqualTo("applied");
      assertThat(numbers(id)).isEqualTo(1);
      assertThat(acts("refund.approve", id)).isEqualTo(2);

      refuse(id);
      String stamp = stamp(sue.page(path(id)));
      assertThat(resolve(sue, id, stamp, "give_up")).isEqualTo("proposed");
      assertThat(resolve(sue, id, stamp, "give_up")).isEqualTo("second_person");
      assertThat(fay.page(path(id))).contains("sue has decided this");
      assertThat(resolve(fay, id, stamp, "give_up")).isEqualTo("applied");
    }
    await()
        .atMost(TestLimits.PATIENCE)
        .until(() ->
            step(browser.page(path(id)), "Warehouse stopped").contains("data-state=\"undone\""));
    assertThat(browser.page(path(id))).contains(">Refused</span>", "sue + fay", "Given up");
  }

  @Test
  void whatGoesBackByItselfWaitsThereToo() {
    OrderNumber number = shop.place(71, Map.of(ConsoleShop.skus().getFirst(), 1));
    Attempt attempt = shop.startPayment(number, 71);
    shop.capture(attempt, attempt.amount());
    shop.capture(attempt, attempt.amount());
    RefundId id = new RefundId(number, 1);
    shop.run(
        "update payment.refund set state = 3, tries = 25, last_answer = 'read timed out' where"
            + " order_number = ?",
        number.value());
    assertThat(waiting(browser.page(PATH))).contains(id.toString(), "Paid twice", "read timed out");
    String page = browser.page(PATH + "/" + id);
    assertThat(page)
        .contains("Unknown", "Paid twice", "read timed out", "Steps", "Money back")
        .contains("/console/orders?q=71")
        .doesNotContain("Warehouse stopped");
    assertThat(browser.page(PATH + "?state=automatic")).contains(id.toString());
    assertThat(actions(page)).as("it may have been done").containsExactly("retry");
    Map<String, String> fields = decision(stamp(page), "give_up");
    assertThat(done(browser.submit(PATH + "/" + id, PATH + "/" + id + "/resolve", fields)))
        .isEqualTo("not_waiting");
  }

  @Test
  void theListPagesAndFiltersByState() {
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < RefundPage.ROWS + 2; i++) {
      wanted.addFirst(asked(1).toString());
    }
    String first = browser.page(PATH);
    Matcher older = OLDER.matcher(first);
    assertThat(older.find()).isTrue();
    String second = browser.page(older.group(1).replace("&amp;", "&"));
    assertThat(rows(first)).isEqualTo(wanted.subList(0, RefundPage.ROWS));
    assertThat(rows(second)).containsAll(wanted.subList(RefundPage.ROWS, wanted.size()));
    assertThat(browser.page(PATH + "?state=reversed")).contains("No refund here");
    assertThat(browser.get(PATH + "?state=gone").statusCode()).isEqualTo(400);
    assertThat(browser.get(PATH + "?after=x").statusCode()).isEqualTo(400);
    assertThat(browser.get(PATH + "/1a1").statusCode()).isEqualTo(404);
  }

  @Test
  void itIsForSupportAndFinance() {
    try (Browser walt = shop.staff("walt", "warehouse");
        Browser mary = shop.staff("mary", "marketing")) {
      assertThat(walt.get(PATH).statusCode()).isEqualTo(403);
      assertThat(mary.get(PATH).statusCode()).isEqualTo(403);
    }
    RefundCaseId id = refused(1);
    String stamp = stamp(browser.page(path(id)));
    assertThat(browser.post(path(id) + "/resolve", decision(stamp, "give_up")).statusCode())
        .as("from elsewhere")
        .isEqualTo(403);
    browser.cookies.put("tidegate_language", "zh");
    assertThat(browser.page(path(id))).contains("退款到账", "换新单号退款", "拦截发货", "未做");
    browser.cookies.put("tidegate_language", "en");
  }

  /** A refund of so many pieces that its order's customer asks for. */
  private static RefundCaseId asked(int pieces) {
    OrderNumber number = shop.place(70, Map.of(ConsoleShop.skus().getFirst(), pieces));
    shop.pay(number, 70);
    shop.hear(Set.of());
    return shop.askBack(number, 70, "too small <b>");
  }

  /** One that the provider has refused. */
  private static RefundCaseId refused(int pieces) {
    RefundCaseId id = asked(pieces);
    await().atMost(TestLimits.PATIENCE).until(() -> numbers(id) == 1);
    refuse(id);
    return id;
  }

  private static void refuse(RefundCaseId id) {
    shop.run(
        "update payment.refund set state = 4, version = version + 1, tries = 1, next_try_at = null,"
            + " last_answer = ? where order_number = ?",
        SAID,
        id.order().value());
  }

  private static long numbers(RefundCaseId id) {
    return shop.number("select count(*) from payment.refund where order_number = " + id.order());
  }

  private static String path(RefundCaseId id) {
    return PATH + "/" + id;
  }

  private static String number(RefundCaseId id, int seq) {
    return new RefundId(id.order(), seq).toString();
  }

  private static String stamp(String page) {
    Matcher stamp = STAMP.matcher(page);
    assertThat(stamp.find()).isTrue();
    return stamp.group(1);
  }

  private static Map<String, String> decision(String stamp, String action) {
    return Map.of("stamp", stamp, "action", action, "note", "the customer called");
  }

  private static String resolve(Browser who, RefundCaseId id, String stamp, String action) {
    return done(who.submit(path(id), path(id) + "/resolve", decision(stamp, action)));
  }

  private static String approve(Browser who, RefundCaseId id) {
    return done(who.submit(path(id), path(id) + "/approve", Map.of()));
  }

  private static String done(HttpResponse<String> answer) {
    String location = answer.headers().firstValue("Location").orElse("=" + answer.statusCode());
    return location.substring(location.indexOf('=') + 1);
  }

  private static String waiting(String page) {
    int from = page.indexOf("id=\"waiting-title\"");
    return page.substring(from, page.indexOf("id=\"refunds-title\""));
  }

  private static List<String> rows(String page) {
    String all = page.substring(page.indexOf("id=\"refunds-title\""));
    return Pattern.compile("href=\"" + PATH + "/(\\d+a\\d+)\"")
        .matcher(all)
        .results()
        .map(row -> row.group(1))
        .toList();
  }

  /** The row of a step of the way back. */
  private static String step(String page, String name) {
    int from = page.indexOf("class=\"strong\">" + name + "</td>");
    assertThat(from).as(name).isPositive();
    return page.substring(from, page.indexOf("</tr>", from));
  }

  private static List<String> actions(String page) {
    return Pattern.compile("data-action=\"(\\w+)\"")
        .matcher(page)
        .results()
        .map(action -> action.group(1))
        .toList();
  }

  private static long acts(String act, RefundCaseId id) {
    return shop.number(
        "select count(*) from staff.act where act = '%s' and subject = 'refund %s'"
            .formatted(act, id));
  }
}
