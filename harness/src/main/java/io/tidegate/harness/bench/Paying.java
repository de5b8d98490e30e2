package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Loads of payments on one system. */
final class Paying {
  private static final Duration PREPARE_MAX = Duration.ofMinutes(30);

  /** More than that no machine we know places within that time: 20,000 a second. */
  private static final long PREPARED_MAX = 20_000 * PREPARE_MAX.toSeconds();

  private final Bench bench;
  private final SystemUnderTest system;
  private final List<String> skus;
  private final Customers customers;

  Paying(Bench bench, SystemUnderTest system) throws BenchFailure, InterruptedException {
    this.bench = bench;
    this.system = system;
    this.skus = bench.skus(system);
    this.customers = bench.customers(system);
  }

  /** Why so many orders can't be prepared, which is known before half an hour of trying. */
  static Optional<String> refusal(String bench, long orders) {
    return orders > PREPARED_MAX
        ? Optional.of(
            "%s prepares %d unpaid orders, and there can be %d of them at most in %d minutes"
                .formatted(bench, orders, PREPARED_MAX, PREPARE_MAX.toMinutes()))
        : Optional.empty();
  }

  int skus() {
    return skus.size();
  }

  Customers customers() {
    return customers;
  }

  Basket basket() {
    return bench.basket(skus, bench.plan().goods().skew());
  }

  JourneyTraffic journey(JourneyTraffic.Mix mix, int nodes) {
    return new JourneyTraffic(
        customers, basket(), bench.random(), bench.plan().connections(), nodes, mix);
  }

  /** Customers who place and pay; the cashier is where the simulators are. */
  Tally load(String phase, Load.Pace pace, Duration length, ShopTraffic traffic)
      throws IOException, BenchFailure {
    return bench.load(phase, List.of(system.api(), system.simulators()), pace, length, traffic);
  }

  /** Orders that nobody has paid. */
  List<Unpaid> unpaid(long orders, boolean startPayments) throws IOException, BenchFailure {
    return unpaid(orders, startPayments, "sandbox");
  }

  /** The same, with payments at another provider. */
  List<Unpaid> unpaid(long orders, boolean startPayments, String provider)
      throws IOException, BenchFailure {
    UnpaidTraffic traffic =
        new UnpaidTraffic(
            customers,
            basket(),
            bench.random(),
            bench.plan().connections(),
            startPayments,
            provider);
    load("preparing " + orders + " unpaid orders", new Load.UpTo(orders), PREPARE_MAX, traffic);
    if (traffic.unpaid().size() < orders) {
      throw new BenchFailure(
          "only %d of %d unpaid orders could be made; the others: %s"
              .formatted(traffic.unpaid().size(), orders, traffic.all().others()));
    }
    return traffic.unpaid();
  }

  CallbackTraffic callbacks(String secret, List<Unpaid> payments) {
    return callbacks(new SandboxRequests(system.api().getRawAuthority(), secret), payments);
  }

  CallbackTraffic callbacks(CallbackRequests requests, List<Unpaid> payments) {
    return new CallbackTraffic(requests, payments, bench.random());
  }

  List<URI> api() {
    return List.of(system.api());
  }
}
