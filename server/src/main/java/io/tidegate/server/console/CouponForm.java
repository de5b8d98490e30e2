package io.tidegate.server.console;

import io.tidegate.platform.http.Fields;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.SkuCode;
import io.tidegate.shop.marketing.CouponOff;
import io.tidegate.shop.marketing.CouponTemplate;
import io.tidegate.shop.marketing.CouponValidity;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of a template of coupons: filled from one, and read into what makes or edits one. */
final class CouponForm {
  private static final String CURRENCY = "currency";

  /** What can be edited: what a coupon is worth was promised to those who hold one. */
  private static final List<String> EDITABLE =
      List.of(
          "titleZh",
          "titleEn",
          "validity",
          "validDays",
          "validFrom",
          "validTo",
          "totalMax",
          "perUserMax",
          "claimCode");

  private CouponForm() {}

  /** What stands in the form of a new one. */
  static Map<String, String> blank() {
    return Map.of(
        "off",
        "amount",
        "spendMin",
        "0",
        "scope",
        "shop",
        "validity",
        "days",
        "validDays",
        "30",
        "perUserMax",
        "1",
        CURRENCY,
        Money.CNY);
  }

  static Map<String, String> filled(CouponTemplate template, ZoneId zone) {
    Map<String, String> values = new HashMap<>();
    String currency = template.terms().currency();
    values.put(CURRENCY, currency);
    values.put("titleZh", template.terms().titleZh());
    values.put("titleEn", template.terms().titleEn());
    switch (template.terms().off()) {
      case CouponOff.Amount(long minor) -> {
        values.put("off", "amount");
        values.put("amountOff", new Money(minor, currency).decimal());
      }
      case CouponOff.Percent(int percent, Long most) -> {
        values.put("off", "percent");
        values.put("percentOff", Integer.toString(percent));
        values.put("offMax", most == null ? "" : new Money(most, currency).decimal());
      }
    }
    values.put("spendMin", template.terms().spendMin().decimal());
    ScopeText.fill(values, template.terms().scope());
    switch (template.validity()) {
      case CouponValidity.Days(int days) -> {
        values.put("validity", "days");
        values.put("validDays", Integer.toString(days));
      }
      case CouponValidity.Until(Instant from, Instant to) -> {
        values.put("validity", "until");
        values.put("validFrom", from == null ? "" : FormJson.local(from, zone));
        values.put("validTo", FormJson.local(to, zone));
      }
    }
    values.put("totalMax", text(template.totalMax()));
    values.put("perUserMax", text(template.perUserMax()));
    String code = template.claimCode();
    values.put("claimCode", code == null ? "" : code);
    values.put("active", Boolean.toString(template.active()));
    return values;
  }

  private static String text(@Nullable Number number) {
    return number == null ? "" : number.toString();
  }

  /** A new template. */
  static Fields made(Map<String, String> typed, ZoneId zone) {
    Map<String, String> all = new HashMap<>(typed);
    all.put("active", "true");
    all.put(CURRENCY, Money.CNY);
    return written(new FormJson(all, zone).text("id"));
  }

  /** A template with what was typed in place of what can be edited. */
  static Fields edited(CouponTemplate now, Map<String, String> typed, ZoneId zone) {
    Map<String, String> all = filled(now, zone);
    EDITABLE.forEach(field -> all.put(field, typed.getOrDefault(field, "")));
    return written(new FormJson(all, zone));
  }

  /** A template as it is, but issued and claimed or not. */
  static Fields active(CouponTemplate now, boolean active, ZoneId zone) {
    Map<String, String> all = filled(now, zone);
    all.put("active", Boolean.toString(active));
    return written(new FormJson(all, zone));
  }

  private static Fields written(FormJson form) {
    String currency = form.typed(CURRENCY);
    form.text("titleZh").text("titleEn").money("spendMin", currency).scope();
    if (form.typed("off").equals("percent")) {
      form.number("percentOff").optionalMoney("offMax", currency);
    } else {
      form.money("amountOff", currency);
    }
    if (form.typed("validity").equals("until")) {
      form.optionalTime("validFrom").time("validTo");
    } else {
      form.number("validDays");
    }
    return form.optionalNumber("totalMax")
        .optionalNumber("perUserMax")
        .optionalText("claimCode")
        .truth("active", form.typed("active").equals("true"))
        .fields();
  }

  /** The customers to issue to. */
  static Fields users(Map<String, String> typed, ZoneId zone) {
    return new FormJson(typed, zone).array("users").fields();
  }

  /** Words among SKUs and customers that are none, or come twice. */
  static Map<String, List<String>> suspects(Map<String, String> typed) {
    Set<String> seen = new HashSet<>();
    return Map.of(
        "skus",
        FormJson.words(typed.getOrDefault("skus", "")).stream()
            .filter(sku -> !SkuCode.isValid(sku))
            .toList(),
        "users",
        FormJson.words(typed.getOrDefault("users", "")).stream()
            .filter(user -> !user.matches("[0-9]{1,18}") || !seen.add(user))
            .toList());
  }
}
