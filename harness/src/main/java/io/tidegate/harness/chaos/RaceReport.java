package io.tidegate.harness.chaos;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** The result of a run of races, for programs and for people. */
final class RaceReport implements TrialOptions.Report {
  private final int rounds;
  private final long seed;
  private final RaceBench.Result result;
  private final Verdict verdict;

  RaceReport(int rounds, long seed, RaceBench.Result result) {
    this.rounds = rounds;
    this.seed = seed;
    this.result = result;
    this.verdict = new Verdict(result.findings());
  }

  @Override
  public boolean good() {
    return verdict.good();
  }

  @Override
  public String json(Instant startedAt, Rig rig) throws ChaosFailure {
    ObjectNode json = Verdict.heading("race", startedAt, rig);
    json.withObject("/settings").put("nodes", 2).put("roundsOfEach", rounds).put("seed", seed);
    json.put("rounds", result.scores().stream().mapToInt(RaceBench.Score::raced).sum())
        .put("missed", result.scores().stream().mapToInt(RaceBench.Score::missed).sum())
        .put("unknownResolved", 0);
    verdict.countsInto(json);
    json.putArray("inFlightAtKill");
    json.putObject("verified").put("orders", result.orders()).put("deadlocks", result.deadlocks());
    ObjectNode winners = json.putObject("winners");
    for (RaceBench.Score score : result.scores()) {
      winners
          .putObject(score.name())
          .put(score.first(), score.firstWon())
          .put(score.second(), score.secondWon());
    }
    verdict.listInto(json);
    return json.toPrettyString();
  }

  @Override
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append("%-30s %22s %22s %7s%n".formatted("race", "won", "won", "missed"));
    for (RaceBench.Score score : result.scores()) {
      text.append(
          "%-30s %16s %5d %16s %5d %7d%n"
              .formatted(
                  score.name(),
                  score.first(),
                  score.firstWon(),
                  score.second(),
                  score.secondWon(),
                  score.missed()));
    }
    text.append(
        "%n%,d orders, %d deadlocks; %s%n"
            .formatted(result.orders(), result.deadlocks(), verdict.counts()));
    text.append(verdict.lines());
    return text.toString();
  }
}
