package io.tidegate.shop.kernel;

import io.tidegate.platform.db.LaneRefusal;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * Gives order numbers that rise for each user and never come back, on a node whose 4 bits nobody
 * else has.
 *
 * <p>When the sequence of a millisecond is used up, the next millisecond is begun ahead of time.
 */
public final class OrderNumbers {

  private final InstantSource clock;
  private final int node;
  private final BooleanSupplier held;
  private long millis;
  private int sequence;

  /**
   * @param node 0-15, leased in the database
   * @param held whether the lease holds at this moment
   */
  public OrderNumbers(InstantSource clock, int node, BooleanSupplier held) {
    if (node < 0 || node >= OrderNumber.NODES) {
      throw new IllegalArgumentException("node " + node);
    }
    this.clock = clock;
    this.node = node;
    this.held = held;
  }

  /**
   * The next number.
   *
   * @throws LaneRefusal.Closed while the node's lease is lost: another may give the same numbers
   */
  public synchronized OrderNumber next(long userId) {
    if (!held.getAsBoolean()) {
      throw new LaneRefusal.Closed("numbers");
    }
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
