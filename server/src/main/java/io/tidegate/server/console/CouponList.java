package io.tidegate.server.console;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.marketing.CouponOff;
import io.tidegate.shop.marketing.CouponTemplate;
import io.tidegate.shop.marketing.CouponValidity;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * What the page of coupon templates shows.
 *
 * @param mayEdit whether this member may make one
 * @param first where the list begins again; empty on its first page
 * @param next where it goes on; empty at its end
 * @param fresh the form of a new one
 */
record CouponList(
    List<Row> rows, boolean mayEdit, String first, String next, Entered fresh, Choices choices) {

  /** What the forms offer to choose from. */
  record Choices(
      List<OrderList.Choice> offs,
      List<OrderList.Choice> scopes,
      List<OrderList.Choice> categories,
      List<OrderList.Choice> validities) {

    static Choices in(Texts t) {
      return new Choices(
          List.of(
              new OrderList.Choice("amount", t.of("coupons.off_amount"), true),
              new OrderList.Choice("percent", t.of("coupons.off_percent"), false)),
          ScopeText.kinds(t),
          ScopeText.categories(t),
          List.of(
              new OrderList.Choice("days", t.of("coupons.by_days"), true),
              new OrderList.Choice("until", t.of("coupons.by_time"), false)));
    }
  }

  /**
   * A template, in words.
   *
   * @param code by which customers claim; a dash where they can't
   */
  record Row(
      String id,
      String path,
      String title,
      String worth,
      String spend,
      String scope,
      String validity,
      String issued,
      String perUser,
      String code,
      boolean active,
      OrderList.State state) {}

  static Row row(CouponTemplate template, Texts t, ZoneId zone, Instant now) {
    Long total = template.totalMax();
    Integer perUser = template.perUserMax();
    String code = template.claimCode();
    Money spend = template.terms().spendMin();
    return new Row(
        template.id(),
        CouponPage.PATH + "/" + template.id(),
        switch (t.language()) {
          case ZH -> template.terms().titleZh();
          case EN -> template.terms().titleEn();
        },
        worth(template.terms().off(), template.terms().currency(), t),
        spend.isZero() ? "" : t.with("coupons.from", Shown.money(spend)),
        ScopeText.of(template.terms().scope(), t),
        validity(template.validity(), t, zone),
        template.issued() + " / " + (total == null ? "∞" : total.toString()),
        perUser == null ? "∞" : perUser.toString(),
        code == null ? "–" : code,
        template.active(),
        state(template, t, now));
  }

  private static String worth(CouponOff off, String currency, Texts t) {
    return switch (off) {
      case CouponOff.Amount(long minor) ->
          t.with("coupons.amount_off", Shown.money(new Money(minor, currency)));
      case CouponOff.Percent(int percent, Long most) ->
          t.with("coupons.percent_off", percent)
              + (most == null
                  ? ""
                  : t.with("coupons.up_to", Shown.money(new Money(most, currency))));
    };
  }

  private static String validity(CouponValidity validity, Texts t, ZoneId zone) {
    return switch (validity) {
      case CouponValidity.Days(int days) -> t.with("coupons.days", days);
      case CouponValidity.Until(Instant from, Instant to) ->
          (from == null ? "" : Shown.moment(from, zone).text() + " ")
              + t.with("coupons.until", Shown.moment(to, zone).text());
    };
  }

  private static OrderList.State state(CouponTemplate template, Texts t, Instant now) {
    if (!template.active()) {
      return new OrderList.State("closed", t.of("coupons.stopped"));
    }
    return template.validity() instanceof CouponValidity.Until(Instant _, Instant to)
            && !now.isBefore(to)
        ? new OrderList.State("closed", t.of("coupons.ended"))
        : new OrderList.State("ok", t.of("coupons.active"));
  }
}
