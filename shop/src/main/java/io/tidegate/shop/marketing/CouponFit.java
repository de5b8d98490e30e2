package io.tidegate.shop.marketing;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.LongStream;

/** Whether a coupon fits a basket. */
public sealed interface CouponFit {

  /**
   * It fits.
   *
   * @param perLine what it takes off each line of the basket; at least one is not 0
   */
  record Saves(long[] perLine) implements CouponFit {

    public long total() {
      return LongStream.of(perLine).sum();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Saves(long[] lines) && Arrays.equals(perLine, lines);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(perLine);
    }

    @Override
    public String toString() {
      return "Saves" + Arrays.toString(perLine);
    }
  }

  /** It does not. */
  record Unfit(Why why) implements CouponFit {}

  /** Why a coupon can't be used. */
  enum Why {
    /** An unpaid order holds it. */
    HELD,
    /** An order has used it. */
    USED,
    /** The order that brought it was refunded. */
    RECLAIMED,
    NOT_YET_VALID,
    EXPIRED,
    OTHER_CURRENCY,
    /** The basket has none of the goods that it is for. */
    OUT_OF_SCOPE,
    /** There are such goods, but for too little money. */
    BELOW_MINIMUM,
    /** Such goods cost nothing any more. */
    NOTHING_TO_SAVE;

    /** As it is told outside. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
