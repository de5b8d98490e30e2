package io.tidegate.shop.points;

/**
 * A customer's points.
 *
 * @param balance what can be spent
 * @param held what unpaid orders hold beside it
 */
public record PointAccount(long balance, long held) {

  static final PointAccount EMPTY = new PointAccount(0, 0);
}
