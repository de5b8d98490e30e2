package io.tidegate.shop.marketing;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When the coupons of a template are good. */
public sealed interface CouponValidity {

  /** When one coupon is good: not any more from {@code to} on. */
  record Span(Instant from, Instant to) {}

  /**
   * All until the same moment.
   *
   * @param from null: each from its issue on
   */
  record Until(@Nullable Instant from, Instant to) implements CouponValidity {
    public Until {
      if (from != null && !from.isBefore(to)) {
        throw new IllegalArgumentException("a coupon from " + from + " to " + to);
      }
    }
  }

  /** Each for so many days from its issue on. */
  record Days(int days) implements CouponValidity {
    public Days {
      if (days <= 0) {
        throw new IllegalArgumentException("a coupon for " + days + " days");
      }
    }
  }

  /** When a coupon that is issued at this moment is good; null where it never would be. */
  default @Nullable Span span(Instant at) {
    return switch (this) {
      case Until(Instant from, Instant to) ->
          at.isBefore(to) ? new Span(from == null ? at : from, to) : null;
      case Days(int days) -> new Span(at, at.plus(Duration.ofDays(days)));
    };
  }
}
