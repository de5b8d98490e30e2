package io.tidegate.shop.marketing;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.catalog.GoodsLanguage;
import io.tidegate.shop.promotion.Scope;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Coupons and their terms as JSON. */
final class CouponJson {

  private CouponJson() {}

  /** A customer's coupon. */
  static void write(JsonWriter json, Coupon coupon, GoodsLanguage language, Instant now) {
    CouponTerms terms = coupon.terms();
    String title =
        switch (language) {
          case ZH -> terms.titleZh();
          case EN -> terms.titleEn();
        };
    json.beginObject()
        .field("id", Long.toString(coupon.id()))
        .field("template", terms.template())
        .field("title", title);
    number(json, "order", coupon.orderNumber());
    json.field("state", coupon.state().code()).field("usable", coupon.isUsable(now));
    number(json, "heldBy", coupon.heldBy());
    if (terms.off() instanceof CouponOff.Amount(long minor)) {
      json.money("off", minor, terms.currency()); // the older name of amountOff
    }
    terms(json, terms);
    json.field("grantedAt", coupon.grantedAt())
        .field("validFrom", coupon.validFrom())
        .field("validTo", coupon.validTo())
        .endObject();
  }

  private static void number(JsonWriter json, String name, @Nullable Long value) {
    json.fieldIfPresent(name, value == null ? null : Long.toString(value));
  }

  /** Members of the object that is open. */
  static void terms(JsonWriter json, CouponTerms terms) {
    String currency = terms.currency();
    switch (terms.off()) {
      case CouponOff.Amount(long minor) -> json.money("amountOff", minor, currency);
      case CouponOff.Percent(int percent, Long most) -> {
        json.field("percentOff", percent);
        if (most != null) {
          json.money("offMax", most, currency);
        }
      }
    }
    json.money("spendMin", terms.spendMin().amount(), currency);
    scope(json, terms.scope());
  }

  private static void scope(JsonWriter json, Scope scope) {
    json.name("scope").beginObject();
    switch (scope) {
      case Scope.Shop() -> json.field("shop", true);
      case Scope.InCategory(String category) -> json.field("category", category);
      case Scope.OfSkus _ -> {
        json.name("skus").beginArray();
        for (String sku : CouponTermsText.codes(scope)) {
          json.value(sku);
        }
        json.endArray();
      }
    }
    json.endObject();
  }
}
