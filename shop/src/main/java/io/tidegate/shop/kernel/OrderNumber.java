package io.tidegate.shop.kernel;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * An order's number: 41 bits of milliseconds since {@link #EPOCH}, 10 bits of its user's bucket, 4
 * bits of the node, 8 bits of sequence; printed as digits.
 *
 * <p>Months are ranges of numbers, so tables of orders are partitioned by it.
 *
 * @param value positive
 */
public record OrderNumber(long value) implements Comparable<OrderNumber> {

  /** Milliseconds count from here; 41 bits last until 2093. */
  public static final Instant EPOCH = Instant.parse("2024-01-01T00:00:00Z");

  public static final int BUCKETS = 1 << 10;
  public static final int NODES = 1 << 4;
  public static final int SEQUENCES = 1 << 8;
  private static final int SHIFT = 22;
  private static final int DIGITS_MAX = 19;

  public OrderNumber {
    if (value <= 0) {
      throw new IllegalArgumentException("an order number is positive");
    }
  }

  /**
   * Composes a number.
   *
   * @param millis epoch milliseconds
   */
  public static OrderNumber of(long millis, long userId, int node, int sequence) {
    return new OrderNumber(
        firstAt(millis)
            | (long) Math.floorMod(userId, BUCKETS) << 12
            | (long) node << 8
            | sequence);
  }

  /** The lowest value that an order of this moment can have. */
  public static long firstAt(long millis) {
    return millis - EPOCH.toEpochMilli() << SHIFT;
  }

  /** The values of numbers, each once, the lowest first. */
  public static long[] values(Collection<OrderNumber> numbers) {
    return numbers.stream().mapToLong(OrderNumber::value).distinct().sorted().toArray();
  }

  /** Reads digits from outside; anything else is no order number. */
  public static Optional<OrderNumber> parse(String digits) {
    if (digits.isEmpty()
        || digits.length() > DIGITS_MAX
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')
        || digits.charAt(0) == '0') {
      return Optional.empty();
    }
    try {
      return Optional.of(new OrderNumber(Long.parseLong(digits)));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  public Instant createdAt() {
    return Instant.ofEpochMilli((value >> SHIFT) + EPOCH.toEpochMilli());
  }

  public int bucket() {
    return (int) (value >> 12) & (BUCKETS - 1);
  }

  @Override
  public int compareTo(OrderNumber other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
