package io.tidegate.shop.ordering;

import java.util.List;

/**
 * What one promotion, coupon, red packet or the points take off an order, split over its lines to
 * the unit (M12). What an order's discounts name is what the order holds, and later has used.
 *
 * @param id the promotion's, coupon's or red packet's id; of points, how many
 * @param shares for each line in their order, minor units, none negative
 */
public record Discount(Kind kind, String id, List<Long> shares) {

  /** Where it comes from. Codes are stored. */
  public enum Kind {
    PROMOTION(1, "promotion"),
    COUPON(2, "coupon"),
    POINTS(3, "points"),
    RED_PACKET(4, "red_packet");

    private final int code;
    private final String wire;

    Kind(int code, String wire) {
      this.code = code;
      this.wire = wire;
    }

    public int code() {
      return code;
    }

    /** Its name in JSON. */
    public String wire() {
      return wire;
    }

    public static Kind of(int code) {
      return values()[code - 1];
    }
  }

  public Discount {
    shares = List.copyOf(shares);
  }

  /** What it takes off in all. */
  public long amount() {
    long sum = 0;
    for (long share : shares) {
      sum = Math.addExact(sum, share);
    }
    return sum;
  }

  /** The id as a number: of a coupon or red packet, and how many points. */
  public long number() {
    return Long.parseLong(id);
  }

  /** Whether the customer gives something up for it: only promotions are for everybody. */
  public boolean isHeld() {
    return kind != Kind.PROMOTION;
  }
}
