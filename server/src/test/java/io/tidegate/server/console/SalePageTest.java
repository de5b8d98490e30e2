package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.OrderNumber;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Flash sales, as staff see, plan, warm, start, add to and stop them. */
@Timeout(120)
class SalePageTest extends SignedIn {
  private static final String PATH = "/console/flash-sales";
  private static final List<String> SKUS = ConsoleShop.skus();

  @Test
  void aSaleIsPlannedAndShownInWords() {
    Map<String, String> sale =
        sale("Autumn rush", SKUS.get(0) + " 9.90 20 2\n\n" + SKUS.get(1) + ", 0.5, 5, 1");
    sale.put("challengeBits", "12");
    String path = planned(sale);
    String page = browser.page(path);
    assertThat(page)
        .contains("Autumn rush", "data-state=\"planned\"", "Starts in", "First come")
        .contains("data-until=\"" + instant(sale.get("startsAt")) + "\"", "15 minutes", "12 bits");
    assertThat(row(page, SKUS.get(0))).contains("¥9.90", ">2<", ">20<");
    assertThat(row(page, SKUS.get(1))).contains("¥0.50", ">1<", ">5<");
    assertThat(page).doesNotContain("sale-draw");
    assertThat(browser.page(PATH)).contains("Autumn rush", "SKUs: 2", ">25<", "Planned");
    browser.cookies.put("tidegate_language", "zh");
    assertThat(browser.page(path)).contains("未开始", "距开始", "先到先得", "15 分钟", "每人限购");
    browser.cookies.put("tidegate_language", "en");
    assertThat(shop.text("select starts_at::text from flashsale.sale where id = " + id(path)))
        .as("typed in the business's zone")
        .startsWith(instant(sale.get("startsAt")).toString().replace('T', ' ').replace("Z", ""));
    assertThat(acts("sale.plan", path)).isEqualTo(1);
  }

  @Test
  void whatIsWrongStandsBesideItsFieldAndNothingTypedIsLost() {
    Map<String, String> sale = sale("", SKUS.getFirst() + " 1 2 3\nNO-SUCH 1 1 1");
    sale.putAll(Map.of("endsAt", "2020-01-01T00:00", "payWindowMinutes", "soon"));
    sale.putAll(Map.of("mode", "draw", "drawAt", "later"));
    HttpResponse<String> answer = browser.submit(PATH, PATH, sale);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(CouponPageTest.bad(answer.body(), "new-title")).contains("1 to 100 characters");
    assertThat(CouponPageTest.bad(answer.body(), "new-items")).contains("Look at: NO-SUCH.");
    assertThat(CouponPageTest.bad(answer.body(), "new-endsAt")).contains("A time to come");
    assertThat(CouponPageTest.bad(answer.body(), "new-drawAt")).contains("after the start");
    assertThat(CouponPageTest.bad(answer.body(), "new-payWindowMinutes")).contains("whole number");
    assertThat(answer.body())
        .doesNotContain("new-startsAt-bad")
        .contains("\nNO-SUCH 1 1 1</textarea>", "value=\"later\"", "value=\"soon\"")
        .contains(
            "<option value=\"draw\" selected>", "name=\"key\" value=\"" + sale.get("key") + "\"");
    Map<String, String> line = sale("Line", SKUS.getFirst() + " 1 2 3\n" + SKUS.get(1) + " 1 2");
    assertThat(CouponPageTest.bad(browser.submit(PATH, PATH, line).body(), "new-items"))
        .contains("Look at entry 2.");
    assertThat(shop.number("select count(*) from flashsale.sale where title = 'Line'")).isZero();
  }

  @Test
  void aFormThatIsSentTwicePlansOneSale() {
    Map<String, String> sale = sale("Once", SKUS.getFirst() + " 1 1 1");
    String path = planned(sale);
    assertThat(planned(sale)).isEqualTo(path);
    sale.put("title", "Another");
    HttpResponse<String> other = browser.submit(PATH, PATH, sale);
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(other.body())
        .contains("was sent before", "value=\"Another\"")
        .doesNotContain("name=\"key\" value=\"" + sale.get("key") + "\"");
    assertThat(shop.number("select count(*) from flashsale.sale where title = 'Once'"))
        .isEqualTo(1);
  }

