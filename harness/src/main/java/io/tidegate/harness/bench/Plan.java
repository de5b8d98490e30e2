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
 * @param flash what only a flash sale asks for
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
    boolean audit,
    Flash flash) {

  /**
   * A flash sale.
   *
   * @param pieces that it has
   * @param normalPerSecond orders beside it that are no sale's
   * @param nodes that serve it
   * @param kills of program or database while it runs; 0: it is measured instead
   */
  public record Flash(int pieces, double normalPerSecond, int nodes, int kills) {}

  /**
   * What customers order.
   *
   * @param skus wanted; a system that runs may have fewer
   * @param lines of each order
   */
  public record Goods(int skus, int lines, Skew skew) {}

  /** A plan of sales whose nodes are killed. */
  public static Plan ofKills(Flash flash, int connections) {
    return new Plan(
        new Load.AsAnswered(),
        connections,
        Duration.ZERO,
        Duration.ZERO,
        new Goods(1, 1, Skew.UNIFORM),
        1,
        0,
        1,
        false,
        true,
        flash);
  }

  /** The open loop's rate; 0 in a closed one. */
  double perSecond() {
    return pace instanceof Load.AtRate(double rate) ? rate : 0;
  }

  boolean open() {
    return pace instanceof Load.AtRate;
  }

  /** How many loads of its length take so long, begun ones included. */
  int loadsIn(Duration time) {
    return Math.toIntExact(Math.ceilDiv(time.toNanos(), length.toNanos()));
  }

  Plan with(Load.Pace other) {
    return new Plan(
        other, connections, length, warmup, goods, users, orders, pairs, beside, audit, flash);
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
        audit,
        flash);
  }

  Plan withConnections(int n) {
    return new Plan(pace, n, length, warmup, goods, users, orders, pairs, beside, audit, flash);
  }

  Plan withPairs(int n) {
    return new Plan(
        pace, connections, length, warmup, goods, users, orders, n, beside, audit, flash);
  }

  Plan withLength(Duration other) {
    return new Plan(
        pace, connections, other, warmup, goods, users, orders, pairs, beside, audit, flash);
  }

  Plan withWarmup(Duration other) {
    return new Plan(
        pace, connections, length, other, goods, users, orders, pairs, beside, audit, flash);
  }

  Plan alone() {
    return new Plan(
        pace, connections, length, warmup, goods, users, orders, pairs, false, audit, flash);
  }
}
