package io.tidegate.harness.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Leads many orders from placing to their end on a system of its own. */
@Command(
    name = "long",
    mixinStandardHelpOptions = true,
    header = "many orders to their end while providers and parts fail; all books agree",
    description = {
      "Places, pays, cancels, refunds and returns many orders while providers go wrong and parts"
          + " are",
      "killed, all drawn from one seed; then lets everything drain, and compares our book with the",
      "providers', what customers were told with what is there, each provider's statement of the",
      "day, and the audit.",
      "Exit code 3: anything that does not agree."
    })
public final class LongCommand implements Callable<Integer> {
  private static final int ORDERS_A_KILL = 10_000;
  private static final int CUSTOMERS = 2_000;

  /** Time for a refund before a parcel is packed, and not much more. */
  private static final long PACKED_AFTER_MILLIS = 3_000;

  private static final long DELIVERED_AFTER_MILLIS = 1_500;

  /**
   * Longer than a start after a kill takes, so that most of what is met by one is paid all the
   * same.
   */
  private static final Duration PAY_WINDOW = Duration.ofSeconds(30);

  @Mixin private TrialOptions options = new TrialOptions();

  @Option(
      names = "--orders",
      defaultValue = "100000",
      description = "Orders (default: ${DEFAULT-VALUE}).")
  private int orders;

  @Option(names = "--kills", description = "Kills; by default one for 10,000 orders, at least one.")
  private int kills = -1;

  @Option(
      names = {"--clients", "--connections"},
      defaultValue = "64",
      description = "Customers who send at once (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--rate",
      defaultValue = "200",
      description = "Orders begun in a second; 0: as fast as answered (default: ${DEFAULT-VALUE}).")
  private int perSecond;

  @Option(
      names = "--providers",
      description = "Where customers pay, such as sandbox,alipay; by default all that a demo has.")
  private String providers = Provider.names();

  @Override
  public Integer call() throws InterruptedException, IOException {
    options.requireNothingBefore();
    options.require(orders >= 1 && orders <= 10_000_000, "--orders must be 1 to 10000000");
    options.require(kills >= -1 && kills <= 10_000, "--kills must be 0 to 10000");
    options.require(clients >= 1 && clients <= 10_000, "--clients must be 1 to 10000");
    options.require(perSecond >= 0 && perSecond <= 100_000, "--rate must be 0 to 100000");
    options.require(!payees().isEmpty(), "--providers must name some of " + Provider.names());
    return options.run(
        (tidegate, dice, keep) -> started(tidegate, dice, PAY_WINDOW, keep), this::led);
  }

  /** Where customers pay; empty where that can't be read. */
  private List<Provider> payees() {
    try {
      return Provider.read(providers);
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** A system whose orders close and whose parcels leave within what a run can wait for. */
  static Rig started(Tidegate tidegate, long dice, Duration payWindow, boolean keep)
      throws ChaosFailure, InterruptedException {
    return new Rig(
            tidegate,
            List.of(
                "demo.skus=2000",
                "order.pay-window=" + payWindow.toSeconds() + "s",
                "refund.check-after=2s,6s"),
            new Rig.Pace(PACKED_AFTER_MILLIS, DELIVERED_AFTER_MILLIS, dice),
            keep)
        .withAllProviders();
  }

  private LongReport led(Tidegate tidegate, Rig rig, long dice)
      throws ChaosFailure, InterruptedException {
    int wanted = kills >= 0 ? kills : Math.max(1, orders / ORDERS_A_KILL);
    LongBench.Plan plan = new LongBench.Plan(orders, wanted, clients, perSecond, dice, payees());
    try (HttpDoor door = new HttpDoor(rig.api(), rig.simulators())) {
      LongBench.People people = people(tidegate, rig, door, CUSTOMERS);
      return new LongReport(
          plan, new LongBench(plan, tidegate, rig, door, options::tell).run(people));
    }
  }

  /** Customers, goods that don't run out, and two of the staff. */
  static LongBench.People people(Tidegate tidegate, Rig rig, HttpDoor door, int customers)
      throws ChaosFailure, InterruptedException {
    String ann = tidegate.staff(rig.data(), "ann");
    List<String> skus = Goods.dear(rig.api());
    Goods.fill(door, ann, skus);
    return new LongBench.People(
        tidegate.customers(rig.data(), customers, rig.folder().resolve("tokens")),
        skus,
        ann,
        tidegate.staff(rig.data(), "ben"));
  }
}
