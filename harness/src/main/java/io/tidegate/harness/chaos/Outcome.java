package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.Report;
import io.tidegate.harness.chaos.Journey.Step;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is there at the end of a trial, beside what its customers know.
 *
 * @param wanted orders that were asked for
 * @param created of these, those that were acknowledged, be it when they were settled
 * @param inDatabase orders that are there
 * @param auditBroken promises that the audit in full found broken
 * @param atRest whether it could look at all of them
 */
record Outcome(long wanted, long created, long inDatabase, long auditBroken, boolean atRest) {
  static Outcome of(List<Journey> history, long inDatabase, Healing.Audited audited) {
    long created = history.stream().filter(journey -> journey.done(Step.PLACE)).count();
    return new Outcome(history.size(), created, inDatabase, audited.broken(), audited.atRest());
  }

  boolean equalsCreated() {
    return inDatabase == created;
  }

  /** Puts it down by the names that all benches have, and what must add up. */
  void into(Report report) {
    into(report.section("verified"));
    report.check("rows_equal_created", created, inDatabase);
    report.check("audit_finds_nothing_broken", 0, auditBroken);
  }

  void into(ObjectNode verified) {
    verified
        .put("orders", wanted)
        .put("ordersInDatabase", inDatabase)
        .put("equalsCreated", equalsCreated())
        .put("auditBroken", auditBroken)
        .put("auditAtRest", atRest);
  }
}
