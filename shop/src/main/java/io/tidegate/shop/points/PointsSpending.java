package io.tidegate.shop.points;

import io.tidegate.shop.kernel.Money;

/**
 * What points are worth when they are spent. They are worth something in CNY only, as they are
 * earned.
 *
 * @param valueMinor minor units of one point
 * @param shareMaxPercent how much of the goods' value they may pay
 */
public record PointsSpending(long valueMinor, int shareMaxPercent) {

  /** One point is one fen, and they pay half of the goods at most. */
  public static final PointsSpending DEFAULT = new PointsSpending(1, 50);

  public PointsSpending {
    if (valueMinor <= 0 || shareMaxPercent < 0 || shareMaxPercent > 100) {
      throw new IllegalArgumentException(
          "points of " + valueMinor + " for up to " + shareMaxPercent + " %");
    }
  }

  /** What so many points pay. */
  public Money worth(long points) {
    return Money.cny(valueMinor).times(points);
  }

  /** The most points that goods of this value take, whoever pays. */
  public long pointsMax(Money goods) {
    if (goods.amount() <= 0 || !goods.currency().equals(Money.CNY)) {
      return 0;
    }
    // Whole and rest apart, so that no value is too large to multiply.
    long share =
        goods.amount() / 100 * shareMaxPercent + goods.amount() % 100 * shareMaxPercent / 100;
    return share / valueMinor;
  }

  /** The most points that a customer can spend on goods of this value. */
  public long pointsMax(Money goods, long balance) {
    return Math.min(pointsMax(goods), Math.max(0, balance));
  }
}
