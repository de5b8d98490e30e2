package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.aftersales.ReturnId;
import io.tidegate.shop.aftersales.ReturnLine;
import io.tidegate.shop.kernel.OrderNumber;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Goods on their way back: each step by whoever may take it, on record, and to be seen. */
class ReturnPageTest extends SignedIn {
  private static final String PATH = "/console/returns";
  private static final Pattern ROW = Pattern.compile("href=\"" + PATH + "/(\\d+t\\d+)\"");
  private static final Pattern OLDER = Pattern.compile("rel=\"next\" href=\"([^\"]+)\"");

  @Test
  void whatCameBackIsAcceptedByLine() {
    ReturnId id = requested(3, 1);
    assertThat(browser.page(PATH)).contains(id.toString(), "4 pieces", "torn &lt;b&gt;");
    String page = browser.page(path(id));
    assertThat(page)
        .contains("3 pieces", "1 pieces", "torn &lt;b&gt;", "/images/products/")
        .contains("href=\"https://pictures.example/1.jpg\"", "<code>own-id</code>")
        .doesNotContain("javascript:alert(1)\"", "/inspect\"", "/receive\"");

    assertThat(done("approve", id, Map.of())).isEqualTo("approved");
    assertThat(browser.page(path(id)))
        .contains("Approved", "/receive\"")
        .doesNotContain("/inspect");
    assertThat(done("receive", id, Map.of("warehouse", "nowhere"))).isEqualTo("400");
    String warehouse = shop.text("select min(warehouse) from fulfilment.shipment");
    assertThat(done("receive", id, Map.of("warehouse", warehouse))).isEqualTo("received");
    assertThat(done("reject", id, Map.of("reason", "x"))).as("too late").isEqualTo("stale");

    String form = browser.page(path(id));
    assertThat(form).contains("name=\"line1\"", "max=\"3\"", "name=\"line2\"", "max=\"1\"");
    Map<String, String> over = Map.of("accept", "true", "line1", "4", "line2", "0");
    assertThat(done("inspect", id, over)).as("more than was sent").isEqualTo("400");
    Map<String, String> some =
        Map.of("accept", "true", "line1", "2", "line2", "0", "note", "one was worn");
    assertThat(done("inspect", id, some)).isEqualTo("inspected");
    String after = browser.page(path(id));
    assertThat(after)
        .contains("2 accepted", "0 accepted", "one was worn", "Inspected")
        .contains("href=\"/console/refunds/" + id.order() + "a1\"", "Staff admin");
    assertThat(browser.page("/console/refunds/" + id.order() + "a1"))
        .contains("Goods returned", "href=\"" + path(id) + "\"", "× 2");
    assertThat(browser.page("/console/orders/" + id.order()))
        .contains("href=\"" + path(id) + "\"", "id=\"case-" + id.order() + "a1\"");
    assertThat(acts(id)).containsExactly("return.approve", "return.receive", "return.inspect");
  }

  @Test
  void whatIsRejectedSaysWhy() {
    ReturnId id = requested(1, 0);
    assertThat(done("reject", id, Map.of())).as("without a reason").isEqualTo("400");
    assertThat(done("reject", id, Map.of("reason", "worn <i>out</i>"))).isEqualTo("rejected");
    assertThat(browser.page(path(id)))
        .contains("Rejected", "worn &lt;i&gt;out")
        .doesNotContain("/approve\"", "/receive\"");

    ReturnId nothing = requested(1, 0);
    done("approve", nothing, Map.of());
    done(
        "receive",
        nothing,
        Map.of("warehouse", shop.text("select min(warehouse) from fulfilment.shipment")));
    assertThat(done("inspect", nothing, Map.of("accept", "false"))).isEqualTo("rejected");
    assertThat(browser.page(path(nothing))).contains("Nothing was accepted");
  }

  @Test
  void theListPagesAndFilters() {
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < ReturnPage.ROWS + 2; i++) {
      wanted.addFirst(requested(1, 0).toString());
    }
    String first = browser.page(PATH + "?state=requested");
    Matcher older = OLDER.matcher(first);
    assertThat(older.find()).isTrue();
    assertThat(rows(first)).isEqualTo(wanted.subList(0, ReturnPage.ROWS));
    assertThat(rows(browser.page(older.group(1).replace("&amp;", "&"))))
        .containsAll(wanted.subList(ReturnPage.ROWS, wanted.size()));
    assertThat(rows(browser.page(PATH + "?state=done"))).isEmpty();
    assertThat(browser.get(PATH + "?state=gone").statusCode()).isEqualTo(400);
    assertThat(browser.get(PATH + "/1t1").statusCode()).isEqualTo(404);
  }

  @Test
  void supportDecidesAndTheWarehouseHandles() {
    ReturnId id = requested(1, 0);
    try (Browser sue = shop.staff("sue", "support");
        Browser walt = shop.staff("walt", "warehouse");
        Browser mary = shop.staff("mary", "marketing")) {
      assertThat(mary.get(PATH).statusCode()).isEqualTo(403);
      assertThat(walt.page(path(id))).doesNotContain("/approve\"", "/reject\"");
      assertThat(walt.submit("/console/sign-in", path(id) + "/approve", Map.of()).statusCode())
          .isEqualTo(403);
      assertThat(sue.submit(path(id), path(id) + "/approve", Map.of()).statusCode()).isEqualTo(303);
      assertThat(sue.page(path(id))).contains("/reject\"").doesNotContain("/receive\"");
      assertThat(walt.page(path(id))).contains("/receive\"").doesNotContain("/reject\"");
    }
    browser.cookies.put("tidegate_language", "zh");
    assertThat(browser.page(path(id))).contains("待寄回", "确认收货", "员工 sue");
    browser.cookies.put("tidegate_language", "en");
  }

  /** A customer wants to send pieces of a delivered order back. */
  private static ReturnId requested(int first, int second) {
    List<String> skus = ConsoleShop.skus();
    Map<String, Integer> pieces = new LinkedHashMap<>();
    pieces.put(skus.get(0), 3);
    pieces.put(skus.get(1), 2);
    OrderNumber number = shop.delivered(81, pieces);
    List<ReturnLine> lines = new ArrayList<>(List.of(new ReturnLine(1, first)));
    if (second > 0) {
      lines.add(new ReturnLine(2, second));
    }
    return shop.sendBack(
        number,
        81,
        lines,
        "torn <b>",
        List.of("https://pictures.example/1.jpg", "own-id", "javascript:alert(1)"));
  }

  private static String path(ReturnId id) {
    return PATH + "/" + id;
  }

  /** What an act led to, or the status that it was answered with. */
  private static String done(String act, ReturnId id, Map<String, String> fields) {
    HttpResponse<String> answer = browser.submit(PATH, path(id) + "/" + act, fields);
    String location = answer.headers().firstValue("Location").orElse("=" + answer.statusCode());
    return location.substring(location.indexOf('=') + 1);
  }

  private static List<String> rows(String page) {
    return ROW.matcher(page).results().map(row -> row.group(1)).toList();
  }

  private static List<String> acts(ReturnId id) {
    return shop.texts(
        "select act from staff.act where subject = 'return %s' order by id".formatted(id));
  }
}
