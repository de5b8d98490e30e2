package io.tidegate.harness.bench;

/**
 * What a bench does where nobody asks for anything else.
 *
 * @param rate requests or customers a second; 0: as fast as answers come
 * @param orders how large a state it prepares
 * @param users customers
 */
public record Defaults(
    double rate,
    int connections,
    int seconds,
    int warmupSeconds,
    Skew skew,
    long orders,
    int pairs,
    int users) {
  private static final int USERS = 10_000;

  /** Of what uses all of the program: where all share two cores, JVMs compile for two minutes. */
  static final int LONG_WARMUP_SECONDS = 120;

  static final Defaults CLOSED = new Defaults(0, 256, 20, 30, Skew.UNIFORM, 0, 1, USERS);

  static Defaults atRate(double rate) {
    return new Defaults(rate, 256, 20, 30, Skew.UNIFORM, 0, 1, USERS);
  }

  Defaults rate(double perSecond) {
    return new Defaults(perSecond, connections, seconds, warmupSeconds, skew, orders, pairs, users);
  }

  Defaults orders(long n) {
    return new Defaults(rate, connections, seconds, warmupSeconds, skew, n, pairs, users);
  }

  Defaults pairs(int n) {
    return new Defaults(rate, connections, seconds, warmupSeconds, skew, orders, n, users);
  }

  Defaults connections(int n) {
    return new Defaults(rate, n, seconds, warmupSeconds, skew, orders, pairs, users);
  }

  Defaults skew(Skew other) {
    return new Defaults(rate, connections, seconds, warmupSeconds, other, orders, pairs, users);
  }

  Defaults seconds(int n, int warmup) {
    return new Defaults(rate, connections, n, warmup, skew, orders, pairs, users);
  }

  Defaults users(int n) {
    return new Defaults(rate, connections, seconds, warmupSeconds, skew, orders, pairs, n);
  }
}
