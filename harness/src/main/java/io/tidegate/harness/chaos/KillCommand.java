package io.tidegate.harness.chaos;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Kills a system of its own under load. */
@Command(
    name = "kill",
    mixinStandardHelpOptions = true,
    description = {
      "Kills the program, PostgreSQL, one of its sessions, the broker, or all at once, under load,",
      "and holds what clients were told against what is there. Exit code 3: lost, doubled or broken."
    })
public final class KillCommand implements Callable<Integer> {
  static final int CUSTOMERS = 500;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--rounds",
      defaultValue = "60",
      description = "Kills (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--clients",
      defaultValue = "300",
      description = "Customers at once (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(names = "--seed", description = "Seed of all dice; by default another each time.")
  private @Nullable Long seed;

  @Option(names = "--keep", description = "Leave the system's folder when something is broken.")
  private boolean keep;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, IOException {
    require(rounds >= 1 && rounds <= 100_000, "--rounds must be 1 to 100000");
    require(clients >= 1 && clients <= 10_000, "--clients must be 1 to 10000");
    long dice = seed == null ? System.nanoTime() : seed;
    Instant started = Instant.now();
    try {
      Tidegate tidegate = Tidegate.find();
      tell("starting a system; seed " + dice);
      Rig rig = new Rig(tidegate, List.of("demo.skus=2000"));
      boolean broken = true;
      try (HttpDoor door = new HttpDoor(rig.api(), rig.simulators())) {
        KillBench.Plan plan = new KillBench.Plan(rounds, List.of(Victim.values()), clients, dice);
        Wishes wishes = wishes(tidegate, rig, dice);
        KillBench.Result result =
            new KillBench(plan, tidegate, rig, door, wishes, KillCommand::tell).run();
        KillReport report = new KillReport(plan, result);
        System.out.println(json ? report.json(started, rig) : report.table());
        broken = !result.findings().isEmpty();
      } finally {
        rig.end(keep && broken);
        if (keep && broken) {
          tell("the system's folder is " + rig.folder());
        }
      }
      return broken ? 3 : 0;
    } catch (ChaosFailure e) {
      tell("could not run: " + e.getMessage());
      return 1;
    }
  }

  private static Wishes wishes(Tidegate tidegate, Rig rig, long seed)
      throws ChaosFailure, InterruptedException {
    List<String> tokens = tidegate.customers(rig.data(), CUSTOMERS, rig.folder().resolve("tokens"));
    return new Wishes(tokens, Goods.dear(rig.api()), seed, "kill-" + seed);
  }

  private static void tell(String line) {
    System.err.println("kill: " + line);
  }

  private void require(boolean holds, String message) {
    if (!holds && spec != null) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
