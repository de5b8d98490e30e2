package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.fulfilment.Shipment;
import io.tidegate.shop.kernel.OrderNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parcels that don't go on and messages that were given up: seen, and tried again, on record. */
class StuckPageTest extends SignedIn {
  private static final String PATH = "/console/stuck";
  private static final Pattern PARCEL = Pattern.compile("<code>(\\d+S\\d+)</code>");
  private static final Pattern MESSAGE = Pattern.compile("/messages/(\\d+)/send-again");

  @BeforeEach
  void nothingIsStuck() {
    shop.run("update fulfilment.shipment set last_error = null, failing_since = null");
    shop.run(
        "update notification.message set state = 'sent', sent_at = created_at, why = null,"
            + " failed_at = null, next_try_at = null where state = 'failed'");
  }

  @Test
  void aParcelIsShownWithItsErrorAndTriedAtOnceOnce() {
    assertThat(browser.page(PATH)).contains("Every parcel goes on.", "No message was given up.");
    OrderNumber number = stuck("warehouse: refused, no room", 7);
    String parcel = number + "S1";
    String page = browser.page(PATH);
    assertThat(page)
        .contains(
            parcel,
            "/console/orders/" + number,
            "warehouse: refused, no room",
            "Tries: 7",
            "2026-11-11T00:00:00Z",
            "Try again now")
        .doesNotContain("李小明", "13812341234", "文三路");
    Map<String, String> seen = Map.of("version", version(number));
    String path = PATH + "/parcels/" + parcel + "/try-again";
    assertThat(done(path, seen)).isEqualTo("tried");
    assertThat(
            shop.number(
                "select count(*) from fulfilment.shipment where next_step_at <= clock_timestamp()"
                    + " and last_error is not null and order_number = "
                    + number))
        .isEqualTo(1);
    assertThat(done(path, seen)).as("the same form again").isEqualTo("moved_on");
    assertThat(acts("shipment.try-again", "shipment " + parcel)).isEqualTo(1);
    assertThat(browser.page(PATH + "?done=tried")).contains("It is tried again now.");
    assertThat(browser.page("/console/audit-log?kind=shipment.try-again"))
        .contains("Had a parcel tried again", "/console/orders/" + number);
    assertThat(browser.submit(PATH, path, Map.of()).statusCode()).isEqualTo(400);
    assertThat(browser.post(path, seen).statusCode()).as("no form of ours").isEqualTo(403);
  }

  @Test
  void whatLeftAfterItsStopIsEndedByAPerson() {
    OrderNumber number = stuck("warehouse: refused", 1);
    shop.run(
        "update fulfilment.shipment set state = 'cancelled', cancelled_at = clock_timestamp(),"
            + " left_anyhow_at = clock_timestamp(), next_step_at = null, last_error = ?"
            + " where order_number = ?",
        Shipment.LEFT_ANYHOW,
        number.value());
    assertThat(browser.page(PATH))
        .contains("shipped it although a refund had stopped it", "It is settled")
        .doesNotContain("Try again now");
    assertThat(browser.page("/console/orders/" + number)).contains(Shipment.LEFT_ANYHOW);
    String parcel = PATH + "/parcels/" + number + "S1";
    assertThat(done(parcel + "/try-again", Map.of("version", version(number))))
        .isEqualTo("refused");
    assertThat(done(parcel + "/settle", Map.of())).isEqualTo("settled");
    assertThat(done(parcel + "/settle", Map.of())).isEqualTo("moved_on");
    assertThat(acts("shipment.settled", "shipment " + number + "S1")).isEqualTo(1);
    assertThat(browser.page(PATH)).contains("Every parcel goes on.");
  }

