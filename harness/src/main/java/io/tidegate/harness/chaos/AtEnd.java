package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.BenchFailure;
import io.tidegate.harness.bench.Durability;
import io.tidegate.harness.bench.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What stands at a trial's end beside its orders. What cannot be read any more is absent, and is
 * found: a system that is gone for good is the worst that a trial can come to.
 *
 * @param durability all of it unknown where the database does not answer
 * @param log absent where the database does not answer
 * @param deadlocks that the database broke; there must be none, on however many nodes
 */
record AtEnd(
    Durability durability,
    Optional<EventLog> log,
    Optional<Long> deadlocks,
    List<Finding> findings) {

  private static final Durability UNKNOWN =
      new Durability(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** Of a system whose database may have been killed: its log remembers what it then forgets. */
  static AtEnd of(Rig rig) {
    return of(rig.database(), DatabaseLog.deadlocks(rig.data()));
  }

  /**
   * @param database its JDBC URL
   * @param deadlocks absent where nobody can count them
   */
  static AtEnd of(String database, Optional<Long> deadlocks) {
    List<Finding> findings = new ArrayList<>();
    Durability durability = UNKNOWN;
    Optional<EventLog> log = Optional.empty();
    try {
      durability = Durability.of(database);
      log = Optional.of(EventLog.of(database));
    } catch (BenchFailure | ChaosFailure e) {
      findings.add(Finding.broken("in the end: " + e.getMessage()));
    }
    if (deadlocks.isEmpty()) {
      findings.add(Finding.broken("deadlocks are unknown: the database's count cannot be read"));
    } else if (deadlocks.get() > 0) {
      findings.add(Finding.broken(deadlocks.get() + " deadlocks"));
    }
    return new AtEnd(durability, log, deadlocks, List.copyOf(findings));
  }

  /** Puts it down by the names that all benches have, and what must not be. */
  void into(Report report) {
    report.durability(durability);
    into(report.section("verified"));
    report.check("no_deadlocks", 0, 0, deadlocks);
  }

  void into(ObjectNode verified) {
    log.ifPresent(events -> events.into(verified));
    deadlocks.ifPresent(n -> verified.put("deadlocks", n));
  }
}
