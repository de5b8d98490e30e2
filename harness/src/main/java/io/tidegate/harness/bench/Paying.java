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

  /** What one takes of our memory until it is paid. */
  private static final int ORDER_BYTES = 160;

  /** The rest is for what comes and goes, and for lists that are copied as they grow. */
  private static final double HEAP_SHARE = 0.6;

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
    return refusal(bench, orders, 0);
  }

  /**
   * The same where something is prepared for each of them.
   *
   * @param moreBytes what that takes
   */
  static Optional<String> refusal(String bench, long orders, int moreBytes) {
    long heap = Runtime.getRuntime().maxMemory();
    long room = (long) (heap * HEAP_SHARE) / (ORDER_BYTES + moreBytes);
    if (orders > PREPARED_MAX) {
      return Optional.of(
          "%s prepares %d unpaid orders, and there can be %d of them at most in %d minutes"
              .formatted(bench, orders, PREPARED_MAX, PREPARE_MAX.toMinutes()));
    }
    return orders > room
        ? Optional.of(
            "%s prepares %d unpaid orders, and %d MiB of memory (TIDEGATE_JAVA_OPTS) are enough for %d of them"
                .formatted(bench, orders, heap >> 20, room))
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

  /** The sandbox provider's notices, signed as they are sent. */
  CallbackTraffic callbacks(String secret, List<Unpaid> payments) {
    return CallbackTraffic.signedAsSent(
        new SandboxRequests(system.api().getRawAuthority(), secret), payments, bench.random());
  }

  /** Notices that are signed now. */
  CallbackTraffic signed(CallbackRequests requests, List<Unpaid> payments) {
    return CallbackTraffic.signed(requests, payments, bench.random());
  }

  List<URI> api() {
    return List.of(system.api());
  }
}