  @Test
  void aSaleIsSetAsideStartedEarlyAndStopped() {
    String sku = SKUS.get(2);
    long before = available(sku);
    String path = planned(sale("By hand", sku + " 1.00 7 1"));
    assertThat(done(path, "/warm")).isEqualTo("warmed");
    assertThat(available(sku)).isEqualTo(before - 7);
    String warm = browser.page(path + "?done=warmed");
    assertThat(warm)
        .contains("The goods are set aside.", "data-state=\"warm\"", "Starts in", path + "/start")
        .doesNotContain(path + "/warm\"");
    assertThat(row(warm, sku)).contains("data-label=\"Left\" class=\"num\">7<");
    assertThat(done(path, "/warm")).isEqualTo("already");
    assertThat(done(path, "/start")).isEqualTo("started");
    assertThat(browser.page(path))
        .contains("data-state=\"open\"", "Ends in", path + "/stop", path + "/stock")
        .doesNotContain(path + "/start\"");
    assertThat(done(path, "/stop")).isEqualTo("stopped");
    assertThat(available(sku)).isEqualTo(before);
    String stopped = browser.page(path);
    assertThat(stopped)
        .contains("data-state=\"stopped\"", "<div id=\"sale-acts\" hidden></div>")
        .contains("Back in the normal stock")
        .doesNotContain("data-until", path + "/stock");
    assertThat(row(stopped, sku)).contains("data-label=\"Left\" class=\"num\">–<");
    HttpResponse<String> late = browser.submit(path, path + "/start", Map.of());
    assertThat(late.statusCode()).isEqualTo(409);
    assertThat(late.body()).contains("It was stopped. Nothing was changed.", "role=\"alert\"");
    for (String act : List.of("sale.warm", "sale.start", "sale.stop")) {
      assertThat(acts(act, path)).as(act).isEqualTo(1);
    }
    assertThat(browser.page("/console/audit-log?kind=sale.stop"))
        .contains("Stopped a flash sale", "href=\"" + path + "\"");
  }

  @Test
  void whatTheStockLacksIsNamed() {
    String sku = SKUS.get(3);
    long there = available(sku);
    String path = planned(sale("Too much", sku + " 1.00 " + (there + 1) + " 1"));
    HttpResponse<String> answer = browser.submit(path, path + "/warm", Map.of());
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("too few pieces of " + sku, "data-state=\"planned\"");
    assertThat(available(sku)).isEqualTo(there);
    assertThat(acts("sale.warm", path)).isZero();
  }

  @Test
  void piecesAreAddedOnce() {
    String sku = SKUS.get(4);
    String path = planned(sale("More", sku + " 1.00 5 1"));
    assertThat(done(path, "/warm")).isEqualTo("warmed");
    long before = available(sku);
    Map<String, String> more = new HashMap<>(Map.of("sku", sku, "quantity", "3", "key", "k-more"));
    assertThat(done(path, "/stock", more)).isEqualTo("added");
    assertThat(done(path, "/stock", more)).isEqualTo("added");
    assertThat(available(sku)).isEqualTo(before - 3);
    assertThat(row(browser.page(path), sku)).contains("data-label=\"Left\" class=\"num\">8<");
    assertThat(acts("sale.add-stock", path)).isEqualTo(1);
    more.put("quantity", "many");
    HttpResponse<String> wrong = browser.submit(path, path + "/stock", more);
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(CouponPageTest.bad(wrong.body(), "stock-quantity")).contains("whole number");
    assertThat(wrong.body()).contains("<details open>", "value=\"many\"");
    more.put("quantity", "4");
    HttpResponse<String> reused = browser.submit(path, path + "/stock", more);
    assertThat(reused.statusCode()).isEqualTo(409);
    assertThat(reused.body()).contains("was sent before", "value=\"4\"");
    more.putAll(Map.of("quantity", Long.toString(before), "key", "k-too-many"));
    HttpResponse<String> few = browser.submit(path, path + "/stock", more);
    assertThat(few.statusCode()).isEqualTo(409);
    assertThat(few.body()).contains("too few pieces of " + sku);
    assertThat(available(sku)).isEqualTo(before - 3);
  }

