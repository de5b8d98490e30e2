package io.tidegate.shop.marketing;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.catalog.GoodsLanguage;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.IssueCoupons.Skip;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/**
 * The customer's own perks, newest first: {@code /v1/me/coupons}, where a code claims one, and
 * {@code /v1/me/red-packets}.
 */
public final class MarketingRoutes implements Routes {

  /** What is longer is no code. */
  private static final int CODE_CHARS_MAX = 64;

  private final CouponStore coupons;
  private final CouponService service;
  private final RedPacketStore redPackets;
  private final Cursors cursors;
  private final InstantSource clock;

  /**
   * @param clock tells whether a coupon is shown as usable; what counts is decided when it is used
   */
  public MarketingRoutes(
      CouponStore coupons,
      CouponService service,
      RedPacketStore redPackets,
      Cursors cursors,
      InstantSource clock) {
    this.coupons = coupons;
    this.service = service;
    this.redPackets = redPackets;
    this.cursors = cursors;
    this.clock = clock;
  }

  @Override
  public void register(Router router) {
    router.get("/v1/me/coupons", Access.customer(), this::coupons).paged();
    router.post("/v1/me/coupons", Access.customer(), this::claim);
    router.get("/v1/me/red-packets", Access.customer(), this::redPackets).paged();
  }

  private Reply coupons(Request request) {
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    long user = request.caller().customer();
    List<Coupon> rows = coupons.list(user, before, request.limit() + 1);
    long owed = coupons.owed(user);
    Instant now = clock.instant();
    GoodsLanguage language = GoodsLanguage.of(request.header("Accept-Language"));
    return Page.reply(
        request,
        cursors,
        rows,
        Coupon::id,
        (json, coupon) -> CouponJson.write(json, coupon, language, now),
        json -> {
          if (owed > 0) {
            json.field("owed", owed);
          }
        });
  }

  private Reply claim(Request request) throws InterruptedException {
    Fields body = request.json();
    String code = body.string("code", CODE_CHARS_MAX).strip().toUpperCase(Locale.ROOT);
    body.check();
    Outcome<Coupon, Skip> outcome =
        service.claim(request.caller().customer(), code).orElseThrow(Problem::notFound);
    return switch (outcome) {
      case Outcome.Applied<Coupon, Skip>(Coupon coupon) -> reply(request, 201, coupon);
      case Outcome.AlreadyApplied<Coupon, Skip>(Coupon coupon) -> reply(request, 200, coupon);
      case Outcome.Refused<Coupon, Skip>(Skip why) -> throw problem(why);
    };
  }

  private Reply reply(Request request, int status, Coupon coupon) {
    GoodsLanguage language = GoodsLanguage.of(request.header("Accept-Language"));
    Instant now = clock.instant();
    return Reply.json(status, json -> CouponJson.write(json, coupon, language, now));
  }

  private static Problem problem(Skip why) {
    return switch (why) {
      case NOT_ACTIVE -> Problem.conflict("not_active", "This coupon is not given out now");
      case ENDED -> Problem.conflict("ended", "This coupon is over");
      case TOTAL_MAX -> Problem.conflict("sold_out", "All of these coupons are gone");
      case PER_USER_MAX ->
          Problem.conflict("limit_reached", "Nobody may have more of these coupons");
    };
  }

  private Reply redPackets(Request request) {
    long user = request.caller().customer();
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    List<RedPacket> rows = redPackets.list(user, before, request.limit() + 1);
    RedPacketStore.Purse purse = redPackets.purse(user, Money.CNY);
    Money owed = redPackets.owed(user, Money.CNY);
    return Page.reply(
        request,
        cursors,
        rows,
        RedPacket::id,
        MarketingRoutes::write,
        json -> {
          write(json, "balance", purse.balance());
          write(json, "held", purse.held());
          if (owed.amount() > 0) {
            write(json, "owed", owed);
          }
        });
  }

  private static void write(JsonWriter json, RedPacket packet) {
    json.beginObject()
        .field("id", Long.toString(packet.id()))
        .field("order", Long.toString(packet.orderNumber()));
    write(json, "amount", packet.money());
    write(json, "remaining", packet.remaining());
    json.field("state", packet.state().code()).field("at", packet.at()).endObject();
  }

  private static void write(JsonWriter json, String name, Money money) {
    json.money(name, money.amount(), money.currency());
  }
}
