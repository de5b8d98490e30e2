package io.tidegate.shop.marketing;

import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Reply;
import io.tidegate.shop.catalog.Category;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.SkuCode;
import io.tidegate.shop.promotion.Scope;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Templates of coupons as JSON: what staff send, and what they are told. */
final class TemplateJson {

  private static final Pattern CODE = Pattern.compile("[A-Z0-9-]{4,32}");
  private static final Instant LATEST = Instant.parse("2099-12-31T23:59:59Z");
  private static final int TITLE_CHARS_MAX = 64;
  private static final int TIME_CHARS_MAX = 40;
  private static final int SKUS_MAX = 500;
  private static final int DAYS_MAX = 3_660;
  private static final long TOTAL_MAX = 1_000_000_000;
  private static final long PER_USER_MAX = 10_000;
  private static final long MINOR_MAX = 1_000_000_000_000L;
  private static final Set<String> CATEGORIES =
      Arrays.stream(Category.values()).map(Category::code).collect(Collectors.toUnmodifiableSet());

  private TemplateJson() {}

  /**
   * A template as staff want it; everything that is wrong is told at once.
   *
   * @param id the template's, checked by the caller
   */
  static CouponTemplate read(Fields body, String id) {
    String titleZh = body.line("titleZh", TITLE_CHARS_MAX);
    String titleEn = body.line("titleEn", TITLE_CHARS_MAX);
    Fields.Amount spendMin = body.money("spendMin");
    limit(body, "spendMin", spendMin, 0);
    CouponOff off = off(body, spendMin.currency());
    Scope scope = scope(body);
    CouponValidity validity = validity(body);
    Long totalMax = body.optionalInteger("totalMax", 1, TOTAL_MAX);
    Long perUserMax = body.optionalInteger("perUserMax", 1, PER_USER_MAX);
    String claimCode = body.optionalString("claimCode", 32);
    if (claimCode != null && !claimCode.isEmpty() && !CODE.matcher(claimCode).matches()) {
      body.refuse("claimCode", "must be 4 to 32 of A-Z, 0-9 and dash");
    }
    if (claimCode != null && perUserMax == null) {
      body.refuse("perUserMax", "is required where customers claim by a code");
    }
    Boolean active = body.optionalBool("active");
    body.check();
    return CouponTemplate.fresh(
        new CouponTerms(
            id, titleZh, titleEn, off, new Money(spendMin.amount(), spendMin.currency()), scope),
        validity,
        totalMax,
        perUserMax == null ? null : perUserMax.intValue(),
        claimCode,
        active == null || active);
  }

  /** Something that can be built even where the body is wrong: then it is never used. */
  private static CouponOff off(Fields body, String currency) {
    Fields.Amount amountOff = body.optionalMoney("amountOff");
    Long percentOff = body.optionalInteger("percentOff", 1, 100);
    Fields.Amount offMax = body.optionalMoney("offMax");
    if (amountOff != null) {
      limit(body, "amountOff", amountOff, 1);
      sameCurrency(body, "amountOff", amountOff, currency);
    }
    if (offMax != null) {
      limit(body, "offMax", offMax, 1);
      sameCurrency(body, "offMax", offMax, currency);
      if (percentOff == null) {
        body.refuse("offMax", "goes with percentOff only");
      }
    }
    if ((amountOff == null) == (percentOff == null)) {
      body.refuse("must have either amountOff or percentOff");
    }
    if (percentOff != null) {
      Long most = offMax == null ? null : Math.max(1, offMax.amount());
      return new CouponOff.Percent(Math.clamp(percentOff, 1, 100), most);
    }
    return new CouponOff.Amount(amountOff == null ? 1 : Math.max(1, amountOff.amount()));
  }

  private static void limit(Fields body, String member, Fields.Amount money, long least) {
    if (!money.currency().isEmpty() && (money.amount() < least || money.amount() > MINOR_MAX)) {
      body.refuse(member, "must have an amount from " + least + " to " + MINOR_MAX);
    }
  }