  @Test
  void aMessageIsShownWithoutTextOrPersonAndSentAgainOnce() {
    OrderNumber number = givenUp("no_such_phone");
    String page = browser.page(PATH);
    assertThat(page)
        .contains("Order paid", "/console/orders/" + number, "no_such_phone", "SMS", "Send again")
        .doesNotContain("13812341234", "李小明", "19.90");
    Matcher id = MESSAGE.matcher(page);
    assertThat(id.find()).isTrue();
    String path = PATH + "/messages/" + id.group(1) + "/send-again";
    assertThat(done(path, Map.of("order", number.toString()))).isEqualTo("sent");
    assertThat(done(path, Map.of("order", number.toString()))).isEqualTo("moved_on");
    assertThat(acts("message.send-again", "order " + number)).isEqualTo(1);
    assertThat(
            shop.text(
                "select state || ' ' || tries from notification.message where id = " + id.group(1)))
        .isEqualTo("recorded 0");
    assertThat(
            browser
                .submit(
                    PATH,
                    PATH + "/messages/99999999/send-again",
                    Map.of("order", number.toString()))
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void bothListsPageApartAndHaveEachOnce() {
    List<String> parcels = new ArrayList<>();
    for (int i = 0; i < StuckPage.ROWS + 2; i++) {
      parcels.add(stuck("carrier: status 503", 1) + "S1");
    }
    for (int i = 0; i < StuckPage.ROWS + 1; i++) {
      givenUp("status_400");
    }
    String first = browser.page(PATH);
    assertThat(found(PARCEL, first)).hasSize(StuckPage.ROWS);
    assertThat(found(MESSAGE, first)).hasSize(StuckPage.ROWS);
    List<String> shown = new ArrayList<>(found(PARCEL, first));
    String rest = browser.page(next("parcels", first));
    shown.addAll(found(PARCEL, rest));
    assertThat(shown).containsExactlyElementsOf(parcels);
    assertThat(found(MESSAGE, rest)).as("the other list stays").isEqualTo(found(MESSAGE, first));
    String older = browser.page(next("messages", first));
    assertThat(found(MESSAGE, older)).hasSize(1).doesNotContainAnyElementsOf(found(MESSAGE, first));
    assertThat(browser.get(PATH + "?parcels=x").statusCode()).isEqualTo(400);
    assertThat(browser.get(PATH + "?messages=x").statusCode()).isEqualTo(400);
  }

  @Test
  void eachRoleSeesAndActsAsOverTheApi() {
    OrderNumber number = stuck("warehouse: refused", 1);
    givenUp("status_400");
    String move = PATH + "/parcels/" + number + "S1/try-again";
    try (Browser support = shop.staff("sue", "support");
        Browser warehouse = shop.staff("walt", "warehouse");
        Browser finance = shop.staff("fay", "finance")) {
      assertThat(finance.get(PATH).statusCode()).isEqualTo(403);
      assertThat(warehouse.page(PATH))
          .contains("Try again now")
          .doesNotContain("Messages given up", "Send again");
      assertThat(support.page(PATH)).contains("Send again").doesNotContain("Try again now");
      Map<String, String> seen = Map.of("version", version(number));
      assertThat(support.submit(PATH, move, seen).statusCode()).isEqualTo(403);
      assertThat(
              warehouse
                  .submit(PATH, PATH + "/messages/1/send-again", Map.of("order", number.toString()))
                  .statusCode())
          .isEqualTo(403);
      assertThat(warehouse.submit(PATH, move, seen).statusCode()).isEqualTo(303);
    }
  }

  private static OrderNumber planned() {
    OrderNumber number = shop.place(61, Map.of(ConsoleShop.skus().getFirst(), 1));
    shop.pay(number, 61);
    shop.hear(Set.of());
    return number;
  }

  private static OrderNumber stuck(String error, int tries) {
    OrderNumber number = planned();
    shop.run(
        "update fulfilment.shipment set last_error = ?, tries = ?,"
            + " failing_since = timestamptz '2026-11-11 00:00:00Z',"
            + " next_step_at = clock_timestamp() + interval '1 hour' where order_number = ?",
        error,
        tries,
        number.value());
    return number;
  }

  private static OrderNumber givenUp(String why) {
    OrderNumber number = planned();
    shop.run(
        "update notification.message set state = 'failed', channel = 'sms', why = ?, tries = 12,"
            + " next_try_at = null, failed_at = clock_timestamp()"
            + " where order_number = ? and template = 'order_paid'",
        why,
        number.value());
    return number;
  }

  private static String version(OrderNumber number) {
    return Long.toString(
        shop.number("select version from fulfilment.shipment where order_number = " + number));
  }

  private static String done(String path, Map<String, String> fields) {
    String location =
        browser.submit(PATH, path, fields).headers().firstValue("Location").orElseThrow();
    return location.substring(location.indexOf("?done=") + 6);
  }

  private static long acts(String act, String subject) {
    return shop.number(
        "select count(*) from staff.act where act = '" + act + "' and subject = '" + subject + "'");
  }

  private static List<String> found(Pattern pattern, String page) {
    return pattern.matcher(page).results().map(found -> found.group(1)).toList();
  }

  /** Where one of the lists goes on. */
  private static String next(String list, String page) {
    Matcher next =
        Pattern.compile("rel=\"next\" href=\"([^\"]*[?;&]" + list + "=[^\"]+)\"").matcher(page);
    assertThat(next.find()).isTrue();
    return next.group(1).replace("&amp;", "&");
  }
}
