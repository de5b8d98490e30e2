package io.tidegate.harness.chaos;

import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Races a system of its own, on two nodes, against itself. */
@Command(
    name = "race",
    mixinStandardHelpOptions = true,
    header = "two requests for one thing at nearly the same moment; each has one outcome",
    description = {
      "Sends requests that compete for one thing at nearly the same moment, on two nodes of a",
      "system of its own: at each payment provider pay and close, pay and cancel, one callback",
      "twice, before the answer or the payment, days late, against 'already paid' and 'unpaid', a",
      "refund and its callback; pay at two providers; twins of one key, price and stock edits"
          + " while",
      "placing, refunds against parcels and against each other, a provider that answers too late"
          + " or",
      "takes a refund back, and in flash sales: a piece that comes back or is added, and the end.",
      "Exit code 3: more than one outcome, or a race that one side as good as always wins."
    })
public final class RaceCommand implements Callable<Integer> {
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  @Mixin private TrialOptions options = new TrialOptions();

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

  @Override
  public Integer call() throws InterruptedException, IOException {
    options.requireNothingBefore();
    options.require(rounds >= 1 && rounds <= 1_000_000, "--rounds must be 1 to 1000000");
    if (!only.isEmpty()) {
      List<String> names = names();
      for (String part : only) {
        options.require(
            names.stream().anyMatch(name -> name.contains(part)),
            "--only " + part + " names no race; there are " + String.join(", ", names));
      }
    }
    return options.run(RaceCommand::started, this::raced);
  }

  /** What races are called, which they say wherever they are: here nobody is. */
  static List<String> names() {
    Arena.Ground ground = new Arena.Ground(NOWHERE, NOWHERE, NOWHERE, "", "unknown", "");
    Wishes wishes = new Wishes(List.of(), List.of(), 0, "");
    try (EvidenceReader reader = new EvidenceReader("", NOWHERE);
        Arena arena = new Arena(ground, wishes, reader)) {
      List<String> edited = Collections.nCopies(PlaceDuels.skusNeeded(), "");
      List<String> onSale = Collections.nCopies(SaleDuels.skusNeeded(), "");
      return all(arena, edited, onSale).stream().map(Duel::name).toList();
    } catch (SQLException e) {
      throw new IllegalStateException("nobody has asked a database", e);
    }
  }

  /** What a race must wait for comes soon, and one person decides alone. */
  static Rig started(Tidegate tidegate, long dice, boolean keep)
      throws ChaosFailure, InterruptedException {
    return new Rig(
            tidegate,
            List.of(
                "demo.skus=2000",
                "refund.check-after=1s",
                "aftersales.approval-above=2000000000",
                "flash.limit-per-user=0"),
            Rig.Pace.QUICK,
            keep)
        .withAllProviders();
  }

  private RaceReport raced(Tidegate tidegate, Rig rig, long dice)
      throws ChaosFailure, InterruptedException, SQLException {
    URI second =
        rig.secondNode(List.of("order.pay-window=" + Arena.SHORT_WINDOW.toSeconds() + "s"));
    List<String> skus = Goods.dear(rig.api());
    List<String> edited = skus.subList(0, PlaceDuels.skusNeeded());
    int taken = edited.size() + SaleDuels.skusNeeded();
    List<String> onSale = skus.subList(edited.size(), taken);
    List<String> tokens = TrialOptions.customers(tidegate, rig);
    Wishes wishes = new Wishes(tokens, skus.subList(taken, skus.size()), dice, "race-" + dice);
    Arena.Ground ground =
        new Arena.Ground(
            rig.api(),
            second,
            rig.simulators(),
            rig.database(),
            rig.secret(),
            tidegate.staff(rig.data()));
    try (EvidenceReader reader =
            new EvidenceReader(rig.database(), rig.simulators(), Provider.all());
        Arena arena = new Arena(ground, wishes, reader)) {
      Healing healing = new Healing(tidegate, rig.data(), reader);
      RaceBench bench =
          new RaceBench(RaceBench.Rounds.of(rounds), dice, arena, healing, reader, options::tell);
      Goods.fill(arena.a(), arena.staff(), onSale);
      return new RaceReport(rounds, dice, bench.run(wanted(arena, edited, onSale)));
    }
  }

  private List<Duel> wanted(Arena arena, List<String> edited, List<String> onSale) {
    List<Duel> duels = all(arena, edited, onSale);
    if (!only.isEmpty()) {
      duels.removeIf(duel -> only.stream().noneMatch(duel.name()::contains));
    }
    return duels;
  }

  private static List<Duel> all(Arena arena, List<String> edited, List<String> onSale) {
    List<Duel> duels = new ArrayList<>(PayDuels.all(arena));
    duels.addAll(MoneyDuels.all(arena));
    duels.addAll(PlaceDuels.all(arena, edited));
    duels.addAll(RefundDuels.all(arena));
    duels.addAll(ProviderDuels.all(arena));
    duels.addAll(SaleDuels.all(arena, onSale));
    return duels;
  }
}
