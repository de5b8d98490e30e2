package io.tidegate.shop.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.Cursors;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.marketing.CouponGrantRule;
import io.tidegate.shop.marketing.CouponService;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.MarketingRoutes;
import io.tidegate.shop.marketing.RedPacketGrant;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.marketing.TemplateStore;
import io.tidegate.shop.notification.Channel;
import io.tidegate.shop.notification.MessageStore;
import io.tidegate.shop.notification.NewMessage;
import io.tidegate.shop.notification.NotificationRoutes;
import io.tidegate.shop.notification.Templates;
import io.tidegate.shop.points.PointGrant;
import io.tidegate.shop.points.PointsRoutes;
import io.tidegate.shop.points.PointsStore;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a customer's paid orders have brought, over HTTP: each sees only their own. */
class MyPerksTest {

  private static final Instant AT = Instant.parse("2026-11-22T12:00:00.123Z");
  private static final int ORDERS = 5;
  private static final Pattern ORDER = Pattern.compile("\"order\":\"(\\d+)\"");

  private static ShopDatabase shop;
  private static ShopServer server;

  @BeforeAll
  static void open() {
    shop = new ShopDatabase();
    PointsStore points = new PointsStore(shop.database());
    CouponStore coupons = new CouponStore(shop.database());
    RedPacketStore redPackets = new RedPacketStore(shop.database());
    MessageStore messages = new MessageStore(shop.database());
    Cursors cursors = new Cursors(new byte[16]);
    server =
        new ShopServer(
            new PointsRoutes(points, cursors),
            new MarketingRoutes(
                coupons,
                new CouponService(
                    shop.database(), new TemplateStore(shop.database()), coupons, () -> AT),
                redPackets,
                cursors,
                () -> AT),
            new NotificationRoutes(
                messages,
                (template, details) -> Templates.render(template, Locale.CHINESE, details),
                cursors));
    shop.database()
        .write(
            "effects",
            tx -> {
              for (int order = 1; order <= ORDERS; order++) {
                Money total = Money.cny(10_000L);
                if (order == 1) {
                  points.grant(tx, pointsOfAll());
                }
                coupons.grant(
                    tx, CouponGrantRule.DEFAULT.grant(order, 42, total, AT).stream().toList());
                redPackets.grant(tx, List.of(new RedPacketGrant(order, 42, Money.cny(100), AT)));
                messages.record(tx, List.of(message(order)));
              }
              return true;
            });
  }

  @AfterAll
  static void close() {
    server.close();
    shop.close();
  }

  @Test
  void pointsHaveABalanceAndPages() {
    assertThat(server.get(42, "/v1/me/points").body())
        .startsWith("{\"balance\":500,\"held\":0,\"data\":[{");
    assertThat(ordersOf("/v1/me/points?limit=2")).containsExactly("5", "4", "3", "2", "1");
    assertThat(server.get(7, "/v1/me/points").body())
        .isEqualTo("{\"balance\":0,\"held\":0,\"data\":[]}");
  }

  @Test
  void couponsTellTheirTermsInTheCallersLanguage() {
    assertThat(ordersOf("/v1/me/coupons?limit=2")).containsExactly("5", "4", "3", "2", "1");
    assertThat(server.get(42, "/v1/me/coupons?limit=1").body())
        .contains(
            "\"title\":\"满100元减10元\"",
            "\"off\":{\"amount\":1000,\"currency\":\"CNY\"}",
            "\"spendMin\":{\"amount\":10000,\"currency\":\"CNY\"}",
            "\"usable\":true",
            "\"validTo\":\"2026-12-22T12:00:00.123Z\"");
    assertThat(server.send(42, "GET", "/v1/me/coupons", "", "Accept-Language", "en-GB").body())
        .contains("10 off 100");
    assertThat(server.get(7, "/v1/me/coupons").body()).isEqualTo("{\"data\":[]}");
  }

  @Test
  void redPacketsHaveABalanceInMoney() {
    assertThat(ordersOf("/v1/me/red-packets?limit=3")).containsExactly("5", "4", "3", "2", "1");
    assertThat(server.get(42, "/v1/me/red-packets").body())
        .startsWith(
            "{\"balance\":{\"amount\":500,\"currency\":\"CNY\"},\"held\":{\"amount\":0,\"currency\":\"CNY\"},\"data\":[{");
    assertThat(server.get(7, "/v1/me/red-packets").body())
        .isEqualTo(
            "{\"balance\":{\"amount\":0,\"currency\":\"CNY\"},\"held\":{\"amount\":0,\"currency\":\"CNY\"},\"data\":[]}");
  }

  @Test
  void notificationsShowTheirText() {
    assertThat(ordersOf("/v1/me/notifications?limit=4")).containsExactly("5", "4", "3", "2", "1");
    assertThat(server.get(42, "/v1/me/notifications?limit=1").body())
        .contains("您的订单 5 已付款 ¥100.00", "\"state\":\"recorded\"", "\"channel\":\"sms\"");
    assertThat(server.get(7, "/v1/me/notifications").body()).isEqualTo("{\"data\":[]}");
  }

  private static List<PointGrant> pointsOfAll() {
    List<PointGrant> grants = new ArrayList<>();
    for (int order = 1; order <= ORDERS; order++) {
      grants.add(new PointGrant(order, 42, 100, AT));
    }
    return grants;
  }

  private static NewMessage message(long order) {
    return new NewMessage(
        order,
        42,
        "order_paid",
        Channel.SMS,
        Map.of("number", Long.toString(order), "amount", "¥100.00"),
        AT);
  }

  /** The orders of a whole list, following its pages. */
  private static List<String> ordersOf(String first) {
    List<String> orders = new ArrayList<>();
    String path = first;
    while (!path.isEmpty()) {
      HttpResponse<String> page = server.get(42, path);
      assertThat(page.statusCode()).isEqualTo(200);
      Matcher order = ORDER.matcher(page.body());
      while (order.find()) {
        orders.add(order.group(1));
      }
      String link = page.headers().firstValue("Link").orElse("<>");
      path = link.substring(1, link.indexOf('>'));
    }
    return orders;
  }
}
