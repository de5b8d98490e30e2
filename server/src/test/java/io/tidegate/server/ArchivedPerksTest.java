package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.server.audit.AuditReport;
import io.tidegate.server.audit.AuditReport.Status;
import io.tidegate.shop.kernel.OrderNumber;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Orders that brought and used coupons, red packets and points leave: their perks live on. */
class ArchivedPerksTest {

  private static final List<String> PROMISES = List.of("P1", "P2", "P3", "P4", "P5", "P6");

  @TempDir private Path data;
  private ArchivedShop archived;
  private EveryEvent shop;
  private String me;
  private String sku;
  private int keys;
  private final Map<String, JsonNode> before = new TreeMap<>();

  @BeforeEach
  void open() throws Exception {
    archived = new ArchivedShop(data);
    shop = archived.shop;
    me = shop.customerToken(EveryEvent.USER);
    sku =
        shop.texts(
                "select code from catalog.sku where currency = 'CNY' and price between 15000 and 40000 and code in (select sku from inventory.stock where available > 100) order by code limit 1")
            .getFirst();
    OrderNumber first = shop.refunds().aDearOrder();
    shop.tellUntil(first, "order.delivered.v1");
    usedAndCompleted();
    usedAndRefunded();
    usedAndCancelled();
    broughtSpentAndRefunded();
    archived.endAll(me);
    for (String number : shop.texts("select number::text from ordering.orders")) {
      read("/v1/orders/{number}", "/v1/orders/" + number);
      read("/v1/orders/{number}/timeline", "/v1/orders/" + number + "/timeline?limit=100");
    }
    for (String perk : List.of("points", "coupons", "red-packets")) {
      read("/v1/me/" + perk, "/v1/me/" + perk + "?limit=100");
    }
    assertThat(before.toString()).contains("\"coupon\"", "\"points\"", "\"red_packet\"");
    assertPerksAddUp();
    archived.retire();
  }

  @AfterEach
  void close() throws Exception {
    archived.close();
  }

  /** All three are used, and the order comes to its customer. */
  private void usedAndCompleted() throws Exception {
    OrderNumber number = placed(coupon(), 30, 20);
    shop.pay(number, "first", 0);
    shop.tellUntil(number, "order.delivered.v1");
  }

  /** What was used comes back, what was brought is taken back. */
  private void usedAndRefunded() throws Exception {
    OrderNumber number = placed(coupon(), 20, 10);
    shop.pay(number, "first", 0);
    archived.refund(number.toString(), me, "changed my mind");
  }

  private void usedAndCancelled() throws Exception {
    String number = placed(coupon(), 20, 10).toString();
    HttpResponse<String> cancelled =
        archived.send(
            "POST", "/v1/orders/{number}/cancel", "/v1/orders/" + number + "/cancel", me, "");
    assertThat(cancelled.statusCode()).isEqualTo(200);
  }

  /** Its coupon is spent by the time it is refunded: that is deducted or owed (P4). */
  private void broughtSpentAndRefunded() throws Exception {
    shop.run("delete from inventory.on_hand where sku = '" + sku + "'"); // so it waits
    OrderNumber brings = placed("", 0, 0);
    shop.pay(brings, "first", 0);
    shop.tellUntil(brings, "shipment.planned.v1");
    String brought =
        shop.texts("select id::text from marketing.coupon where order_number = " + brings)
            .getFirst();
    OrderNumber spends = placed(brought, 0, 0);
    shop.pay(spends, "first", 0);
    archived.refund(brings.toString(), me, "changed my mind");
    assertThat(
            shop.texts(
                "select lacking::text from marketing.coupon_reclaim where order_number = "
                    + brings))
        .isEqualTo(List.of("1"));
  }

  private String coupon() {
    return shop.texts(
            "select id::text from marketing.coupon where state = 'granted' and user_id = %d order by id limit 1"
                .formatted(EveryEvent.USER))
        .getFirst();
  }

  private String wishes(String coupon, long points, long fen) {
    return "{\"items\":[{\"sku\":\"%s\",\"quantity\":1}]%s%s%s,\"address\":{\"name\":\"王芳\",\"phone\":\"13800138000\",\"region\":\"330106\",\"line\":\"1\"}}"
        .formatted(
            sku,
            coupon.isEmpty() ? "" : ",\"coupon\":\"" + coupon + "\"",
            points == 0 ? "" : ",\"points\":" + points,
            fen == 0 ? "" : ",\"redPackets\":{\"amount\":" + fen + ",\"currency\":\"CNY\"}");
  }

  private OrderNumber placed(String coupon, long points, long fen) throws Exception {
    HttpResponse<String> placed =
        archived.send(
            "POST", "/v1/orders", "/v1/orders", me, wishes(coupon, points, fen), "perks-" + ++keys);
    assertThat(placed.statusCode()).as(placed.body()).isEqualTo(201);
    return OrderNumber.parse(ArchivedShop.json(placed).path("number").asString()).orElseThrow();
  }

  private void read(String template, String path) throws Exception {
    before.put(template + " " + path, archived.get(template, path, me));
  }

  private void assertPerksAddUp() {
    AuditReport report = archived.audit();
    for (String promise : PROMISES) {
      assertThat(report.invariant(promise).broken()).as(report.toTable()).isZero();
      assertThat(report.invariant(promise).status()).as(promise).isEqualTo(Status.OK);
    }
  }

  @Test
  void everythingReadsAsBeforeAndPerksStillAddUp() throws Exception {
    assertThat(shop.texts("select number::text from ordering.orders")).isEmpty();
    for (Map.Entry<String, JsonNode> entry : before.entrySet()) {
      String[] words = entry.getKey().split(" ", 2);
      assertThat(archived.get(words[0], words[1], me)).as(words[1]).isEqualTo(entry.getValue());
    }
    assertPerksAddUp();
  }

  /** A coupon, points and a packet that archived orders brought are their customer's still. */
  @Test
  void whatArchivedOrdersBroughtCanBeSpent() throws Exception {
    HttpResponse<String> quoted =
        archived.send("POST", "/v1/quotes", "/v1/quotes", me, wishes(coupon(), 10, 5));
    assertThat(quoted.statusCode()).as(quoted.body()).isEqualTo(200);
    assertThat(ArchivedShop.json(quoted).path("discounts")).hasSize(3);
  }
}
