package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.AuditNames;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** Waits for a system to be whole again, and says what is not when its time is up. */
final class Healing {
  /** Within this after faults stop, everything holds and the audit is clean, at rest (L2). */
  static final Duration MAX = Duration.ofSeconds(60);

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /**
   * What the auditor said last.
   *
   * @param broken promises that are broken
   * @param atRest whether it could look at those that hold only at rest
   * @param tookTooLong names that it had no time for
   * @param findings all of these, and that there is no rest
   */
  record Audited(long broken, boolean atRest, List<String> tookTooLong, List<Finding> findings) {}

  /** What a trial came to in the end, and what is wrong with it. */
  record Whole(Outcome outcome, List<Finding> findings) {
    /** What was not found before. */
    List<Finding> beside(Collection<Finding> found) {
      return findings.stream().distinct().filter(finding -> !found.contains(finding)).toList();
    }

    /** Of a system that did not come back, as was found before. */
    static Whole unread(List<Journey> history) {
      return new Whole(Outcome.unread(history), List.of());
    }
  }

  private final Tidegate tidegate;
  private final Path data;
  private final EvidenceReader reader;
  private final Duration max;

  Healing(Tidegate tidegate, Path data, EvidenceReader reader) {
    this(tidegate, data, reader, MAX);
  }

  /**
   * @param max what is not whole by then is found
   */
  Healing(Tidegate tidegate, Path data, EvidenceReader reader, Duration max) {
    this.tidegate = tidegate;
    this.data = data;
    this.reader = reader;
    this.max = max;
  }

  /**
   * What is there comes to agree with what was told.
   *
   * @param floor orders above this number are those of the history
   * @param since when faults stopped, in nano time
   */
  List<Finding> holds(List<Journey> history, long floor, boolean withStock, long since)
      throws SQLException, IOException, InterruptedException {
    while (true) {
      List<Finding> open = HistoryCheck.of(history, reader.above(floor, withStock));
      if (open.isEmpty() || late(since, max)) {
        return open;
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  /** The auditor finds the system at rest, and nothing broken; always-names hold before, too. */
  List<Finding> auditClean(long since) throws ChaosFailure, InterruptedException {
    return audited(() -> tidegate.audit(data, false), since, max).findings();
  }

  /**
   * The same of everything. What holds only at rest is looked at only there, so this waits for it
   * too.
   */
  Audited auditInFull() throws ChaosFailure, InterruptedException {
    return audited(() -> tidegate.audit(data, true), System.nanoTime(), max);
  }

  /**
   * Everything once more from the first order on, with the stock to the piece, and the audit in
   * full. What can't be read is found.
   */
  Whole whole(List<Journey> history) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    try {
      findings.addAll(HistoryCheck.of(history, reader.above(0, true)));
      Audited audited = auditInFull();
      findings.addAll(audited.findings());
      return new Whole(Outcome.of(history, reader.orders(), audited), List.copyOf(findings));
    } catch (ChaosFailure | SQLException | IOException e) {
      findings.add(Finding.broken("in the end: " + e.getMessage()));
      return new Whole(Outcome.unread(history), List.copyOf(findings));
    }
  }

  /** Asks an auditor. */
  @FunctionalInterface
  interface Audit {
    JsonNode run() throws ChaosFailure, InterruptedException;
  }

  static Audited audited(Audit auditor, long since, Duration max)
      throws ChaosFailure, InterruptedException {
    while (true) {
      JsonNode audit = auditor.run();
      boolean atRest = audit.path("atRest").asBoolean(false);
      List<Finding> broken = broken(audit, atRest);
      // Before there is rest it is asked again.
      List<String> tookTooLong = atRest ? AuditNames.tookTooLong(audit) : List.of();
      if (atRest || !broken.isEmpty()) {
        List<Finding> findings = new ArrayList<>(broken);
        tookTooLong.forEach(name -> findings.add(noTime(name)));
        return new Audited(broken.size(), atRest, tookTooLong, List.copyOf(findings));
      }
      if (late(since, max)) {
        String pending = "not at rest after " + max + ": " + audit.path("pending");
        return new Audited(0, false, List.of(), List.of(Finding.broken(pending)));
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  /** What the auditor says is broken; what holds only at rest counts only there. */
  static List<Finding> broken(JsonNode audit, boolean atRest) {
    List<Finding> broken = new ArrayList<>();
    for (JsonNode name : audit.path("invariants")) {
      boolean counts = atRest || name.path("when").asString("").equals("always");
      if (counts && name.path("status").asString("").equals("broken")) {
        broken.add(
            Finding.broken("audit: " + name.path("name").asString() + " " + name.path("sample")));
      }
    }
    return broken;
  }

  /** Nobody has looked whether it holds. */
  static Finding noTime(String name) {
    return Finding.broken("audit: it had no time for " + name);
  }

  private static boolean late(long since, Duration max) {
    return System.nanoTime() - since > max.toNanos();
  }
}
