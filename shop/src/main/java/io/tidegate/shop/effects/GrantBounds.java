package io.tidegate.shop.effects;

import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponTemplate;
import io.tidegate.shop.marketing.CouponValidity;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much an order may bring, whoever says so. What is more is refused as a whole, not cut: half
 * of a mistake is a mistake.
 *
 * @param pointsMax for one order
 * @param packetMax minor units for one order
 * @param withinPaid whether a packet is never more than was paid
 */
public record GrantBounds(long pointsMax, long packetMax, boolean withinPaid) {

  /** 100,000 points, and 1,000 yuan, but no more than was paid. */
  public static final GrantBounds OUTSIDE = new GrantBounds(100_000, 100_000, true);

  /** Our own rules are bounded by themselves. */
  public static final GrantBounds NONE = new GrantBounds(Long.MAX_VALUE, Long.MAX_VALUE, false);

  /** Why nothing of an answer is taken. */
  enum Refusal {
    TOO_MANY_POINTS,
    PACKET_TOO_LARGE,
    /** There is no such template. */
    COUPON_UNKNOWN,
    /** Staff have stopped it. */
    COUPON_STOPPED,
    /** It would never be good. */
    COUPON_ENDED,
    /** It would not even be kept where nothing goes back. */
    KEPT_FROM_TOO_LARGE;

    /** As it is counted and logged. */
    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Looks at what somebody says.
   *
   * @param template that of the offer's coupon; null where there is none
   */
  Outcome<Decision, Refusal> decide(
      GrantQuestion asked, GrantOffer offer, @Nullable CouponTemplate template, Instant now) {
    if (offer.points() > pointsMax) {
      return Outcome.refused(Refusal.TOO_MANY_POINTS);
    }
    if (offer.packet() > packetMax || (withinPaid && offer.packet() > asked.paidTotal().amount())) {
      return Outcome.refused(Refusal.PACKET_TOO_LARGE);
    }
    GrantOffer.Coupon coupon = offer.coupon();
    if (coupon == null) {
      return Outcome.applied(decision(asked, offer, null));
    }
    if (coupon.keptFrom() > asked.paidTotal().amount()) {
      return Outcome.refused(Refusal.KEPT_FROM_TOO_LARGE);
    }
    if (coupon.valid() != null) {
      return Outcome.applied(
          decision(
              asked,
              offer,
              new Decision.Coupon(
                  coupon.template(), coupon.keptFrom(), now, now.plus(coupon.valid()))));
    }
    if (template == null) {
      return Outcome.refused(Refusal.COUPON_UNKNOWN);
    }
    CouponValidity.Span span = template.validity().span(now);
    if (span == null) {
      return Outcome.refused(Refusal.COUPON_ENDED);
    }
    return template.active()
        ? Outcome.applied(
            decision(
                asked,
                offer,
                new Decision.Coupon(coupon.template(), coupon.keptFrom(), span.from(), span.to())))
        : Outcome.refused(Refusal.COUPON_STOPPED);
  }

  private static Decision decision(
      GrantQuestion asked, GrantOffer offer, Decision.@Nullable Coupon coupon) {
    return new Decision(
        asked.order(), asked.userId(), asked.paidTotal(), offer.points(), coupon, offer.packet());
  }
}
