package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.testing.TestLimits;
import io.tidegate.shop.kernel.OrderNumber;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Dead letters and health. */
class MachineryPagesTest extends SignedIn {

  @Test
  void deadLettersAreReplayedAndDiscarded() {
    OrderNumber number = shop.place(42, Map.of(ConsoleShop.skus().getFirst(), 1));
    assertThat(browser.page("/console/dead-letters")).contains("Nothing is stuck");
    long replayed = park(1, number, "IllegalStateException: <script>alert(1)</script>");
    long discarded = park(2, number, "IllegalStateException: no coupon");
    String page = browser.page("/console/dead-letters");
    assertThat(page)
        .contains("&lt;script&gt;alert(1)", "Points", "Stuck", "/console/orders/" + number)
        .doesNotContain("<script>alert");

    String list = "/console/dead-letters";
    HttpResponse<String> again = browser.submit(list, list + "/" + replayed + "/replay", Map.of());
    assertThat(browser.page(again.headers().firstValue("Location").orElseThrow()))
        .contains("It is tried again now.", "Retrying");
    assertThat(shop.deadLetters().get(replayed).orElseThrow().tries()).isZero();

    String path = list + "/" + discarded + "/discard";
    assertThat(browser.submit(list, path, Map.of()).statusCode())
        .as("without a reason")
        .isEqualTo(400);
    HttpResponse<String> settled = browser.submit(list, path, Map.of("reason", "a test"));
    assertThat(settled.statusCode()).isEqualTo(303);
    assertThat(browser.page(list)).doesNotContain("no coupon");
    assertThat(
            shop.number(
                "select count(*) from messaging.dead_letter where closed_by = 'admin'"
                    + " and closed_reason = 'a test'"))
        .isEqualTo(1);
    assertThat(
            shop.number(
                "select count(*) from staff.act where actor = 'admin' and subject in ("
                    + "'dead-letter %d', 'dead-letter %d')".formatted(replayed, discarded)))
        .isEqualTo(2);
    assertThat(browser.submit(list, path, Map.of("reason", "again")).headers().map())
        .hasEntrySatisfying(
            "location", location -> assertThat(location.getFirst()).endsWith("done=gone"));
  }

  @Test
  void theFeedShowsWhoIsBehindAndReplaysAreBegunAndHeld() {
    String path = "/console/feed";
    assertThat(browser.page(path))
        .contains("Newest position", "1.5 s", "points", "12", "Nothing was replayed yet.");
    shop.run(
        "insert into messaging.horizon (id, since, until, base, first, last, events, part,"
            + " unfinished) values (1, '1:1:', '9:9:', 0, 1, 5, 5, false, false)");
    Map<String, String> wish =
        Map.of("group", "points", "from", "start", "perSecond", "100", "types", "order.*, a.v1");
    assertThat(browser.submit(path, path + "/replays", wish).headers().firstValue("Location"))
        .contains(path + "?done=begun");
    assertThat(browser.page(path + "?done=begun"))
        .contains("It has begun.", "order.*, a.v1", "0 / 5", "Running", "Pause");
    assertThat(browser.submit(path, path + "/replays", wish).headers().firstValue("Location"))
        .contains(path + "?done=open");

    String replay = path + "/replays/" + shop.number("select max(id) from messaging.replay");
    browser.submit(path, replay + "/pause", Map.of());
    assertThat(browser.page(path)).contains("Paused", "Resume");
    assertThat(browser.submit(path, replay + "/pause", Map.of()).headers().firstValue("Location"))
        .contains(path + "?done=gone");
    browser.submit(path, replay + "/resume", Map.of());
    browser.submit(path, replay + "/cancel", Map.of());
    assertThat(browser.page(path)).contains("Cancelled").doesNotContain(">Resume<");
    assertThat(browser.submit(path, path + "/replays", Map.of("group", "x y")).statusCode())
        .isEqualTo(400);
    assertThat(shop.number("select count(*) from staff.act where act like 'replay.%'"))
        .isEqualTo(4);
  }

  @Test
  void anAuditIsRunAndItsFindingsAreShown() {
    String path = "/console/audit";
    assertThat(browser.page(path)).contains("Never run", "Audit now");
    shop.place(42, Map.of(ConsoleShop.skus().getFirst(), 1));
    long orders = shop.number("select count(*) from ordering.orders");

    assertThat(browser.submit(path, path + "/run", Map.of("full", "1")).statusCode())
        .isEqualTo(303);
    await()
        .atMost(TestLimits.PATIENCE)
        .until(() -> shop.number("select count(*) from audit.report") == 1);

    String page = browser.page(path);
    assertThat(page)
        .contains("Only declared steps", "ConsumerTest#", "Shown by tests", "everything was read");
    assertThat(looked(page, "O1")).isEqualTo(orders);
    assertThat(browser.get(path + "/live?seen=0").body())
        .contains("Only declared steps")
        .doesNotContain("<html");
  }

  /** The figure of the fourth column of a name's row. */
  private static long looked(String page, String name) {
    String row = page.substring(page.indexOf(">" + name + "</td>"));
    Matcher figure =
        Pattern.compile("data-label=\"Looked at\" class=\"num\">([0-9,]+)<").matcher(row);
    assertThat(figure.find()).isTrue();
    return Long.parseLong(figure.group(1).replace(",", ""));
  }

  @Test
  void healthShowsPartsAndLanes() {
    shop.part("broker", false);
    assertThat(browser.page("/console/health"))
        .contains("Broker", "Down", "Place orders", "Change orders");
    shop.part("broker", true);
    assertThat(browser.page("/console/health")).doesNotContain("Down");
    assertThat(browser.get("/console/health/live?seen=0").body())
        .contains("Place orders")
        .doesNotContain("<html");
  }

  private static long park(long position, OrderNumber number, String error) {
    shop.run(
        "insert into messaging.dead_letter"
            + " (consumer, position, type, key, state, tries, next_at, error) values ('points', "
            + position
            + ", 'order.paid.v1', "
            + number
            + ", 'dead', 5, clock_timestamp(), '"
            + error
            + "')");
    return shop.number("select max(id) from messaging.dead_letter");
  }
}
