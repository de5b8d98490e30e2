package io.tidegate.shop.ordering;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.customer.InvoiceJson;
import io.tidegate.shop.fulfilment.CourierOffer;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.marketing.Coupon;
import io.tidegate.shop.marketing.CouponFit;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Quotes as the API shows them: the order to be, and what else could be chosen. */
final class QuoteJson {

  private static final int BYTES = 2_048;
  private static final int BYTES_AN_ITEM = 320;

  private QuoteJson() {}

  /**
   * What a customer is shown.
   *
   * @param token the signed quote
   * @param coupons those that have not ended
   * @param points the customer's balance
   * @param packets the customer's balance of red packets in the basket's currency
   */
  record Shown(
      String token,
      Quote quote,
      Priced priced,
      List<CourierOffer> couriers,
      Basket basket,
      List<Coupon> coupons,
      long points,
      Tariff tariff,
      Money packets) {}

  static byte[] write(Shown shown, @Nullable String acceptLanguage) {
    boolean chinese = isChinese(acceptLanguage);
    Priced priced = shown.priced();
    String currency = priced.amounts().currency();
    JsonWriter json = new JsonWriter(BYTES + BYTES_AN_ITEM * priced.items().size()).beginObject();
    json.field("quote", shown.token()).field("expiresAt", shown.quote().expiresAt());
    json.name("items").beginArray();
    for (int i = 0; i < priced.items().size(); i++) {
      item(json, i + 1, priced.items().get(i), currency);
    }
    json.endArray();
    OrderJson.discounts(json, priced.discounts(), currency);
    OrderJson.amounts(json, priced.amounts());
    json.fieldIfPresent("courier", priced.courier());
    InvoiceJson.write(json, shown.quote().invoice());
    json.name("couriers").beginArray();
    shown.couriers().forEach(courier -> courier(json, courier, currency, chinese));
    json.endArray().name("coupons").beginArray();
    fits(shown).forEach(fit -> coupon(json, fit, shown, chinese));
    json.endArray();
    perks(json, shown, currency);
    return json.endObject().toBytes();
  }

  private static void item(JsonWriter json, int line, OrderItem item, String currency) {
    json.beginObject()
        .field("line", line)
        .field("sku", item.sku())
        .field("title", item.title())
        .field("quantity", item.quantity())
        .money("unitPrice", item.unitPrice(), currency)
        .money("discount", item.discount(), currency)
        .money("total", item.total(), currency)
        .endObject();
  }

  private static void courier(
      JsonWriter json, CourierOffer courier, String currency, boolean chinese) {
    json.beginObject()
        .field("id", courier.id())
        .field("name", chinese ? courier.nameZh() : courier.nameEn())
        .money("price", courier.fee(), currency)
        .field("days", courier.daysMax())
        .field("daysMin", courier.daysMin())
        .endObject();
  }

  /** A coupon, and what it would save. */
  private record Fit(Coupon coupon, CouponFit of) {

    boolean isUseless() {
      return of instanceof CouponFit.Unfit;
    }
  }

  /** Those that can be used come first; else they stay in their order. */
  private static List<Fit> fits(Shown shown) {
    Basket basket = shown.basket();
    long[] left = basket.left().stream().mapToLong(Long::longValue).toArray();
    Instant at = shown.priced().at();
    return shown.coupons().stream()
        .map(each -> new Fit(each, each.saves(basket.lines(), left, basket.currency(), at)))
        .sorted(Comparator.comparing(Fit::isUseless))
        .toList();
  }

  private static void coupon(JsonWriter json, Fit fit, Shown shown, boolean chinese) {
    Coupon coupon = fit.coupon();
    String currency = shown.basket().currency();
    json.beginObject()
        .field("id", Long.toString(coupon.id()))
        .field("title", chinese ? coupon.terms().titleZh() : coupon.terms().titleEn());
    switch (fit.of()) {
      case CouponFit.Saves saves ->
          json.field("usable", true).money("saves", saves.total(), currency);
      case CouponFit.Unfit(CouponFit.Why why) ->
          json.field("usable", false).money("saves", 0, currency).field("why", why.code());
    }
    json.endObject();
  }

  /** What could be paid with points and red packets when nothing else but promotions is used. */
  private static void perks(JsonWriter json, Shown shown, String currency) {
    long most = shown.tariff().points().pointsMax(new Money(shown.basket().goods(), currency));
    json.name("points")
        .beginObject()
        .field("balance", shown.points())
        .field("most", Math.min(most, Math.max(0, shown.points())))
        .endObject()
        .name("redPackets")
        .beginObject()
        .money("balance", shown.packets().amount(), currency)
        .endObject();
  }

  /** Chinese unless another language is asked for first. */
  private static boolean isChinese(@Nullable String acceptLanguage) {
    return acceptLanguage == null
        || acceptLanguage.isBlank()
        || acceptLanguage.startsWith("*")
        || acceptLanguage.strip().regionMatches(true, 0, "zh", 0, 2);
  }
}
