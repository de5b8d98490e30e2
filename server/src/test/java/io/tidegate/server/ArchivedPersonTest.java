package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** People whose orders have left the database see what is kept of them, and are erased. */
class ArchivedPersonTest {

  private static final String WORDS = "the sleeve is torn, call 13800138000";
  private static final String MINE = "/v1/me/personal-data";
  private static final String CUSTOMERS = "/v1/admin/customers/{user}/erase";
  private static final long NEIGHBOUR = 7;

  @TempDir private Path data;
  private ArchivedShop archived;
  private EveryEvent shop;
  private String me;
  private String neighbour;
  private String neighboursOrder;
  private int keys;
  private List<String> mine;
  private final Map<String, JsonNode> before = new TreeMap<>();

  @BeforeEach
  void open() throws Exception {
    archived = new ArchivedShop(data);
    shop = archived.shop;
    me = shop.customerToken(EveryEvent.USER);
    neighbour = shop.customerToken(NEIGHBOUR);
    shop.refunds().goodsComeBack();
    archived.refund(shop.aPaidOrder().toString(), me, WORDS);
    cancelled(me, "王芳", "I am moving to 1 Hill Road");
    mine = shop.texts("select number::text from ordering.orders order by number desc");
    neighboursOrder = cancelled(neighbour, "李雷", "too dear for me");
    archived.endAll(me);
    for (String number : mine) {
      before.put(number, order(number, me));
    }
    assertThat(before.toString()).contains("王芳", WORDS, "too small", "Hill Road");
    archived.retire();
  }

  @AfterEach
  void close() throws Exception {
    archived.close();
  }

  private String cancelled(String token, String name, String why) throws Exception {
    String body =
        "{\"items\":[{\"sku\":\"%s\",\"quantity\":1}],\"address\":{\"name\":\"%s\",\"phone\":\"13900139000\",\"region\":\"330106\",\"line\":\"1\"}}"
            .formatted(shop.sku(), name);
    JsonNode placed =
        ArchivedShop.json(
            archived.send("POST", "/v1/orders", "/v1/orders", token, body, "placed-" + ++keys));
    String number = placed.path("number").asString();
    archived.send(
        "POST",
        "/v1/orders/{number}/cancel",
        "/v1/orders/" + number + "/cancel",
        token,
        "{\"reason\":\"%s\"}".formatted(why));
    return number;
  }

  private JsonNode order(String number, String token) throws Exception {
    return archived.get("/v1/orders/{number}", "/v1/orders/" + number, token);
  }

  @Test
  void whatIsKeptOfThemIsShownPageByPage() throws Exception {
    List<JsonNode> shown = new ArrayList<>();
    String path = MINE + "?limit=1";
    while (!path.isEmpty()) {
      JsonNode page = archived.get(MINE, path, me);
      page.path("data").forEach(shown::add);
      String next = page.path("next").stringValue(null);
      path = next == null ? "" : MINE + "?limit=1&after=" + next;
    }
    assertThat(shown).extracting(each -> each.path("order").asString()).isEqualTo(mine);
    assertThat(shown)
        .allSatisfy(
            each -> assertThat(each.path("consignee").path("name").asString()).isEqualTo("王芳"));
    assertThat(shown.toString()).contains(WORDS, "too small");
    assertThat(shown.toString()).doesNotContain("李雷", neighboursOrder);
  }

  @Test
  void whoeverIsErasedIsNowhereAndTheTotalsStay() throws Exception {
    List<String> broken = archived.broken();
    HttpResponse<String> erased = archived.send("DELETE", MINE, MINE, me, "");
    assertThat(ArchivedShop.json(erased).path("orders").asInt()).isEqualTo(mine.size());
    assertThat(ArchivedShop.json(erased).path("keptCount").asInt()).isZero();
    assertErased();
    assertThat(archived.broken()).isEqualTo(broken);
    // Once more: nothing is left to do.
    HttpResponse<String> again = archived.send("DELETE", MINE, MINE, me, "");
    assertThat(ArchivedShop.json(again).path("orders").asInt()).isZero();
  }

  private void assertErased() throws Exception {
    for (String number : mine) {
      JsonNode order = order(number, me);
      assertThat(order.has("address")).as(number).isFalse();
      assertThat(order.toString())
          .doesNotContain("王芳", "13800138000", "too small", "Hill Road", "~words", "~pictures");
      assertThat(order.path("total")).isEqualTo(before.get(number).path("total"));
      assertThat(order.path("items")).isEqualTo(before.get(number).path("items"));
    }
    JsonNode shown = archived.get(MINE, MINE + "?limit=100", me);
    assertThat(shown.path("data")).hasSize(mine.size());
    assertThat(shown.toString()).doesNotContain("consignee", "too small", "sleeve", "13800138000");
    assertThat(shop.texts("select name from customer.consignee")).containsExactly("李雷");
    assertThat(shop.texts("select reason from reporting.archive_words"))
        .containsExactly("too dear for me");
    assertThat(order(neighboursOrder, neighbour).path("address").path("name").asString())
        .isEqualTo("李雷");
  }

  /** Support does it for them, and it is on record. */
  @Test
  void staffEraseThemToo() throws Exception {
    HttpResponse<String> erased =
        archived.send(
            "POST",
            CUSTOMERS,
            CUSTOMERS.replace("{user}", Long.toString(EveryEvent.USER)),
            shop.staffToken("wang", "support"),
            "");
    assertThat(ArchivedShop.json(erased).path("orders").asInt()).isEqualTo(mine.size());
    assertErased();
    assertThat(shop.texts("select subject from staff.act where act = 'customer.erase'"))
        .containsExactly("customer " + EveryEvent.USER);
  }

  /** While nobody reads the archive it can't be said whose orders are there: it is asked again. */
  @Test
  void anErasureThatCannotReachTheArchiveSaysSoAndIsDoneLater() throws Exception {
    archived.go();
    HttpResponse<String> failed = archived.send("DELETE", MINE, MINE, me, "");
    assertThat(failed.statusCode()).isEqualTo(503);
    assertThat(ArchivedShop.code(failed)).isEqualTo("archive_unavailable");
    assertThat(ArchivedShop.code(archived.send("GET", MINE, MINE, me, "")))
        .isEqualTo("archive_unavailable");
    archived.come();
    assertThat(archived.send("DELETE", MINE, MINE, me, "").statusCode()).isEqualTo(200);
    assertErased();
  }

  /** Detached tables stay for days, or for ever, and no erasure looks into them. */
  @Test
  void noFileAndNoDetachedTableHasWordsOrPeople() throws Exception {
    assertThat(archived.files())
        .contains(mine.getFirst(), neighboursOrder)
        .doesNotContain(
            "王芳",
            "李雷",
            "13800138000",
            "13900139000",
            "sleeve",
            "too small",
            "Hill Road",
            "too dear");
    String month = archived.month().toString().replace('-', '_');
    for (String column :
        List.of("refund_case_%s where reason", "return_case_%s where pictures || reason")) {
      String table = "aftersales." + column.formatted(month);
      assertThat(shop.texts("select count(*)::text from " + table.split(" where ", 2)[0]))
          .as("it is there still")
          .isNotEqualTo(List.of("0"));
      assertThat(shop.texts("select seq::text from " + table + " not in ('', '[]')")).isEmpty();
    }
    assertThat(
            shop.texts(
                "select distinct close_reason from ordering.orders_" + month + " where state = 8"))
        .containsExactly("customer");
    assertThat(
            shop.texts(
                "select note from aftersales.return_case_" + month + " where note is not null"))
        .isEmpty();
  }
}
