package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import java.time.Duration;

/**
 * What a bench was asked to do. What nobody asked for is as the bench itself would have it.
 *
 * @param orders how large a state the bench prepares; its meaning is the bench's
 * @param pairs how often two things are compared, one after the other
 * @param beside whether the limits are measured beside the product: raw HTTP, raw lane, naive SQL
 * @param audit whether a system of its own is audited at the end
 */
public record Plan(
    Load.Pace pace,
    int connections,
    Duration length,
    Duration warmup,
    Goods goods,
    int users,
    long orders,
    int pairs,
    boolean beside,
    boolean audit) {

  /**
   * What customers order.
   *
   * @param skus wanted; a system that runs may have fewer
   * @param lines of each order
   */
  public record Goods(int skus, int lines, Skew skew) {}

  /** The open loop's rate; 0 in a closed one. */
  double perSecond() {
    return pace instanceof Load.AtRate(double rate) ? rate : 0;
  }

  boolean open() {
    return pace instanceof Load.AtRate;
  }

  Plan with(Load.Pace other) {
    return new Plan(other, connections, length, warmup, goods, users, orders, pairs, beside, audit);
  }

  Plan with(Skew skew) {
    return new Plan(
        pace,
        connections,
        length,
        warmup,
        new Goods(goods.skus(), goods.lines(), skew),
        users,
        orders,
        pairs,
        beside,
        audit);
  }

  Plan withConnections(int n) {
    return new Plan(pace, n, length, warmup, goods, users, orders, pairs, beside, audit);
  }

  Plan withPairs(int n) {
    return new Plan(pace, connections, length, warmup, goods, users, orders, n, beside, audit);
  }

  Plan alone() {
    return new Plan(pace, connections, length, warmup, goods, users, orders, pairs, false, audit);
  }
}
