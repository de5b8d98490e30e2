package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.Report;
import io.tidegate.harness.chaos.Journey.Step;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is there at the end of a trial, beside what its customers know.
 *
 * @param wanted orders that were asked for
 * @param created of these, those that were acknowledged, be it when they were settled
 * @param inDatabase orders that are there; absent where that could not be read
 * @param auditBroken promises that the audit in full found broken; absent where there was none
 * @param atRest whether it could look at all of them
 * @param tookTooLong names that it had no time for
 */
record Outcome(
    long wanted,
    long created,
    Optional<Long> inDatabase,
    Optional<Long> auditBroken,
    boolean atRest,
    List<String> tookTooLong) {
  static Outcome of(List<Journey> history, long inDatabase, Healing.Audited audited) {
    return new Outcome(
        history.size(),
        created(history),
        Optional.of(inDatabase),
        Optional.of(audited.broken()),
        audited.atRest(),
        audited.tookTooLong());
  }

  /** Of a system that cannot be read any more: only what its customers know. */
  static Outcome unread(List<Journey> history) {
    return unread(history.size(), created(history));
  }

  static Outcome unread(long wanted, long created) {
    return new Outcome(wanted, created, Optional.empty(), Optional.empty(), false, List.of());
  }

  private static long created(List<Journey> history) {
    return history.stream().filter(journey -> journey.done(Step.PLACE)).count();
  }

  boolean equalsCreated() {
    return inDatabase.equals(Optional.of(created));
  }

  /** Puts it down by the names that all benches have, and what must add up. */
  void into(Report report) {
    into(report.section("verified"));
    report.check("rows_equal_created", created, created, inDatabase);
    report.check("audit_finds_nothing_broken", 0, 0, auditBroken);
    report.check("audit_has_time_for_all", 0, 0, auditBroken.map(_ -> (long) tookTooLong.size()));
  }

  void into(ObjectNode verified) {
    verified.put("orders", wanted);
    inDatabase.ifPresent(n -> verified.put("ordersInDatabase", n));
    verified.put("equalsCreated", equalsCreated());
    auditBroken.ifPresent(n -> verified.put("auditBroken", n));
    verified.put("auditAtRest", atRest);
    if (!tookTooLong.isEmpty()) {
      tookTooLong.forEach(verified.putArray("auditTookTooLong")::add);
    }
  }
}
