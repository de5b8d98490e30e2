package io.tidegate.shop.ordering;

import java.util.List;

/**
 * Pieces of an order that go back under one refund.
 *
 * @param refund the refund's seq within the order
 * @param restocked whether the pieces may be sold again
 * @param deducted how much less than was paid for them goes back, minor units: for perks that the
 *     order had brought and that were spent
 */
public record RefundedPart(int refund, boolean restocked, long deducted, List<Line> lines) {

  /**
   * Pieces of a line.
   *
   * @param goods what was paid for them alone, minor units
   * @param freight their part of the order's freight, minor units
   */
  public record Line(int line, int quantity, long goods, long freight) {
    /** What was paid for them, minor units. */
    public long amount() {
      return Math.addExact(goods, freight);
    }
  }

  public RefundedPart {
    lines = List.copyOf(lines);
  }

  /** What was paid for all of it. */
  public long amount() {
    long sum = 0;
    for (Line line : lines) {
      sum = Math.addExact(sum, line.amount());
    }
    return sum;
  }
}
