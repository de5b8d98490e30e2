package io.tidegate.shop.kernel;

import java.time.InstantSource;

/**
 * Gives order numbers that rise and never come back, on a node whose 4 bits nobody else has.
 *
 * <p>When the sequence of a millisecond is used up, the next millisecond is begun ahead of time.
 */
public final class OrderNumbers {

  private final InstantSource clock;
  private final int node;
  private long millis;
  private int sequence;

  /**
   * @param node 0-15, leased in the database
   */
  public OrderNumbers(InstantSource clock, int node) {
    if (node < 0 || node >= OrderNumber.NODES) {
      throw new IllegalArgumentException("node " + node);
    }
    this.clock = clock;
    this.node = node;
  }

  public synchronized OrderNumber next(long userId) {
    long now = clock.millis();
    if (now > millis) {
      millis = now;
      sequence = 0;
    } else if (++sequence == OrderNumber.SEQUENCES) {
      millis++;
      sequence = 0;
    }
    return OrderNumber.of(millis, userId, node, sequence);
  }
}