  @Test
  void aDrawShowsItsCommitmentAndWhenItIsDrawn() {
    Map<String, String> draw = sale("By lot", SKUS.get(5) + " 1.00 5 1");
    draw.putAll(Map.of("mode", "draw", "drawAt", at(26)));
    String path = planned(draw);
    String commitment =
        shop.text("select encode(commitment, 'hex') from flashsale.sale where id = " + id(path));
    assertThat(commitment).hasSize(64);
    assertThat(browser.page(path))
        .contains("sale-draw", commitment, "By lot", instant(draw.get("drawAt")).toString())
        .doesNotContain("Transcript", "/draw\"");
    assertThat(done(path, "/start")).isEqualTo("started");
    assertThat(browser.page(path))
        .contains("Drawn in", "data-until=\"" + instant(draw.get("drawAt")) + "\"");
    assertThat(
            browser
                .page(path)
                .contains(
                    shop.text(
                        "select encode(secret, 'hex') from flashsale.sale where id = " + id(path))))
        .as("the secret is told afterwards only")
        .isFalse();
  }

  @Test
  void aDrawShowsHowManyEnteredAndWonAndWhereItIsTold() {
    Map<String, String> draw = sale("Who won", SKUS.get(5) + " 1.00 5 1");
    draw.putAll(Map.of("mode", "draw", "drawAt", at(26)));
    String path = planned(draw);
    String entries = "Entries</dt><dd class=\"figure\">";
    assertThat(browser.page(path)).contains(entries + "0<").doesNotContain("Winners", "/v1/flash");
    shop.run("update flashsale.draw set entries = 1234 where sale = ?", Long.parseLong(id(path)));
    assertThat(browser.page(path)).contains(entries + "1,234<").doesNotContain("Winners");
    shop.run(
        "update flashsale.draw set drawn_at = now(), settled_at = now(), winners = 5,"
            + " seed = sha256('s'), entries_hash = sha256('h') where sale = ?",
        Long.parseLong(id(path)));
    String told = "/v1/flash-sales/" + id(path) + "/draw";
    assertThat(browser.page(path))
        .contains("Winners</dt><dd class=\"figure\">5<")
        .contains("<a href=\"" + told + "\">");
    browser.cookies.put("tidegate_language", "zh");
    assertThat(browser.page(path)).contains("报名数", "中签数", "抽签记录");
    browser.cookies.put("tidegate_language", "en");
  }

  @Test
  void thePageHearsWhatChangedAndNothingElse() {
    String path = planned(sale("Live", SKUS.get(6) + " 1.00 5 1"));
    Matcher live =
        Pattern.compile("data-stream=\"([^\"]+)\" data-now=\"(\\d+)\"").matcher(browser.page(path));
    assertThat(live.find()).isTrue();
    try (Stream<String> lines = browser.lines(live.group(1))) {
      Iterator<String> told = lines.iterator();
      List<String> quiet = until(told, "event: clock");
      assertThat(quiet).as("the browser has all of it").doesNotContain("event: part");
      long clock = Long.parseLong(told.next().substring("data: ".length()));
      assertThat(clock).isGreaterThanOrEqualTo(Long.parseLong(live.group(2)));
      assertThat(done(path, "/warm")).isEqualTo("warmed");
      String parts =
          String.join("\n", until(told, "data: <div class=\"column\" id=\"sale-figures\">"));
      assertThat(parts).contains("event: part", "data-state=\"warm\"", "id=\"sale-acts\"");
      String figures = String.join("\n", until(told, "event: clock"));
      assertThat(figures).contains("data-label=\"Left\" class=\"num\">5<");
      // The gate hears of it by itself, a little later or before.
      if (!figures.contains(known(5))) {
        hears(told, known(5));
      }
      assertThat(shop.gates().refusal(Long.parseLong(id(path)), "k-early")).isNotNull();
      hears(told, "<dt>Not started</dt><dd class=\"figure\">1<");
    }
  }

