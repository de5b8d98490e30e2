package io.tidegate.shop.marketing;

import org.jspecify.annotations.Nullable;

/** How much a coupon takes off, in minor units of its currency. */
public sealed interface CouponOff {

  /** A fixed amount. */
  record Amount(long minor) implements CouponOff {
    public Amount {
      if (minor <= 0) {
        throw new IllegalArgumentException("a coupon of " + minor);
      }
    }
  }

  /**
   * A share, rounded half up.
   *
   * @param percent 1-100: what the customer does not pay
   * @param mostMinor it never takes off more; null where there is no bound
   */
  record Percent(int percent, @Nullable Long mostMinor) implements CouponOff {
    public Percent {
      if (percent < 1 || percent > 100 || (mostMinor != null && mostMinor <= 0)) {
        throw new IllegalArgumentException("a coupon of " + percent + " %, up to " + mostMinor);
      }
    }
  }

  /**
   * What it takes off goods, never more than they cost.
   *
   * @param goodsMinor what is left to pay of them
   */
  default long of(long goodsMinor) {
    return switch (this) {
      case Amount(long minor) -> Math.min(minor, goodsMinor);
      case Percent(int percent, Long mostMinor) -> {
        // Whole and rest apart, so that no amount is too large to multiply.
        long share = goodsMinor / 100 * percent + (goodsMinor % 100 * percent + 50) / 100;
        yield mostMinor == null ? share : Math.min(mostMinor, share);
      }
    };
  }
}
