package io.tidegate.harness.bench;

import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Loads of orders on one system. */
final class Placing {
  /** So many pieces that no load of a bench sells them out. */
  private static final long PLENTY = 100_000_000;

  private final Bench bench;
  private final SystemUnderTest system;
  private final List<String> skus;
  private final Customers customers;

  Placing(Bench bench, SystemUnderTest system) throws BenchFailure, InterruptedException {
    this.bench = bench;
    this.system = system;
    this.skus = bench.skus(system);
    this.customers = bench.customers(system);
  }

  int skus() {
    return skus.size();
  }

  int customers() {
    return customers.count();
  }

  /** Lays in enough of what every order of {@link Skew#HOT} wants, where the shop is our own. */
  void stockUp() throws BenchFailure, InterruptedException {
    if (bench.ownSystem()) {
      Staff.of(system)
          .post(
              "/v1/admin/skus/" + skus.getFirst() + "/stock-adjustments",
              "{\"delta\":" + PLENTY + ",\"reason\":\"bench\"}");
    }
  }

  PlaceTraffic traffic(Skew skew) {
    return new PlaceTraffic(customers, bench.basket(skus, skew), Keys.fresh(), bench.random());
  }

  /** Customers who don't take no for an answer. */
  RetryTraffic retrying() {
    return new RetryTraffic(
        customers,
        bench.basket(skus, bench.plan().goods().skew()),
        bench.random(),
        bench.plan().connections());
  }

  Tally load(String phase, Duration length, PlaceTraffic traffic) throws IOException {
    return bench.load(phase, List.of(system.api()), bench.plan().pace(), length, traffic);
  }

  /** The same load, uncounted; what it left to do is done when it returns. */
  void warmUp(Meter meter) throws IOException, InterruptedException {
    Plan plan = bench.plan();
    if (plan.warmup().isPositive()) {
      load("warm-up", plan.warmup(), traffic(plan.goods().skew()));
      meter.drain();
    }
  }

  /** One load of the plan's length, whose events have all gone out when it returns. */
  Tally settled(String phase, PlaceTraffic traffic, Meter meter)
      throws IOException, InterruptedException {
    Tally tally = load(phase, bench.plan().length(), traffic);
    meter.drain();
    return tally;
  }
}
