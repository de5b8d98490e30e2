package io.tidegate.shop.effects;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says that an order brings; it is looked at before it is recorded.
 *
 * @param points none negative
 * @param coupon null for none
 * @param packet minor units of the order's currency, not negative; 0 for none
 */
public record GrantOffer(long points, @Nullable Coupon coupon, long packet) {

  /** Nothing at all. */
  public static final GrantOffer NOTHING = new GrantOffer(0, null, 0);

  /**
   * A coupon of a template.
   *
   * @param keptFrom it stays while at least so much of the paid total is kept, in minor units
   * @param valid how long it is good; null: as its template says
   */
  public record Coupon(String template, long keptFrom, @Nullable Duration valid) {
    public Coupon {
      if (keptFrom < 0) {
        throw new IllegalArgumentException("a coupon that is kept from " + keptFrom);
      }
    }
  }

  public GrantOffer {
    if (points < 0 || packet < 0) {
      throw new IllegalArgumentException(points + " points and a packet of " + packet);
    }
  }
}
