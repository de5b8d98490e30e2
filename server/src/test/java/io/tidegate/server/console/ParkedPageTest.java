package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentProvider.Standing;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Money that pays no order goes back, or is dismissed, when a person says so (M3). */
class ParkedPageTest extends SignedIn {
  private static final String PATH = "/console/parked";
  private static final Pattern NEXT = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"");
  private static final Pattern ORDER = Pattern.compile("href=\"/console/orders/(\\d+)\">");

  @Test
  void whatTheProviderTookGoesBackOnce() {
    Capture parked = park(1_234);
    String page = browser.page(at(parked));
    assertThat(page)
        .contains("¥12.34", parked.transaction(), "Another amount than the order", "Awaiting pay");

    shop.provider().says(new Standing.Unknown("timeout"));
    assertThat(done("refund", fields(parked))).isEqualTo("unavailable");
    shop.provider().says(new Standing.Open());
    assertThat(done("refund", fields(parked))).isEqualTo("not_taken");
    assertThat(refunds(parked)).isZero();

    shop.provider().says(new Standing.Captured(parked));
    assertThat(done("refund", fields(parked))).isEqualTo("returned");
    assertThat(done("refund", fields(parked))).as("again").isEqualTo("returned");
    assertThat(refunds(parked)).isEqualTo(1);
    assertThat(acts("parked.return", parked)).isEqualTo(1);
    assertThat(browser.page(PATH + "?done=returned")).contains("It goes back to the customer.");
    assertThat(browser.page(at(parked))).doesNotContain(parked.transaction());
    assertThat(done("dismiss", with(fields(parked), "reason", "too late"))).isEqualTo("decided");
    assertThat(browser.page("/console/audit-log?kind=parked.return"))
        .contains("Gave a parked payment back");
  }

  @Test
  void whatWasNeverOursIsDismissedWithAReason() {
    Capture parked = park(777);
    shop.run(
        "update payment.capture set parked_why = 2 where transaction = ?", parked.transaction());
    assertThat(browser.page(at(parked)))
        .contains(parked.transaction(), "For another")
        .doesNotContain("Give back");
    assertThat(done("refund", fields(parked))).isEqualTo("misdirected");
    assertThat(browser.submit(PATH, PATH + "/dismiss", fields(parked)).statusCode())
        .as("without a reason")
        .isEqualTo(400);
    assertThat(done("dismiss", with(fields(parked), "reason", "another shop's")))
        .isEqualTo("dismissed");
    assertThat(browser.page(at(parked))).doesNotContain(parked.transaction());
    assertThat(acts("parked.dismiss", parked)).isEqualTo(1);
    assertThat(refunds(parked)).isZero();
  }

  @Test
  void aboveTheLimitASecondPersonMustSayTheSame() {
    Capture parked = park(500_001);
    shop.provider().says(new Standing.Captured(parked));
    try (Browser fay = shop.staff("fay", "finance")) {
      assertThat(done("refund", fields(parked))).isEqualTo("proposed");
      assertThat(done("refund", fields(parked))).isEqualTo("second_person");
      assertThat(refunds(parked)).isZero();
      assertThat(browser.page(PATH + "?done=second_person")).contains("another person must");
      HttpResponse<String> second = fay.submit(PATH, PATH + "/refund", fields(parked));
      assertThat(second.headers().firstValue("Location")).hasValue(PATH + "?done=returned");
      assertThat(refunds(parked)).isEqualTo(1);
    }
  }

  @Test
  void allThatWaitAreOnThePagesOnce() {
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < ParkedPage.ROWS + 2; i++) {
      wanted.add(park(10 + i).payment().order().toString());
    }
    List<String> shown = new ArrayList<>();
    String path = PATH;
    while (!path.isEmpty()) {
      String page = browser.page(path);
      shown.addAll(ORDER.matcher(page).results().map(found -> found.group(1)).toList());
      Matcher next = NEXT.matcher(page);
      path = next.find() ? next.group(1) : "";
    }
    assertThat(shown).containsAll(wanted).doesNotHaveDuplicates().isSorted();
    assertThat(browser.get(PATH + "?after=x").statusCode()).isEqualTo(400);
  }

  @Test
  void supportSeesAndFinanceDecides() {
    Capture parked = park(55);
    try (Browser support = shop.staff("sue", "support");
        Browser warehouse = shop.staff("walt", "warehouse");
        Browser finance = shop.staff("fay", "finance")) {
      assertThat(warehouse.get(PATH).statusCode()).isEqualTo(403);
      assertThat(support.page(at(parked)))
          .contains(parked.transaction())
          .doesNotContain("Give back", "Dismiss");
      shop.provider().says(new Standing.Captured(parked));
      assertThat(support.submit("/console/sign-in", PATH + "/refund", fields(parked)).statusCode())
          .isEqualTo(403);
      assertThat(refunds(parked)).isZero();
      HttpResponse<String> given = finance.submit(PATH, PATH + "/refund", fields(parked));
      assertThat(given.headers().firstValue("Location")).hasValue(PATH + "?done=returned");
    }
    Map<String, String> unknown = with(fields(parked), "transaction", "nobody's");
    assertThat(browser.submit(PATH, PATH + "/refund", unknown).statusCode()).isEqualTo(404);
  }

  /** A payment of another amount than its order's. */
  private static Capture park(long amount) {
    OrderNumber number = shop.place(51, Map.of(ConsoleShop.skus().getFirst(), 1));
    return shop.capture(shop.startPayment(number, 51), Money.cny(amount));
  }

  /** The page that begins with it. */
  private static String at(Capture parked) {
    return PATH + "?after=" + (parked.payment().order().value() - 1);
  }

  private static Map<String, String> fields(Capture parked) {
    return Map.of(
        "order",
        parked.payment().order().toString(),
        "provider",
        parked.provider(),
        "transaction",
        parked.transaction());
  }

  private static Map<String, String> with(Map<String, String> fields, String name, String value) {
    Map<String, String> all = new HashMap<>(fields);
    all.put(name, value);
    return all;
  }

  private static String done(String what, Map<String, String> fields) {
    HttpResponse<String> answer = browser.submit(PATH, PATH + "/" + what, fields);
    String location = answer.headers().firstValue("Location").orElse("no " + answer.statusCode());
    return location.substring(location.indexOf('=') + 1);
  }

  private static long refunds(Capture parked) {
    return shop.number(
        "select count(*) from payment.refund where reason = 4 and transaction = '"
            + parked.transaction()
            + "'");
  }

  private static long acts(String act, Capture parked) {
    return shop.number(
        "select count(*) from staff.act where act = '%s' and subject = 'order %s'"
            .formatted(act, parked.payment().order()));
  }
}
