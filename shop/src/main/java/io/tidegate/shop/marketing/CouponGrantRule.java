package io.tidegate.shop.marketing;

import io.tidegate.shop.kernel.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which coupon an order brings: that of the first line which its total reaches.
 *
 * @param lines best first
 */
public record CouponGrantRule(List<Line> lines) {

  /** 10 off 100 for orders from 99 yuan. */
  public static final CouponGrantRule DEFAULT =
      new CouponGrantRule(List.of(new Line(Money.cny(9_900), "thank-you-10", Duration.ofDays(30))));

  /**
   * One line of the rule.
   *
   * @param from the least total that it is for
   * @param template what kind of coupon it brings
   * @param valid how long the coupon is good
   */
  public record Line(Money from, String template, Duration valid) {

    public Line {
      if (!valid.isPositive()) {
        throw new IllegalArgumentException("a coupon of " + template + " is never good");
      }
    }

    boolean isReached(Money total) {
      return total.currency().equals(from.currency()) && total.amount() >= from.amount();
    }
  }

  public CouponGrantRule {
    lines = List.copyOf(lines);
  }

  /** The order's coupon; most orders may bring none. */
  public Optional<CouponGrant> grant(long orderNumber, long userId, Money total, Instant paidAt) {
    return line(total)
        .map(line ->
            new CouponGrant(
                orderNumber, userId, line.template(), paidAt, paidAt.plus(line.valid())));
  }

  /** The first line which a total reaches. */
  public Optional<Line> line(Money total) {
    return lines.stream().filter(line -> line.isReached(total)).findFirst();
  }
}
