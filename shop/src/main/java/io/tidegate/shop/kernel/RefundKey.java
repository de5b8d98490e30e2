package io.tidegate.shop.kernel;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.LongStream;

/**
 * Names one refund of an order.
 *
 * @param refund the number of its case within the order, from 1
 */
public record RefundKey(long orderNumber, int refund) implements Comparable<RefundKey> {

  private static final Comparator<RefundKey> ORDER =
      Comparator.comparingLong(RefundKey::orderNumber).thenComparingInt(RefundKey::refund);

  public RefundKey {
    if (refund <= 0) {
      throw new IllegalArgumentException("refund " + refund + " of " + orderNumber);
    }
  }

  /** These orders and those of these refunds, each once, rising. */
  public static long[] orders(Collection<Long> orders, Collection<RefundKey> keys) {
    return LongStream.concat(
            orders.stream().mapToLong(Long::longValue),
            keys.stream().mapToLong(RefundKey::orderNumber))
        .sorted()
        .distinct()
        .toArray();
  }

  @Override
  public int compareTo(RefundKey other) {
    return ORDER.compare(this, other);
  }
}
