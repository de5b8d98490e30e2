package io.tidegate.shop.marketing;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Page;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.kernel.Money;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The customer's own perks, newest first: {@code /v1/me/coupons} and {@code /v1/me/red-packets}.
 */
public final class MarketingRoutes implements Routes {

  private final CouponStore coupons;
  private final RedPacketStore redPackets;
  private final Cursors cursors;
  private final InstantSource clock;

  /**
   * @param clock tells whether a coupon is shown as usable; what counts is decided when it is used
   */
  public MarketingRoutes(
      CouponStore coupons, RedPacketStore redPackets, Cursors cursors, InstantSource clock) {
    this.coupons = coupons;
    this.redPackets = redPackets;
    this.cursors = cursors;
    this.clock = clock;
  }

  @Override
  public void register(Router router) {
    router.get("/v1/me/coupons", Access.customer(), this::coupons).paged();
    router.get("/v1/me/red-packets", Access.customer(), this::redPackets).paged();
  }

  private Reply coupons(Request request) {
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    List<Coupon> rows = coupons.list(request.caller().customer(), before, request.limit() + 1);
    Instant now = clock.instant();
    boolean chinese = isChinese(request.header("Accept-Language"));
    return Page.reply(
        request, cursors, rows, Coupon::id, (json, coupon) -> write(json, coupon, chinese, now));
  }

  private Reply redPackets(Request request) {
    long user = request.caller().customer();
    long before = cursors.position(request).orElse(Long.MAX_VALUE);
    List<RedPacket> rows = redPackets.list(user, before, request.limit() + 1);
    Money balance = redPackets.balance(user, Money.CNY);
    return Page.reply(
        request,
        cursors,
        rows,
        RedPacket::id,
        MarketingRoutes::write,
        json -> write(json, "balance", balance));
  }

  /** Chinese unless another language is asked for first. */
  private static boolean isChinese(@Nullable String acceptLanguage) {
    return acceptLanguage == null
        || acceptLanguage.isBlank()
        || acceptLanguage.startsWith("*")
        || acceptLanguage.strip().regionMatches(true, 0, "zh", 0, 2);
  }

  private static void write(JsonWriter json, Coupon coupon, boolean chinese, Instant now) {
    json.beginObject()
        .field("id", Long.toString(coupon.id()))
        .field("template", coupon.template())
        .field("title", chinese ? coupon.titleZh() : coupon.titleEn())
        .field("order", Long.toString(coupon.orderNumber()))
        .field("state", coupon.state().code())
        .field("usable", coupon.isUsable(now));
    write(json, "off", coupon.off());
    write(json, "spendMin", coupon.spendMin());
    json.field("grantedAt", coupon.grantedAt())
        .field("validFrom", coupon.validFrom())
        .field("validTo", coupon.validTo())
        .endObject();
  }

  private static void write(JsonWriter json, RedPacket packet) {
    json.beginObject()
        .field("id", Long.toString(packet.id()))
        .field("order", Long.toString(packet.orderNumber()));
    write(json, "amount", packet.money());
    json.field("state", packet.state().code()).field("at", packet.at()).endObject();
  }

  private static void write(JsonWriter json, String name, Money money) {
    json.money(name, money.amount(), money.currency());
  }
}
