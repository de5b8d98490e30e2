package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.Attempt;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What providers sent is shown as it is kept, beside what became of it. */
class NoticePageTest extends SignedIn {
  private static final String PATH = "/console/payments";

  @Test
  void aPaymentsNoticesAreOnItsPageNewestFirst() {
    Attempt attempt = start(61);
    Attempt another = start(62);
    keep(
        "not_found",
        "nothing here that it is about",
        attempt,
        "out_trade_no=7&buyer_id=***&total_amount=19.90");
    keep("taken", "", attempt, "{\"id\":\"N1\",\"resource\":{\"ciphertext\":\"***\"}}");
    keep("repeated", "", another, "{\"id\":\"N2\"}");
    String page = browser.page(PATH + "/" + attempt.id());
    assertThat(page)
        .contains("Notices of payment " + attempt.id(), Shown.money(attempt.amount()))
        .contains("Nothing here that it is about", "nothing here that it is about")
        .contains("<code>buyer_id</code>", "<code>***</code>", "<code>19.90</code>")
        .contains("<code>resource.ciphertext</code>", "<code>N1</code>")
        .doesNotContain("N2", "Known before");
    assertThat(page.indexOf("data-verdict=\"taken\""))
        .isPositive()
        .isLessThan(page.indexOf("data-verdict=\"not_found\""));
    assertThat(browser.page(PATH + "/" + another.id())).contains("N2", "Known before");
  }

  @Test
  void theNewestOfAllHaveForgeriesThatNameNoPayment() {
    Attempt attempt = start(63);
    keep("taken", "", attempt, "{}");
    shop.run(
        "insert into payment.notice_rejected (at, provider, why, body)"
            + " values (now(), 'alipay', 'its signature does not verify', ?)",
        "(12 bytes that can't be read) <script>");
    String page = browser.page(PATH);
    assertThat(page)
        .contains("Alipay", "Refused", "its signature does not verify")
        .contains("(12 bytes that can't be read) &lt;script&gt;")
        .contains("href=\"" + PATH + "/" + attempt.id() + "\"");
    assertThat(browser.page(PATH + "/" + attempt.id())).doesNotContain("does not verify");
  }

  @Test
  void moreThanAPageHoldsIsSaid() {
    Attempt attempt = start(64);
    for (int i = 0; i < NoticePage.ROWS; i++) {
      keep("repeated", "", attempt, "{\"id\":\"R" + i + ".\"}");
    }
    String whole = browser.page(PATH + "/" + attempt.id());
    assertThat(whole).contains("R0.").doesNotContain("Older ones are not shown");
    keep("repeated", "", attempt, "{\"id\":\"last\"}");
    String cut = browser.page(PATH + "/" + attempt.id());
    assertThat(cut).contains("last", "Older ones are not shown").doesNotContain("R0.");
  }

  @Test
  void itIsReachedFromTheOrderAndFromWhatIsParked() {
    Attempt attempt = start(65);
    String link = "href=\"" + PATH + "/" + attempt.id() + "\"";
    assertThat(browser.page("/console/orders/" + attempt.id().order())).contains(link);
    shop.capture(attempt, Money.cny(7));
    long before = attempt.id().order().value() - 1;
    assertThat(browser.page("/console/parked?after=" + before)).contains(link);
    assertThat(browser.page(PATH + "/" + attempt.id()))
        .contains("/console/orders/" + attempt.id().order(), "Parked", "No notices");
  }

  @Test
  void whoDecidesAboutMoneySeesThemAndOthersDoNot() {
    Attempt attempt = start(66);
    try (Browser support = shop.staff("sue", "support");
        Browser warehouse = shop.staff("walt", "warehouse")) {
      assertThat(support.get(PATH + "/" + attempt.id()).statusCode()).isEqualTo(200);
      assertThat(support.get(PATH).statusCode()).isEqualTo(200);
      assertThat(warehouse.get(PATH + "/" + attempt.id()).statusCode()).isEqualTo(403);
      assertThat(warehouse.get(PATH).statusCode()).isEqualTo(403);
    }
    assertThat(browser.get(PATH + "/nobody").statusCode()).isEqualTo(404);
    assertThat(browser.get(PATH + "/" + attempt.id().order() + "p9").statusCode()).isEqualTo(404);
  }

  @Test
  void whatWasCutShortIsShownAsItIs() {
    assertThat(NoticeText.of("{\"id\":\"N1\",\"reso"))
        .containsExactly(new ActDetail.Member("", "{\"id\":\"N1\",\"reso"));
    assertThat(NoticeText.of("(3 bytes) a=b"))
        .containsExactly(new ActDetail.Member("", "(3 bytes) a=b"));
    assertThat(NoticeText.of("a=b=c&d&e="))
        .containsExactly(
            new ActDetail.Member("a", "b=c"),
            new ActDetail.Member("", "d"),
            new ActDetail.Member("e", ""));
  }

  private static Attempt start(long user) {
    OrderNumber number = shop.place(user, Map.of(ConsoleShop.skus().getFirst(), 1));
    return shop.startPayment(number, user);
  }

  private static void keep(String verdict, String why, Attempt attempt, String body) {
    shop.run(
        "insert into payment.notice (at, provider, verdict, why, payment, body)"
            + " values (now(), 'sandbox', ?, ?, ?, ?)",
        verdict,
        why,
        attempt.id().toString(),
        body);
  }
}
