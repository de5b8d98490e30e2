package io.tidegate.shop.marketing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who of many customers gets a coupon of a template, within its limits. */
final class IssueCoupons {

  /** Why a customer gets none. */
  enum Skip {
    /** Staff have stopped it. */
    NOT_ACTIVE,
    /** It would never be good. */
    ENDED,
    /** As many are out as there may be. */
    TOTAL_MAX,
    /** The customer has had as many as one may have. */
    PER_USER_MAX;

    /** As it is told outside. */
    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A coupon for a customer.
   *
   * @param nth how many of the template the customer has had with it
   */
  record Issued(long userId, int nth) {}

  /**
   * What is written.
   *
   * @param span when the issued ones are good; null where none is issued
   * @param skipped in the order of the customers
   */
  record Decision(
      CouponValidity.@Nullable Span span, List<Issued> issued, Map<Long, Skip> skipped) {}

  private IssueCoupons() {}

  /**
   * Decides by what is locked; who comes first is served first.
   *
   * @param had how many of the template customers have had; who had none is missing
   */
  static Decision decide(
      CouponTemplate template, List<Long> users, Map<Long, Integer> had, Instant at) {
    CouponValidity.Span span = template.active() ? template.validity().span(at) : null;
    List<Issued> issued = new ArrayList<>();
    Map<Long, Skip> skipped = new LinkedHashMap<>();
    for (long user : users) {
      int nth = had.getOrDefault(user, 0) + 1;
      Skip skip = skip(template, span, nth, template.issued() + issued.size());
      if (skip == null) {
        issued.add(new Issued(user, nth));
      } else {
        skipped.put(user, skip);
      }
    }
    return new Decision(issued.isEmpty() ? null : span, issued, skipped);
  }

  private static @Nullable Skip skip(
      CouponTemplate template, CouponValidity.@Nullable Span span, int nth, long issued) {
    if (!template.active()) {
      return Skip.NOT_ACTIVE;
    }
    if (span == null) {
      return Skip.ENDED;
    }
    Integer perUserMax = template.perUserMax();
    if (perUserMax != null && nth > perUserMax) {
      return Skip.PER_USER_MAX;
    }
    Long totalMax = template.totalMax();
    return totalMax != null && issued >= totalMax ? Skip.TOTAL_MAX : null;
  }
}
