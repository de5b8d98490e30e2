package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.Report;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** The result of a long run, for programs and for people. */
final class LongReport implements TrialOptions.Report {
  private final LongBench.Plan plan;
  private final LongBench.Result result;
  private final Verdict verdict;

  LongReport(LongBench.Plan plan, LongBench.Result result) {
    this.plan = plan;
    this.result = result;
    this.verdict = new Verdict(result.findings());
  }

  @Override
  public boolean good() {
    return verdict.good();
  }

  @Override
  public String json(Instant startedAt, Optional<String> version) {
    Report report = verdict.report("long", startedAt, version, result.end());
    ObjectNode settings =
        report
            .section("settings")
            .put("mode", plan.perSecond() == 0 ? "closed" : "open")
            .put("connections", plan.clients());
    if (plan.perSecond() > 0) {
      settings.put("offeredPerSecond", plan.perSecond());
    }
    settings
        .put("orders", plan.orders())
        .put("seed", plan.seed())
        .put("providers", Provider.names(plan.providers()));
    result.requests().into(report.section("result"));
    report
        .section("result")
        .put("created", result.outcome().created())
        .put("unknown", result.counts().getOrDefault("unknown", 0L));
    report.count("rounds", result.kills().size());
    result.kills().forEach(kill -> report.list("inFlightAtKill").add(kill.inFlight()));
    report.count("unknownResolved", result.counts().getOrDefault("unknown settled", 0L));
    report.count("livedMillis", result.lived().toMillis());
    report.count("drainedMillis", result.drained().toMillis());
    counted(report.section("counts"), result.counts());
    counted(report.section("faults"), result.struck());
    result.outcome().into(report);
    result
        .compared()
        .ifPresent(
            compared -> into(report.section("verified"), report.section("statements"), compared));
    report.section("winners");
    ObjectNode victims = report.section("victims");
    byVictim()
        .forEach((victim, kills) ->
            victims
                .putObject(victim)
                .put("kills", kills.size())
                .put("backMillisMax", longest(kills)));
    return report.json().toPrettyString();
  }

  private static void into(ObjectNode verified, ObjectNode statements, Ending.Compared compared) {
    verified
        .put("capturesInBook", compared.captures())
        .put("refundsInBook", compared.refunds())
        .put("pages", compared.pages())
        .put("statementLines", compared.lines())
        .put("statementMatched", compared.matched())
        .put("auditNames", compared.names());
    compared
        .byProvider()
        .forEach((provider, lines) ->
            statements
                .putObject(provider)
                .put("lines", lines.lines())
                .put("matched", lines.matched()));
  }

  private static void counted(ObjectNode json, Map<String, Long> counts) {
    counts.forEach(json::put);
  }

  private Map<String, List<Kills.Kill>> byVictim() {
    Map<String, List<Kills.Kill>> kills = new TreeMap<>();
    for (Victim victim : Victim.values()) {
      List<Kills.Kill> of = result.kills().stream().filter(k -> k.victim() == victim).toList();
      if (!of.isEmpty()) {
        kills.put(victim.words(), of);
      }
    }
    return kills;
  }

  private static long longest(List<Kills.Kill> kills) {
    return kills.stream().mapToLong(kill -> kill.back().toMillis()).max().orElse(0);
  }

  @Override
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append("done, refused, decided\n");
    listed(text, result.counts());
    text.append("calls that a fault struck\n");
    listed(text, result.struck());
    text.append("kills, and seconds until an order was taken again, at most\n");
    byVictim()
        .forEach((victim, kills) ->
            text.append(
                "  %-44s %,10d  %.1f%n".formatted(victim, kills.size(), longest(kills) / 1e3)));
    text.append(
        "%n%,d orders in %d s, drained in %d s; seed %d%n"
            .formatted(
                result.outcome().inDatabase().orElse(result.outcome().created()),
                result.lived().toSeconds(),
                result.drained().toSeconds(),
                plan.seed()));
    text.append(
        result
            .compared()
            .map(LongReport::words)
            .orElse("the system is gone, or cannot be read: nothing was compared\n"));
    text.append(verdict.counts()).append(System.lineSeparator()).append(verdict.lines());
    return text.toString();
  }

  private static String words(Ending.Compared compared) {
    StringBuilder text = new StringBuilder();
    text.append(
        "compared: %,d captures and %,d refunds of the providers' books, %,d pages, %,d of %,d lines of statements, %d promises%n"
            .formatted(
                compared.captures(),
                compared.refunds(),
                compared.pages(),
                compared.matched(),
                compared.lines(),
                compared.names()));
    compared
        .byProvider()
        .forEach((provider, lines) ->
            text.append(
                "  %-44s %,10d of %,d lines of its statements match%n"
                    .formatted(provider, lines.matched(), lines.lines())));
    return text.toString();
  }

  private static void listed(StringBuilder text, Map<String, Long> counts) {
    counts.forEach((name, count) -> text.append("  %-44s %,10d%n".formatted(name, count)));
  }
}
