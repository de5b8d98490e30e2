package io.tidegate.harness.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a bench looks at before it stops its system: whether every promise still holds. */
final class Ending {
  private static final Duration AUDIT_MAX = Duration.ofMinutes(30);
  private static final int BROKEN = 3;

  /**
   * Some promises hold only when all queues are empty, and the audit counts them only then. Parcels
   * may be longer on their way than anybody waits: what was under way is told.
   */
  private static final Duration REST_MAX = Duration.ofMinutes(1);

  private Ending() {}

  /** Audits a system of the bench's own. */
  static void audit(Bench bench, SystemUnderTest system, Report report)
      throws BenchFailure, InterruptedException {
    Optional<Path> data = system.data();
    if (bench.ownSystem() && data.isPresent()) {
      audit(bench, data.get(), report);
    }
  }

  /** Audits the system that runs on this data folder, unless the plan leaves it out. */
  static void audit(Bench bench, Path data, Report report)
      throws BenchFailure, InterruptedException {
    if (bench.plan().audit()) {
      audit(Launcher.find(), bench, data, report);
    }
  }

  /** One that can't be run is a check that fails: what was measured is told all the same. */
  static void audit(Launcher launcher, Bench bench, Path data, Report report)
      throws InterruptedException {
    bench.say("audit");
    long start = System.nanoTime();
    try {
      JsonNode audit = audit(launcher, data);
      while (!atRest(audit) && System.nanoTime() - start < REST_MAX.toNanos()) {
        bench.say("not at rest yet, audit again");
        audit = audit(launcher, data);
      }
      judge(report, audit);
    } catch (BenchFailure e) {
      notRun(bench, report, "audit_could_be_run", e);
    }
  }

  /** What was to be looked at in the end, or measured beside, and could not be. */
  static void notRun(Bench bench, Report report, String check, Exception why) {
    String told = why instanceof BenchFailure ? String.valueOf(why.getMessage()) : why.toString();
    bench.say(check + " does not hold: " + told);
    report.check(check, "run", told.lines().findFirst().orElse(""), false);
  }

  /** Puts it down; a promise that there was no time for is no kept one. */
  static void judge(Report report, JsonNode audit) {
    long broken = audit.path("broken").asLong(-1);
    List<String> tookTooLong = AuditNames.tookTooLong(audit);
    report.section("verified").put("auditBroken", broken).put("auditAtRest", atRest(audit));
    if (!atRest(audit)) {
      report.section("verified").set("auditPending", audit.path("pending"));
    }
    if (!tookTooLong.isEmpty()) {
      tookTooLong.forEach(report.section("verified").putArray("auditTookTooLong")::add);
    }
    report.section("verified").put("auditMillis", audit.path("millis").asLong());
    report.check("audit_finds_nothing_broken", 0, broken);
    report.check("audit_has_time_for_all", 0, tookTooLong.size());
  }

  private static JsonNode audit(Launcher launcher, Path data)
      throws BenchFailure, InterruptedException {
    Launcher.Ended ended =
        launcher.end(List.of("audit", "--json", "--data", data.toString()), AUDIT_MAX);
    if (ended.code() != 0 && ended.code() != BROKEN) {
      ended.done("audit");
    }
    return read(ended.out());
  }

  private static boolean atRest(JsonNode audit) {
    return audit.path("atRest").asBoolean(false);
  }

  private static JsonNode read(String out) throws BenchFailure {
    try {
      return JsonMapper.shared().readTree(out);
    } catch (JacksonException e) {
      throw new BenchFailure("the audit's document cannot be read", e);
    }
  }
}
