package io.tidegate.harness.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Kills a system of its own under load. */
@Command(
    name = "kill",
    mixinStandardHelpOptions = true,
    header = "kill -9 of the parts under load; nothing that was told is lost or doubled",
    description = {
      "Kills the program, PostgreSQL, one of its sessions, the broker, or all at once, under load,",
      "and holds what clients were told against what is there. Exit code 3: lost, doubled or broken."
    })
public final class KillCommand implements Callable<Integer> {
  /** Less than orders wait for their payment: what is walked to its end must not be closed. */
  private static final int AWAY_SECONDS_MAX = 1_200;

  @Mixin private TrialOptions options = new TrialOptions();

  @Option(
      names = "--rounds",
      defaultValue = "60",
      description = "Kills (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = {"--clients", "--connections"},
      defaultValue = "300",
      description = "Customers at once (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--away",
      defaultValue = "0",
      description = {
        "Seconds for which a killed broker is kept from coming back, while orders go on",
        "(default: ${DEFAULT-VALUE})."
      })
  private int away;

  @Override
  public Integer call() throws InterruptedException, IOException {
    options.requireNothingBefore();
    options.require(rounds >= 1 && rounds <= 100_000, "--rounds must be 1 to 100000");
    options.require(clients >= 1 && clients <= 10_000, "--clients must be 1 to 10000");
    options.require(
        away >= 0 && away <= AWAY_SECONDS_MAX, "--away must be 0 to " + AWAY_SECONDS_MAX);
    return options.run(this::killed);
  }

  private KillReport killed(Tidegate tidegate, Rig rig, long dice)
      throws ChaosFailure, InterruptedException {
    try (HttpDoor door = new HttpDoor(rig.api(), rig.simulators())) {
      KillBench.Plan plan =
          new KillBench.Plan(
              rounds,
              List.of(Victim.values()),
              clients,
              dice,
              Duration.ofSeconds(away),
              Healing.MAX);
      Wishes wishes =
          new Wishes(
              TrialOptions.customers(tidegate, rig), Goods.dear(rig.api()), dice, "kill-" + dice);
      KillBench bench = new KillBench(plan, tidegate, rig, door, wishes, options::tell);
      return new KillReport(plan, bench.run());
    }
  }
}
