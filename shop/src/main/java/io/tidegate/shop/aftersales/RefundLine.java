package io.tidegate.shop.aftersales;

import java.util.List;

/**
 * Pieces of a line that go back, and what they cost. Amounts are minor units.
 *
 * @param goods their part of the line's total
 * @param freight their part of the line's share of the freight
 * @param shares what each discount of the order paid for them, in the order's own order
 */
public record RefundLine(int line, int quantity, long goods, long freight, List<Long> shares) {

  public RefundLine {
    shares = List.copyOf(shares);
  }

  /** What was paid for them. */
  public long amount() {
    return Math.addExact(goods, freight);
  }
}
