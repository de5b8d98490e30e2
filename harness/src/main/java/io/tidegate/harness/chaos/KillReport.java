package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.Report;
import io.tidegate.harness.bench.Report.Sense;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The result of a run of kills, for programs and for people. */
final class KillReport implements TrialOptions.Report {
  private static final double REST_SECONDS_MAX = Healing.MAX.toMillis() / 1e3;

  private final KillBench.Plan plan;
  private final KillBench.Result result;
  private final Verdict verdict;

  KillReport(KillBench.Plan plan, KillBench.Result result) {
    this.plan = plan;
    this.result = result;
    this.verdict = new Verdict(result.findings());
  }

  @Override
  public boolean good() {
    return verdict.good()
        && result.rounds().size() == plan.rounds()
        && secondsToRest() <= REST_SECONDS_MAX;
  }

  @Override
  public String json(Instant startedAt, Optional<String> version) {
    Report report = verdict.report("kill", startedAt, version, result.end());
    report
        .section("settings")
        .put("mode", "closed")
        .put("connections", plan.clients())
        .put("awaySeconds", plan.away().toSeconds())
        .put("seed", plan.seed());
    result.requests().into(report.section("result"));
    report.section("result").put("created", result.outcome().created()).put("unknown", unknown());
    report.count("rounds", result.rounds().size());
    report.count("roundsAsked", plan.rounds());
    report.count("roundsRepeated", result.repeated());
    result.rounds().forEach(round -> report.list("inFlightAtKill").add(round.inFlight()));
    report.count("unknownResolved", resolved());
    if (plan.away().isPositive()) {
      report
          .section("withoutBroker")
          .put("placed", away().placed())
          .put("paid", away().paid())
          .put("unsent", away().unsent());
    }
    report
        .section("atRest")
        .put("targetCountsFrom", "the first order that is taken again after a kill")
        .put("secondsMax", secondsToRest())
        .put("secondsFromKillMax", longest(result.rounds(), KillBench.Round::fromKill) / 1e3);
    report.section("winners");
    ObjectNode victims = report.section("victims");
    byVictim().forEach((victim, figures) -> victims.set(victim, figures));
    result.outcome().into(report);
    report.check("rounds_as_asked", plan.rounds(), result.rounds().size());
    report.target("audit_clean_after_seconds", Sense.AT_MOST, REST_SECONDS_MAX, secondsToRest());
    return report.json().toPrettyString();
  }

  private double secondsToRest() {
    return longest(result.rounds(), KillBench.Round::healed) / 1e3;
  }

  private int unknown() {
    return result.rounds().stream().mapToInt(KillBench.Round::unknown).sum();
  }

  private int resolved() {
    return result.rounds().stream().mapToInt(KillBench.Round::resolved).sum();
  }

  /** Of all rounds together. */
  private KillBench.Away away() {
    return result.rounds().stream()
        .map(KillBench.Round::away)
        .reduce(
            KillBench.Away.NEVER,
            (a, b) ->
                new KillBench.Away(
                    a.placed() + b.placed(), a.paid() + b.paid(), a.unsent() + b.unsent()));
  }

  static String words(KillBench.Away away) {
    return "%,d orders placed, %,d paid, %,d events waited in the end"
        .formatted(away.placed(), away.paid(), away.unsent());
  }

  Map<String, ObjectNode> byVictim() {
    Map<String, ObjectNode> figures = new TreeMap<>();
    for (Victim victim : Victim.values()) {
      var rounds = result.rounds().stream().filter(r -> r.victim() == victim).toList();
      if (!rounds.isEmpty()) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("kills", rounds.size())
            .put("backMillisMax", longest(rounds, KillBench.Round::back))
            .put("heldMillisMax", longest(rounds, KillBench.Round::held))
            .put("healedMillisMax", longest(rounds, KillBench.Round::healed))
            .put("fromKillMillisMax", longest(rounds, KillBench.Round::fromKill));
        figures.put(victim.words(), json);
      }
    }
    return figures;
  }

  private static long longest(
      List<KillBench.Round> rounds, Function<KillBench.Round, Duration> phase) {
    return rounds.stream().mapToLong(round -> phase.apply(round).toMillis()).max().orElse(0);
  }

  @Override
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        "Seconds, at most, from a kill until orders are taken again; from then until all\n");
    text.append("is there and until the audit is clean, at rest; and the last from the kill:\n");
    text.append(
        "%-10s  %5s  %12s  %12s  %12s  %13s%n"
            .formatted(
                "killed", "kills", "orders taken", "all is there", "at rest", "from the kill"));
    byVictim()
        .forEach((victim, figures) ->
            text.append(
                "%-10s  %5d  %12.1f  %12.1f  %12.1f  %13.1f%n"
                    .formatted(
                        victim,
                        figures.path("kills").intValue(),
                        figures.path("backMillisMax").longValue() / 1e3,
                        figures.path("heldMillisMax").longValue() / 1e3,
                        figures.path("healedMillisMax").longValue() / 1e3,
                        figures.path("fromKillMillisMax").longValue() / 1e3)));
    text.append(
        "%n%,d orders; in flight at a kill: at least %d; unknown %,d, settled %,d%n"
            .formatted(
                result.outcome().wanted(),
                result.rounds().stream().mapToInt(KillBench.Round::inFlight).min().orElse(0),
                unknown(),
                resolved()));
    if (plan.away().isPositive()) {
      text.append(
          "without the broker, %d s each time: %s%n"
              .formatted(plan.away().toSeconds(), words(away())));
    }
    text.append(verdict.counts()).append(System.lineSeparator()).append(verdict.lines());
    text.append(
        "A kill is no power failure: durability rests on fsync, which this does not test.\n");
    return text.toString();
  }
}
