package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.Report;
import io.tidegate.harness.bench.Report.Sense;
import java.time.Instant;
import java.util.Optional;
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
  public String json(Instant startedAt, Optional<String> version) {
    Report report = verdict.report("race", startedAt, version, result.end());
    settings(report.section("settings"));
    result.requests().into(report.section("result"));
    report
        .section("result")
        .put("created", result.outcome().created())
        .put("unknown", result.requests().unknown());
    report.count("rounds", result.scores().stream().mapToInt(RaceBench.Score::raced).sum());
    report.count("missed", result.scores().stream().mapToInt(RaceBench.Score::missed).sum());
    report.count("unknownResolved", result.requests().unknownResolved());
    report.list("inFlightAtKill"); // Nothing is killed.
    result.outcome().into(report);
    ObjectNode winners = report.section("winners");
    for (RaceBench.Score score : result.scores()) {
      winners
          .putObject(score.name())
          .put(score.first(), score.firstWon())
          .put(score.second(), score.secondWon());
    }
    report.target(
        "deadlocks",
        Sense.AT_MOST,
        0,
        result.deadlocks().map(Long::doubleValue).orElse(Double.NaN));
    report.target(
        "least_share_of_a_side",
        Sense.AT_LEAST,
        RaceBench.SHARE_MIN,
        result.scores().stream().mapToDouble(RaceBench.Score::leastShare).min().orElse(0));
    return report.json().toPrettyString();
  }

  /** Who races waits for answers, and sends no more meanwhile. */
  void settings(ObjectNode settings) {
    settings
        .put("mode", "closed")
        .put("connections", result.connections())
        .put("nodes", 2)
        .put("roundsOfEach", rounds)
        .put("seed", seed);
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
        "%n%,d orders, %s deadlocks; %s%n"
            .formatted(
                result.outcome().wanted(),
                result.deadlocks().map(String::valueOf).orElse("unknown"),
                verdict.counts()));
    text.append(verdict.lines());
    return text.toString();
  }
}