  @Test
  void whatBecameOfThePiecesIsCountedByTheStateOfTheirOrders() {
    String sku = SKUS.get(9);
    String path = planned(sale("Counted", sku + " 1.00 20 9\n" + SKUS.get(10) + " 1.00 20 9"));
    // From the list: the page of the sale itself would have counted already.
    assertThat(location(browser.submit(PATH, path + "/start", Map.of()))).endsWith("=started");
    long start =
        shop.number(
            "select (extract(epoch from starts_at) * 1000)::bigint from flashsale.sale where id = "
                + id(path));
    grant(path, sku, start + 100, 3, "held");
    grant(path, sku, start + 200, 4, "paid");
    grant(path, sku, start + 400, 5, "paid");
    grant(path, sku, start + 300, 2, "released");
    grant(path, sku, start + 350, 1, "refunded");
    String page = browser.page(path);
    assertThat(row(page, sku))
        .contains("data-label=\"Waits for payment\" class=\"num\">3<")
        .contains("data-label=\"Paid\" class=\"num\">9<")
        .contains("data-label=\"Given up\" class=\"num\">2<")
        .contains("data-label=\"Refunded\" class=\"num\">1<")
        .contains("Of all pieces Paid 45 %, Waits for payment 15 %, Left 40 %.");
    assertThat(row(page, SKUS.get(10))).contains("data-label=\"Paid\" class=\"num\">0<");
    assertThat(page)
        .contains(
            "Granted in all</dt><dd class=\"figure\">15<",
            "Last one, after the start</dt><dd class=\"figure\">0.4 s<");
    assertThat(done(path, "/stop")).isEqualTo("stopped");
    assertThat(browser.page(path))
        .contains("Back in the normal stock</dt><dd class=\"figure\">28<");
  }

  /** Writes what an order of a sale writes beside itself. */
  private static void grant(String path, String sku, long millis, int quantity, String state) {
    shop.run(
        """
        insert into flashsale.grant
          (order_number, sale, pool, sku, user_id, quantity, key_hash, state, version)
        select ?, sale, pool, sku, 7, ?, 0, ?, 1 from flashsale.item where sale = ? and sku = ?
        """,
        OrderNumber.firstAt(millis),
        quantity,
        state,
        Long.parseLong(id(path)),
        sku);
    if (state.equals("held") || state.equals("paid")) {
      shop.run(
          """
          update inventory.pool set free = free - ?
          where id = (select pool from flashsale.item where sale = ? and sku = ?)
          """,
          quantity,
          Long.parseLong(id(path)),
          sku);
    }
  }

