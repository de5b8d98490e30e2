package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.marketing.CouponGrantRule;
import io.tidegate.shop.marketing.CouponService;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.MarketingRoutes;
import io.tidegate.shop.marketing.RedPacketGrant;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.marketing.RedPacketTake;
import io.tidegate.shop.marketing.TemplateDesk;
import io.tidegate.shop.marketing.TemplateRoutes;
import io.tidegate.shop.marketing.TemplateStore;
import io.tidegate.shop.points.PointGrant;
import io.tidegate.shop.points.PointHold;
import io.tidegate.shop.points.PointsRoutes;
import io.tidegate.shop.points.PointsStore;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Coupon templates, their issue and their claim over HTTP, and what customers then see. */
class CouponRoutesTest {

  private static final String ALL = "/v1/admin/coupon-templates";
  private static final String ONE = ALL + "/{id}";
  private static final String ISSUE = ONE + "/issue";
  private static final String MINE = "/v1/me/coupons";
  private static final String MARKETING = "staff:marketing";
  private static final String TERMS =
      "\"titleZh\":\"全场八折\",\"titleEn\":\"20 off\",\"percentOff\":20,"
          + "\"offMax\":{\"amount\":5000,\"currency\":\"CNY\"},"
          + "\"spendMin\":{\"amount\":10000,\"currency\":\"CNY\"},"
          + "\"scope\":{\"category\":\"books\"}";

  private static StaffServer server;

