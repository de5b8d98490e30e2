package io.tidegate.shop.aftersales;

import io.tidegate.shop.ordering.Discount;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderItem;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What pieces cost, so that all of them are the whole to the unit, in whatever order they go back
 * and whatever is refused in between (M12): a part is rounded down, and whoever takes the last
 * pieces of a line takes what is left of it.
 */
final class RefundAmounts {

  private RefundAmounts() {}

  /**
   * The parts of some pieces.
   *
   * @param live the order's refunds that are not refused
   * @param wanted each line once, never more pieces than are left of it
   */
  static List<RefundLine> lines(
      Order order, List<RefundCase> live, List<RequestRefund.Pieces> wanted) {
    List<Long> freight = order.freightShares();
    List<RefundLine> lines = new ArrayList<>();
    for (RequestRefund.Pieces pieces : wanted) {
      int index = pieces.line() - 1;
      OrderItem item = order.items().get(index);
      List<RefundLine> taken = taken(live, pieces.line());
      long gone = taken.stream().mapToLong(RefundLine::quantity).sum();
      Part part = new Part(pieces.quantity(), item.quantity(), item.quantity() - gone);
      List<Long> shares = new ArrayList<>();
      for (int i = 0; i < order.discounts().size(); i++) {
        int at = i;
        long before = taken.stream().mapToLong(line -> line.shares().get(at)).sum();
        shares.add(part.of(order.discounts().get(i).shares().get(index), before));
      }
      lines.add(
          new RefundLine(
              pieces.line(),
              pieces.quantity(),
              part.of(item.total(), taken.stream().mapToLong(RefundLine::goods).sum()),
              part.of(freight.get(index), taken.stream().mapToLong(RefundLine::freight).sum()),
              shares));
    }
    return lines;
  }

  /**
   * What comes back of each discount of the order, for these pieces: points, or a red packet's
   * minor units; 0 of promotions, and of the coupon, which comes back whole or not at all.
   */
  static List<Long> used(Order order, List<RefundCase> live, List<RefundLine> lines) {
    List<Long> used = new ArrayList<>();
    for (int i = 0; i < order.discounts().size(); i++) {
      Discount discount = order.discounts().get(i);
      long paid = share(lines, i);
      used.add(
          switch (discount.kind()) {
            case PROMOTION, COUPON -> 0L;
            case RED_PACKET -> paid;
            case POINTS -> points(discount, live, i, paid);
          });
    }
    return used;
  }

  private static long points(Discount discount, List<RefundCase> live, int index, long paid) {
    long gone = 0;
    long points = 0;
    for (RefundCase each : live) {
      gone += share(each.lines(), index);
      points += each.used().get(index);
    }
    return new Part(paid, discount.amount(), discount.amount() - gone)
        .of(discount.number(), points);
  }

  private static long share(List<RefundLine> lines, int index) {
    return lines.stream().mapToLong(line -> line.shares().get(index)).sum();
  }

  private static List<RefundLine> taken(List<RefundCase> live, int line) {
    return live.stream()
        .flatMap(each -> each.lines().stream())
        .filter(each -> each.line() == line)
        .toList();
  }

  /**
   * Some of a whole.
   *
   * @param left how much of it nobody has taken yet
   */
  private record Part(long some, long whole, long left) {

    /**
     * Its part of an amount. Others' parts were rounded down when there was more left, so it may be
     * more than what they leave: it never gets that.
     */
    long of(long amount, long taken) {
      long rest = Math.subtractExact(amount, taken);
      if (some == left) {
        return rest;
      }
      long floor =
          BigInteger.valueOf(amount)
              .multiply(BigInteger.valueOf(some))
              .divide(BigInteger.valueOf(whole))
              .longValueExact();
      return Math.min(floor, rest);
    }
  }
}