  @Test
  void theListGoesOn() {
    for (int i = 0; i < 21; i++) {
      planned(sale("Many " + i + ".", SKUS.get(7) + " 1.00 1 1"));
    }
    String page = browser.page(PATH);
    assertThat(page).contains(">Many 20.<", ">Many 1.<").doesNotContain(">Many 0.<");
    Matcher next = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"").matcher(page);
    assertThat(next.find()).isTrue();
    assertThat(browser.page(next.group(1))).contains(">Many 0.<").doesNotContain(">Many 1.<");
    assertThat(browser.get(PATH + "?after=x").statusCode()).isEqualTo(400);
    assertThat(browser.get(PATH + "/999999999").statusCode()).isEqualTo(404);
    assertThat(browser.get(PATH + "/999999999/live").statusCode()).isEqualTo(404);
  }

  @Test
  void someMayOnlyLookAndOthersNotEvenThat() {
    String path = planned(sale("Looked at", SKUS.get(8) + " 1.00 5 1"));
    try (Browser finance = shop.staff("fay", "finance");
        Browser nobody = new Browser(shop.base());
        Browser marketing = shop.staff("mary", "marketing")) {
      assertThat(finance.page(path)).contains("Looked at").doesNotContain("<details", "sale-act\"");
      assertThat(finance.page(PATH)).doesNotContain("<textarea");
      assertThat(finance.submit(PATH, PATH, sale("No", "X 1 1 1")).statusCode()).isEqualTo(403);
      for (String act : List.of("/warm", "/start", "/stop", "/stock")) {
        assertThat(finance.submit(path, path + act, Map.of()).statusCode()).as(act).isEqualTo(403);
        assertThat(marketing.post(path + act, Map.of()).statusCode()).as(act).isEqualTo(403);
      }
      for (String page : List.of(PATH, path, path + "/live")) {
        assertThat(nobody.get(page).headers().firstValue("Location"))
            .hasValue("/console/sign-in?next=" + page);
      }
      assertThat(marketing.submit(path, path + "/warm", Map.of()).statusCode()).isEqualTo(303);
    }
    assertThat(shop.number("select count(*) from staff.act where actor = 'fay'")).isZero();
    assertThat(shop.number("select count(*) from staff.act where actor = 'mary'")).isEqualTo(1);
  }

  private static Map<String, String> sale(String title, String items) {
    return new HashMap<>(
        Map.of(
            "title",
            title,
            "mode",
            "first_come",
            "startsAt",
            at(24),
            "endsAt",
            at(48),
            "payWindowMinutes",
            "15",
            "challengeBits",
            "0",
            "items",
            items,
            "key",
            "k-" + title));
  }

  /** A time in so many hours, as a form has it. */
  private static String at(int hours) {
    return LocalDateTime.ofInstant(
            Instant.now().truncatedTo(ChronoUnit.HOURS).plus(hours, ChronoUnit.HOURS),
            ConsoleShop.ZONE)
        .toString();
  }

  private static Instant instant(String typed) {
    return LocalDateTime.parse(typed).atZone(ConsoleShop.ZONE).toInstant();
  }

  /** The path of a sale that was planned just now. */
  private static String planned(Map<String, String> sale) {
    String to = location(browser.submit(PATH, PATH, sale));
    assertThat(to).endsWith("?done=made");
    return to.substring(0, to.indexOf('?'));
  }

  private static String done(String path, String act) {
    return done(path, act, Map.of());
  }

  /** What an act led to. */
  private static String done(String path, String act, Map<String, String> fields) {
    String to = location(browser.submit(path, path + act, fields));
    assertThat(to).startsWith(path + "?done=");
    return to.substring(to.indexOf('=') + 1);
  }

  private static String location(HttpResponse<String> answer) {
    return answer
        .headers()
        .firstValue("Location")
        .orElseThrow(() -> new AssertionError(answer.body()));
  }

  /** All lines up to the first that begins like this, and that one. */
  private static List<String> until(Iterator<String> told, String beginning) {
    List<String> lines = new ArrayList<>();
    while (lines.isEmpty() || !lines.getLast().startsWith(beginning)) {
      lines.add(told.next());
    }
    return lines;
  }

  /** What a gate shows that knows of so many pieces. */
  private static String known(int pieces) {
    return "Left, as it knows</dt><dd class=\"figure\">" + pieces + "<";
  }

  /** Reads on until a line has this in it. */
  private static void hears(Iterator<String> told, String wanted) {
    String line = told.next();
    while (!line.contains(wanted)) {
      line = told.next();
    }
  }

  private static String row(String page, String sku) {
    int at = page.indexOf("<tr id=\"sku-" + sku + "\"");
    assertThat(at).as(sku).isPositive();
    return page.substring(at, page.indexOf("</tr>", at));
  }

  private static String id(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static long available(String sku) {
    return shop.number("select available from inventory.stock where sku = '" + sku + "'");
  }

  private static long acts(String act, String path) {
    return shop.number(
        "select count(*) from staff.act where act = '"
            + act
            + "' and subject = 'sale "
            + id(path)
            + "'");
  }
}