  @BeforeAll
  static void open() {
    Cursors cursors = new Cursors(new byte[16]);
    server =
        new StaffServer(database -> {
          TemplateStore templates = new TemplateStore(database);
          CouponStore coupons = new CouponStore(database);
          CouponService service =
              new CouponService(database, templates, coupons, InstantSource.system());
          return List.of(
              new TemplateRoutes(
                  new TemplateDesk(database, templates, service, Twins.standard()), cursors),
              new PointsRoutes(new PointsStore(database), cursors),
              new MarketingRoutes(
                  coupons, service, new RedPacketStore(database), cursors, InstantSource.system()));
        });
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @Test
  void aTemplateIsMadeOnceAndEditedByWhoeverSawItsVersion() {
    String body = "{\"id\":\"books-20\"," + TERMS + ",\"validDays\":7,\"totalMax\":5}";
    assertThat(post("", ALL, ALL, body).statusCode()).isEqualTo(401);
    assertThat(post("7", ALL, ALL, body).statusCode()).isEqualTo(403);
    assertThat(post("staff:support", ALL, ALL, body).statusCode()).isEqualTo(403);
    HttpResponse<String> made = post(MARKETING, ALL, ALL, body);
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.body()).contains("\"issued\":0,\"version\":1", "\"category\":\"books\"");
    assertThat(post(MARKETING, ALL, ALL, body).statusCode()).isEqualTo(201);
    assertThat(post(MARKETING, ALL, ALL, body.replace("20,", "30,")).body()).contains("\"exists\"");

    String path = ALL + "/books-20";
    HttpResponse<String> read = server.get("staff:support", ONE, path);
    String tag = read.headers().firstValue("ETag").orElseThrow();
    assertThat(read.body()).isEqualTo(made.body());
    assertThat(server.get("staff:admin", ONE, path, "If-None-Match", tag).statusCode())
        .isEqualTo(304);
    String edit = "{" + TERMS + ",\"validDays\":9,\"totalMax\":6,\"active\":false}";
    HttpResponse<String> edited = server.send(MARKETING, "PUT", ONE, path, edit, "If-Match", tag);
    assertThat(edited.statusCode()).isEqualTo(200);
    assertThat(edited.body()).contains("\"validDays\":9", "\"active\":false", "\"version\":2");
    assertThat(
            server
                .send(MARKETING, "PUT", ONE, path, edit.replace("9", "8"), "If-Match", tag)
                .statusCode())
        .isEqualTo(412);
    assertThat(server.send(MARKETING, "PUT", ONE, path, edit).body()).isEqualTo(edited.body());
    assertThat(server.send(MARKETING, "PUT", ONE, path, edit.replace("books", "toys")).body())
        .contains("\"terms_fixed\"");
    assertThat(server.send(MARKETING, "PUT", ONE, ALL + "/none", edit).statusCode()).isEqualTo(404);
    assertThat(acts("coupon-template.create", "books-20")).isEqualTo(1);
    assertThat(acts("coupon-template.edit", "books-20")).isEqualTo(1);
    assertThat(server.get(MARKETING, ALL, ALL + "?limit=100").body())
        .contains("\"books-20\"", "\"thank-you-10\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"percentOff\":20|\"percentOff\":0|/percentOff",
        "\"percentOff\":20|\"percentOff\":101|/percentOff",
        "\"percentOff\":20,|''|/offMax",
        "\"percentOff\":20|\"amountOff\":{\"amount\":1,\"currency\":\"CNY\"}|/offMax",
        "\"amount\":5000|\"amount\":0|/offMax",
        "\"amount\":5000,\"currency\":\"CNY\"|\"amount\":5000,\"currency\":\"JPY\"|/offMax",
        "\"category\":\"books\"|\"category\":\"none\"|/scope/category",
        "\"category\":\"books\"|\"shop\":false|/scope",
        "\"category\":\"books\"|\"shop\":true,\"skus\":[\"A\"]|/scope",
        "\"category\":\"books\"|\"skus\":[\"a\"]|/scope/skus",
        "\"validDays\":7|\"validDays\":0|/validDays",
        "\"validDays\":7|\"validTo\":\"tomorrow\"|/validTo",
        "\"validDays\":7|\"validFrom\":\"2026-01-01T00:00:00Z\",\"validDays\":7|/validFrom",
        "\"validDays\":7|\"validTo\":\"2026-01-01T00:00:00Z\",\"validDays\":7|''",
        "\"validDays\":7|\"validDays\":7,\"claimCode\":\"abc\"|/claimCode",
        "\"validDays\":7|\"validDays\":7,\"claimCode\":\"ABCD\"|/perUserMax",
        "\"validDays\":7|\"validDays\":7,\"totalMax\":0|/totalMax",
      })
  void whatIsWrongIsToldWithItsPlace(String text, String instead, String pointer) {
    String body = ("{\"id\":\"wrong\"," + TERMS + ",\"validDays\":7}").replace(text, instead);
    HttpResponse<String> answer = post(MARKETING, ALL, ALL, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("\"pointer\":\"" + pointer + "\"");
  }

  @Test
  void couponsAreIssuedToAListOnceForAKey() {
    template("gift", ",\"totalMax\":250,\"perUserMax\":1");
    String path = ALL + "/gift/issue";
    String users =
        LongStream.range(1_000, 1_300)
            .mapToObj(user -> "\"" + user + "\"")
            .collect(Collectors.joining(",", "{\"users\":[", "]}"));
    assertThat(post("staff:support", ISSUE, path, users, "Idempotency-Key", "k1").statusCode())
        .isEqualTo(403);
    assertThat(post(MARKETING, ISSUE, path, users).statusCode()).isEqualTo(400);
    HttpResponse<String> issued = post(MARKETING, ISSUE, path, users, "Idempotency-Key", "k1");
    assertThat(issued.statusCode()).isEqualTo(201);
    assertThat(issued.body()).contains("\"asked\":300,\"issued\":250", "\"total_max\"");
    HttpResponse<String> again = post(MARKETING, ISSUE, path, users, "Idempotency-Key", "k1");
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(post(MARKETING, ISSUE, path, "{\"users\":[\"1\"]}", "Idempotency-Key", "k1").body())
        .contains("key_reused");
    assertThat(server.number("select count(*) from marketing.coupon where template = 'gift'"))
        .isEqualTo(250);
    assertThat(acts("coupon.issue", "gift")).isEqualTo(2);
    assertThat(server.get("1000", MINE, MINE).body())
        .contains("\"percentOff\":20", "\"offMax\"", "\"state\":\"granted\",\"usable\":true")
        .doesNotContain("\"order\"", "\"off\":");
    for (String wrong : List.of("[]", "[\"x\"]", "[\"1\",\"1\"]", "[\"9999999999999999999\"]")) {
      assertThat(
              post(MARKETING, ISSUE, path, "{\"users\":" + wrong + "}", "Idempotency-Key", "k2")
                  .statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
    assertThat(
            post(MARKETING, ISSUE, ALL + "/none/issue", users, "Idempotency-Key", "k3")
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void aCodeClaimsACoupon() {
    template("welcome", ",\"totalMax\":2,\"perUserMax\":1,\"claimCode\":\"WELCOME-26\"");
    assertThat(
            post(
                    MARKETING,
                    ALL,
                    ALL,
                    body("other", ",\"perUserMax\":1,\"claimCode\":\"WELCOME-26\""))
                .body())
        .contains("\"code_taken\"");
    HttpResponse<String> claimed = claim("51", " welcome-26 ");
    assertThat(claimed.statusCode()).isEqualTo(201);
    HttpResponse<String> again = claim("51", "WELCOME-26");
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(claimed.body());
    assertThat(claim("52", "WELCOME-26").statusCode()).isEqualTo(201);
    assertThat(claim("53", "WELCOME-26").body()).contains("\"sold_out\"");
    assertThat(claim("53", "NO-SUCH-CODE").statusCode()).isEqualTo(404);
    assertThat(claim("53", "x".repeat(65)).statusCode()).isEqualTo(400);
    assertThat(post("", MINE, MINE, "{\"code\":\"WELCOME-26\"}").statusCode()).isEqualTo(401);
    String path = ALL + "/welcome";
    String stop = "{" + TERMS + ",\"validDays\":7,\"totalMax\":3,\"perUserMax\":1,\"active\":false";
    assertThat(server.send(MARKETING, "PUT", ONE, path, stop.replace("3,", "1,") + "}").body())
        .contains("\"below_issued\"");
    server.send(MARKETING, "PUT", ONE, path, stop + ",\"claimCode\":\"WELCOME-26\"}");
    assertThat(claim("53", "WELCOME-26").body()).contains("\"not_active\"");
    server.send(MARKETING, "PUT", ONE, path, stop + "}");
    assertThat(claim("53", "WELCOME-26").statusCode()).isEqualTo(404);
  }

  @Test
  void whatOrdersHoldIsShownApart() {
    Instant now = InstantSource.system().instant();
    server.database.write(
        "grant",
        tx -> {
          new PointsStore(server.database).grant(tx, List.of(new PointGrant(5, 60, 100, now)));
          new RedPacketStore(server.database)
              .grant(tx, List.of(new RedPacketGrant(5, 60, Money.cny(80), now)));
          new CouponStore(server.database)
              .grant(
                  tx,
                  CouponGrantRule.DEFAULT.grant(5, 60, Money.cny(20_000), now).stream().toList());
          return true;
        });
    long packet = new RedPacketStore(server.database).spendable(60, "CNY").getFirst().id();
    server.database.write(
        "hold",
        tx -> {
          PointsStore.hold(tx, List.of(new PointHold(6, 60, 30, now)));
          RedPacketStore.hold(tx, List.of(new RedPacketTake(6, 60, packet, 50)), now);
          return true;
        });
    assertThat(server.get("60", "/v1/me/points", "/v1/me/points").body())
        .startsWith("{\"balance\":70,\"held\":30,\"data\":[{")
        .contains("\"kind\":\"held\",\"amount\":-30");
    assertThat(server.get("60", "/v1/me/red-packets", "/v1/me/red-packets").body())
        .startsWith(
            "{\"balance\":{\"amount\":30,\"currency\":\"CNY\"},"
                + "\"held\":{\"amount\":50,\"currency\":\"CNY\"}")
        .contains("\"remaining\":{\"amount\":30,\"currency\":\"CNY\"},\"state\":\"granted\"");
    assertThat(server.get("60", MINE, MINE).body())
        .contains(
            "\"order\":\"5\"",
            "\"off\":{\"amount\":1000,\"currency\":\"CNY\"}",
            "\"amountOff\":{\"amount\":1000,\"currency\":\"CNY\"}",
            "\"scope\":{\"shop\":true}");
  }

  private static void template(String id, String more) {
    assertThat(post(MARKETING, ALL, ALL, body(id, more)).statusCode()).isEqualTo(201);
  }

  private static String body(String id, String more) {
    return "{\"id\":\"" + id + "\"," + TERMS + ",\"validDays\":7" + more + "}";
  }

  private static HttpResponse<String> claim(String user, String code) {
    return post(user, MINE, MINE, "{\"code\":\"" + code + "\"}");
  }

  private static HttpResponse<String> post(
      String bearer, String template, String path, String body, String... headers) {
    return server.send(bearer, "POST", template, path, body, headers);
  }

  private static long acts(String act, String template) {
    return server.number(
        "select count(*) from staff.act where actor = 'eve' and act = '%s' and subject = '%s'"
            .formatted(act, "coupon-template " + template));
  }
}
