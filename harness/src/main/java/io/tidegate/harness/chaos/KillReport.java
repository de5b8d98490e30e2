package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.BenchFailure;
import io.tidegate.harness.bench.Heading;
import io.tidegate.harness.chaos.Finding.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The result of a run of kills, for programs and for people. */
final class KillReport {
  private static final int FINDINGS_MAX = 100;

  private final KillBench.Plan plan;
  private final KillBench.Result result;

  KillReport(KillBench.Plan plan, KillBench.Result result) {
    this.plan = plan;
    this.result = result;
  }

  String json(Instant startedAt, Rig rig) throws ChaosFailure {
    ObjectNode json = heading(startedAt, rig);
    json.withObject("/settings")
        .put("mode", "closed")
        .put("connections", plan.clients())
        .put("seed", plan.seed());
    json.put("rounds", result.rounds().size())
        .put("roundsAsked", plan.rounds())
        .put("roundsRepeated", result.repeated())
        .put("orders", result.orders());
    ArrayNode inFlight = json.putArray("inFlightAtKill");
    result.rounds().forEach(round -> inFlight.add(round.inFlight()));
    json.put("unknown", unknown())
        .put("unknownResolved", resolved())
        .put("lost", count(Kind.LOST))
        .put("doubled", count(Kind.DOUBLED))
        .put("unsettled", count(Kind.UNSETTLED))
        .put("broken", count(Kind.BROKEN));
    json.putObject("winners");
    ObjectNode victims = json.putObject("victims");
    byVictim().forEach((victim, figures) -> victims.set(victim, figures));
    findings(json);
    return json.toPrettyString();
  }

  private static ObjectNode heading(Instant startedAt, Rig rig) throws ChaosFailure {
    try {
      return Heading.json("kill", startedAt, rig.version(), rig.database());
    } catch (BenchFailure e) {
      throw new ChaosFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private void findings(ObjectNode json) {
    ArrayNode list = json.putArray("findings");
    result.findings().stream()
        .limit(FINDINGS_MAX)
        .forEach(f ->
            list.addObject()
                .put("kind", f.kind().name().toLowerCase(Locale.ROOT))
                .put("what", f.what()));
  }

  private long count(Kind kind) {
    return result.findings().stream().filter(f -> f.kind() == kind).count();
  }

  private int unknown() {
    return result.rounds().stream().mapToInt(KillBench.Round::unknown).sum();
  }

  private int resolved() {
    return result.rounds().stream().mapToInt(KillBench.Round::resolved).sum();
  }

  private Map<String, ObjectNode> byVictim() {
    Map<String, ObjectNode> figures = new TreeMap<>();
    for (Victim victim : Victim.values()) {
      var rounds = result.rounds().stream().filter(r -> r.victim() == victim).toList();
      if (!rounds.isEmpty()) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("kills", rounds.size())
            .put("backMillisMax", longest(rounds, KillBench.Round::back))
            .put("heldMillisMax", longest(rounds, KillBench.Round::held))
            .put("healedMillisMax", longest(rounds, KillBench.Round::healed));
        figures.put(victim.words(), json);
      }
    }
    return figures;
  }

  private static long longest(
      List<KillBench.Round> rounds, Function<KillBench.Round, Duration> phase) {
    return rounds.stream().mapToLong(round -> phase.apply(round).toMillis()).max().orElse(0);
  }

  String table() {
    StringBuilder text = new StringBuilder();
    text.append("Seconds, at most, until:\n");
    text.append(
        "%-10s  %5s  %12s  %12s  %12s%n"
            .formatted("killed", "kills", "orders taken", "all is there", "at rest"));
    byVictim()
        .forEach((victim, figures) ->
            text.append(
                "%-10s  %5d  %12.1f  %12.1f  %12.1f%n"
                    .formatted(
                        victim,
                        figures.path("kills").intValue(),
                        figures.path("backMillisMax").longValue() / 1e3,
                        figures.path("heldMillisMax").longValue() / 1e3,
                        figures.path("healedMillisMax").longValue() / 1e3)));
    text.append(
        "%n%,d orders; in flight at a kill: at least %d; unknown %,d, settled %,d%n"
            .formatted(
                result.orders(),
                result.rounds().stream().mapToInt(KillBench.Round::inFlight).min().orElse(0),
                unknown(),
                resolved()));
    text.append(
        "lost %d, doubled %d, unsettled %d, broken %d%n"
            .formatted(
                count(Kind.LOST), count(Kind.DOUBLED), count(Kind.UNSETTLED), count(Kind.BROKEN)));
    result.findings().stream()
        .limit(FINDINGS_MAX)
        .forEach(f -> text.append(f).append(System.lineSeparator()));
    text.append(
        "A kill is no power failure: durability rests on fsync, which this does not test.\n");
    return text.toString();
  }
}
