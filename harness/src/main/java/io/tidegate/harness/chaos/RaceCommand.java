package io.tidegate.harness.chaos;

import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Races a system of its own, on two nodes, against itself. */
@Command(
    name = "race",
    mixinStandardHelpOptions = true,
    description = {
      "Sends requests that compete for one thing at nearly the same moment, on two nodes of a",
      "system of its own: pay and close, pay and cancel, one callback twice, a callback before the",
      "answer, twins of one key, price and stock edits while placing, a refund and its callback.",
      "Exit code 3: more than one outcome, or a race that one side as good as always wins."
    })
public final class RaceCommand implements Callable<Integer> {
  private static final int CUSTOMERS = 500;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--rounds",
      defaultValue = "500",
      description = "Rounds of each race (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description = "Only races whose name holds this, such as pay/close; may be repeated.")
  private List<String> only = List.of();

  @Option(names = "--seed", description = "Seed of all dice; by default another each time.")
  private @Nullable Long seed;

  @Option(names = "--keep", description = "Leave the system's folder when something is broken.")
  private boolean keep;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, IOException {
    require(rounds >= 1 && rounds <= 1_000_000, "--rounds must be 1 to 1000000");
    long dice = seed == null ? System.nanoTime() : seed;
    Instant started = Instant.now();
    try {
      Tidegate tidegate = Tidegate.find();
      tell("starting a system of two nodes; seed " + dice);
      Rig rig = new Rig(tidegate, List.of("demo.skus=2000"));
      boolean broken = true;
      try {
        RaceBench.Result result = raced(tidegate, rig, dice);
        RaceReport report = new RaceReport(rounds, dice, result);
        System.out.println(json ? report.json(started, rig) : report.table());
        broken = !result.good();
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

  private RaceBench.Result raced(Tidegate tidegate, Rig rig, long dice)
      throws ChaosFailure, InterruptedException {
    URI second =
        rig.secondNode(List.of("order.pay-window=" + Arena.SHORT_WINDOW.toSeconds() + "s"));
    List<String> skus = Goods.dear(rig.api());
    List<String> edited = skus.subList(0, PlaceDuels.skusNeeded());
    List<String> tokens = tidegate.customers(rig.data(), CUSTOMERS, rig.folder().resolve("tokens"));
    Wishes wishes =
        new Wishes(tokens, skus.subList(edited.size(), skus.size()), dice, "race-" + dice);
    Arena.Ground ground =
        new Arena.Ground(
            rig.api(),
            second,
            rig.simulators(),
            rig.database(),
            rig.secret(),
            tidegate.staff(rig.data()));
    try (Arena arena = new Arena(ground, wishes);
        EvidenceReader reader = new EvidenceReader(rig.database(), rig.simulators())) {
      Healing healing = new Healing(tidegate, rig.data(), reader);
      return new RaceBench(rounds, dice, arena, healing, reader, RaceCommand::tell)
          .run(wanted(arena, edited));
    } catch (SQLException e) {
      throw new ChaosFailure("the database session cannot be closed: " + e.getMessage(), e);
    }
  }

  private List<Duel> wanted(Arena arena, List<String> edited) {
    List<Duel> duels = new ArrayList<>(PayDuels.all(arena));
    duels.addAll(PlaceDuels.all(arena, edited));
    if (!only.isEmpty()) {
      duels.removeIf(duel -> only.stream().noneMatch(duel.name()::contains));
    }
    require(!duels.isEmpty(), "--only names no race");
    return duels;
  }

  private static void tell(String line) {
    System.err.println("race: " + line);
  }

  private void require(boolean holds, String message) {
    if (!holds && spec != null) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