  private static void sameCurrency(
      Fields body, String member, Fields.Amount money, String currency) {
    if (!money.currency().equals(currency)) {
      body.refuse(member, "must have the currency of spendMin");
    }
  }

  private static Scope scope(Fields body) {
    Fields scope = body.optionalObject("scope");
    if (scope == null) {
      return new Scope.Shop();
    }
    Boolean shop = scope.optionalBool("shop");
    String category = scope.optionalChoice("category", CATEGORIES);
    List<String> skus = scope.optionalStrings("skus", 1, SKUS_MAX, 64);
    int given = (shop == null ? 0 : 1) + (category == null ? 0 : 1) + (skus == null ? 0 : 1);
    if (given != 1 || Boolean.FALSE.equals(shop)) {
      scope.refuse("must be {shop: true}, {category} or {skus}");
      return new Scope.Shop();
    }
    if (category != null) {
      return new Scope.InCategory(category);
    }
    if (skus == null) {
      return new Scope.Shop();
    }
    for (int i = 0; i < skus.size(); i++) {
      if (!SkuCode.isValid(skus.get(i))) {
        scope.refuse("skus", "has no SKU at " + i);
      }
    }
    return skus.isEmpty() ? new Scope.Shop() : new Scope.OfSkus(new HashSet<>(skus));
  }

  private static CouponValidity validity(Fields body) {
    Instant from = time(body, "validFrom");
    Instant to = time(body, "validTo");
    Long days = body.optionalInteger("validDays", 1, DAYS_MAX);
    if (body.has("validTo") == body.has("validDays")) {
      body.refuse("must have either validTo or validDays");
    }
    if (body.has("validFrom") && body.has("validDays")) {
      body.refuse("validFrom", "goes with validTo only");
    }
    if (from != null && to != null && !from.isBefore(to)) {
      body.refuse("validTo", "must be after validFrom");
      return new CouponValidity.Until(null, to);
    }
    return to != null
        ? new CouponValidity.Until(from, to)
        : new CouponValidity.Days(days == null ? 1 : Math.max(1, days.intValue()));
  }

  private static @Nullable Instant time(Fields body, String member) {
    String text = body.optionalString(member, TIME_CHARS_MAX);
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      Instant time = Instant.parse(text);
      if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
        body.refuse(member, "must be from 1970 to 2099");
        return null;
      }
      return Instant.ofEpochMilli(time.toEpochMilli());
    } catch (DateTimeException _) {
      body.refuse(member, "must be a time such as 2026-11-11T00:00:00Z");
      return null;
    }
  }

  static Reply reply(int status, CouponTemplate template) {
    return Reply.json(status, json -> write(json, template)).header("Cache-Control", "no-store");
  }

  static void write(JsonWriter json, CouponTemplate template) {
    CouponTerms terms = template.terms();
    json.beginObject()
        .field("id", template.id())
        .field("titleZh", terms.titleZh())
        .field("titleEn", terms.titleEn());
    worth(json, template);
    json.fieldIfPresent("claimCode", template.claimCode())
        .field("active", template.active())
        .field("issued", template.issued())
        .field("version", template.version())
        .endObject();
  }

  /** What its coupons are worth, for how long, and how many there may be. */
  static void worth(JsonWriter json, CouponTemplate template) {
    CouponJson.terms(json, template.terms());
    switch (template.validity()) {
      case CouponValidity.Until(Instant from, Instant to) ->
          json.fieldIfPresent("validFrom", from).field("validTo", to);
      case CouponValidity.Days(int days) -> json.field("validDays", days);
    }
    Long totalMax = template.totalMax();
    if (totalMax != null) {
      json.field("totalMax", totalMax);
    }
    Integer perUserMax = template.perUserMax();
    if (perUserMax != null) {
      json.field("perUserMax", perUserMax);
    }
  }
}
