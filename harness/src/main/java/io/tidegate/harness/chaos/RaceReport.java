package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.BenchFailure;
import io.tidegate.harness.bench.Heading;
import io.tidegate.harness.chaos.Finding.Kind;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The result of a run of races, for programs and for people. */
final class RaceReport {
  private static final int FINDINGS_MAX = 100;

  private final int rounds;
  private final long seed;
  private final RaceBench.Result result;

  RaceReport(int rounds, long seed, RaceBench.Result result) {
    this.rounds = rounds;
    this.seed = seed;
    this.result = result;
  }

  String json(Instant startedAt, Rig rig) throws ChaosFailure {
    ObjectNode json = heading(startedAt, rig);
    json.withObject("/settings").put("nodes", 2).put("roundsOfEach", rounds).put("seed", seed);
    json.put("rounds", result.scores().stream().mapToInt(RaceBench.Score::raced).sum())
        .put("missed", result.scores().stream().mapToInt(RaceBench.Score::missed).sum())
        .put("unknownResolved", 0)
        .put("lost", count(Kind.LOST))
        .put("doubled", count(Kind.DOUBLED))
        .put("unsettled", count(Kind.UNSETTLED))
        .put("broken", count(Kind.BROKEN));
    json.putArray("inFlightAtKill");
    json.putObject("verified").put("orders", result.orders()).put("deadlocks", result.deadlocks());
    ObjectNode winners = json.putObject("winners");
    for (RaceBench.Score score : result.scores()) {
      winners
          .putObject(score.name())
          .put(score.first(), score.firstWon())
          .put(score.second(), score.secondWon());
    }
    ArrayNode list = json.putArray("findings");
    result.findings().stream()
        .limit(FINDINGS_MAX)
        .forEach(f ->
            list.addObject()
                .put("kind", f.kind().name().toLowerCase(Locale.ROOT))
                .put("what", f.what()));
    return json.toPrettyString();
  }

  private static ObjectNode heading(Instant startedAt, Rig rig) throws ChaosFailure {
    try {
      return Heading.json("race", startedAt, rig.version(), rig.database());
    } catch (BenchFailure e) {
      throw new ChaosFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private long count(Kind kind) {
    return result.findings().stream().filter(f -> f.kind() == kind).count();
  }

  String table() {
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
        "%n%,d orders, %d deadlocks; lost %d, doubled %d, unsettled %d, broken %d%n"
            .formatted(
                result.orders(),
                result.deadlocks(),
                count(Kind.LOST),
                count(Kind.DOUBLED),
                count(Kind.UNSETTLED),
                count(Kind.BROKEN)));
    result.findings().stream()
        .limit(FINDINGS_MAX)
        .forEach(f -> text.append(f).append(System.lineSeparator()));
    return text.toString();
  }
}
