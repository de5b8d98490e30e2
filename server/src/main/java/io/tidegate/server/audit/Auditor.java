package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Invariant;
import io.tidegate.server.audit.AuditReport.Status;
import io.tidegate.server.audit.AuditReport.When;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Checks what must always be true against the rows of a database, in read-only snapshots of at most
 * 30 seconds each, while the shop may go on.
 *
 * <p>Each row is read once: the event log page by page, then orders range by range, with everything
 * that belongs to them, in a snapshot that also sees what the log has got meanwhile; what SQL asks
 * of a range, each in a snapshot of its own. What an earlier audit has found in order stands on its
 * checkpoint while its rows' checksum is the same.
 */
public final class Auditor {

  /** Raised with every change of what is checked outside SQL. */
  private static final long CHECKS = 4;

  private final AuditSession session;
  private final AuditOptions options;
  private final Consumer<String> progress;
  private final Findings findings = new Findings();
  private final LakeAudit lake;

  private Auditor(
      AuditSession session, AuditOptions options, LakeRows lake, Consumer<String> progress) {
    this.session = session;
    this.options = options;
    this.lake = new LakeAudit(session, lake, findings.of("E7"));
    this.progress =
        line -> {
          session.asks(line);
          progress.accept(line);
        };
  }

  /**
   * Audits a database without the lake.
   *
   * @param jdbcUrl its address with user and password
   * @param progress hears what is looked at, a line at a time
   * @throws AuditFailure if it can't be read to the end
   */
  public static AuditReport run(String jdbcUrl, AuditOptions options, Consumer<String> progress) {
    return run(jdbcUrl, options, LakeRows.UNSEEN, progress);
  }

  /** Audits a database, and the lake that was written from its event log. */
  public static AuditReport run(
      String jdbcUrl, AuditOptions options, LakeRows lake, Consumer<String> progress) {
    try (AuditSession session = new AuditSession(jdbcUrl)) {
      return run(session, options, lake, progress);
    } catch (SQLException e) {
      throw new AuditFailure("the audit has no session: " + e.getMessage(), e);
    }
  }

  private static AuditReport run(
      AuditSession session, AuditOptions options, LakeRows lake, Consumer<String> progress) {
    if (!session.knows(RangeAudit.TABLES) || !session.knows(LogPages.TABLES)) {
      throw new AuditFailure(
          "there are no orders' tables in this database: no system has ever run on it; name the"
              + " right one (--data, or db.url)");
    }
    try {
      AuditReport report = new Auditor(session, options, lake, progress).run();
      session.asks("its report to be kept");
      Checkpoint.keep(session, report);
      return report;
    } catch (SQLException e) {
      throw new AuditFailure(
          "the audit could not be finished; it asked for %s: %s"
              .formatted(session.question(), e.getMessage()),
          e);
    }
  }

  private AuditReport run() throws SQLException {
    long began = System.nanoTime();
    Instant at = now();
    List<String> pending = new ArrayList<>(Drained.pending(session, options));
    long top = Drained.top(session);
    for (Probe probe : whole(options)) {
      ask(probe);
    }
    auditOrders();
    if (pending.isEmpty()) {
      pending.addAll(Drained.pending(session, options)); // something may have begun meanwhile
      if (pending.isEmpty() && Drained.top(session) != top) {
        pending.add("events were written meanwhile");
      }
    }
    boolean atRest = pending.isEmpty();
    List<Invariant> invariants =
        Promise.all().stream().map(promise -> judge(promise, atRest)).toList();
    return new AuditReport(
        version(),
        at,
        atRest,
        options.full(),
        millis(System.nanoTime() - began),
        pending,
        invariants);
  }

  /** Questions that are not about the orders of one range. */
  static List<Probe> whole(AuditOptions options) {
    List<Probe> whole = new ArrayList<>();
    whole.add(StockProbes.BALANCED);
    whole.add(OrderProbes.deadlines(options));
    whole.addAll(MoneyProbes.whole());
    whole.addAll(PerkProbes.whole());
    whole.addAll(ReclaimProbes.whole());
    whole.add(EventProbes.DEAD_LETTERS);
    whole.addAll(StaffProbes.whole());
    whole.addAll(LivenessProbes.all());
    whole.addAll(AftersalesProbes.whole());
    whole.addAll(FlashProbes.whole());
    return whole;
  }

  /** Questions about the orders of one range. */
  static List<Probe> ranged(AuditOptions options) {
    List<Probe> ranged = new ArrayList<>(MoneyProbes.ranged());
    ranged.add(OrderProbes.passedOver(options));
    ranged.addAll(RefundProbes.ranged());
    ranged.addAll(PerkProbes.ranged());
    ranged.addAll(ReclaimProbes.ranged());
    ranged.addAll(DecisionProbes.ranged());
    ranged.add(AftersalesProbes.REFUNDED);
    ranged.addAll(FlashProbes.ranged());
    return ranged;
  }

  private void ask(Probe probe) throws SQLException {
    if (session.knows(probe.tables())) {
      progress.accept(probe.name());
      session.asks(probe.title());
      Finding finding = findings.of(probe.name());
      long began = System.nanoTime();
      switch (probe.scope()) {
        case WHOLE -> session.snapshot(snapshot -> snapshot.ask(probe, probe.sql(), finding));
        case IDS -> askByIds(probe, finding);
        case ORDERS -> throw new IllegalArgumentException(probe.title() + " is asked of ranges");
      }
      finding.asked = true;
      finding.nanos += System.nanoTime() - began;
    }
  }

  /** What gets an id meanwhile is the next audit's. */
  private void askByIds(Probe probe, Finding finding) throws SQLException {
    long[] ids = new long[2];
    session.snapshot(snapshot ->
        snapshot.few(
            "select coalesce(min(id), 0), coalesce(max(id) + 1, 0) from "
                + probe.tables().getFirst(),
            row -> {
              ids[0] = row.getLong(1);
              ids[1] = row.getLong(2);
            }));
    for (long first = ids[0]; first < ids[1]; first += options.rangeOrdersMax()) {
      String sql =
          Probe.between(probe.sql(), first, Math.min(first + options.rangeOrdersMax(), ids[1]));
      session.asks(probe.title() + " from id " + first);
      session.snapshot(snapshot -> snapshot.ask(probe, sql, finding));
    }
  }

  private void auditOrders() throws SQLException {
    List<RetiredMonth> retired = RetiredMonth.read(session);
    long asked = asked(retired);
    Checkpoint last = Checkpoint.read(session, options.full(), asked);
    Ranges ranges = Ranges.cut(session, last.ranges(), options.rangeOrdersMax(), retired);
    LogFold fold = new LogFold(ranges, last.position());
    LogPages pages = new LogPages(session, options, fold, findings.of("E2"), findings.of("E3"));
    progress.accept("the event log");
    final long logSettled = readLog(last, ranges, fold, pages);

    RangeAudit audit = new RangeAudit(session, fold, findings, ranged(options));
    Set<Range> kept = kept(last, ranges, audit);
    lake.begin();
    int done = 0;
    for (Range range : ranges.all()) {
      progress.accept("orders, range " + ++done + " of " + ranges.all().size());
      if (kept.contains(range)) {
        findings.kept(range.checked);
      } else {
        audit.check(range);
        range.verifiedIn = last.stored() + 1;
      }
      lake.check(range);
    }
    if (session.knows(Keys.TABLES)) {
      progress.accept("keys");
      Keys.check(session, ranges, findings.of("O4"));
    }
    if (session.knows(StockSums.TABLES)) {
      progress.accept("stock");
      new StockSums(session, ranges.all(), fold, audit, findings).run();
    }
    noteUnknownConsumers();
    progress.accept("the checkpoint");
    last.replace(
        session,
        asked,
        new Checkpoint(
            last.stored() + 1,
            fold.position(),
            logSettled,
            pages.settledCounts(),
            ranges.all(),
            last.stored()));
  }

  /** Returns the position below which events and receipts agree for good. */
  private long readLog(Checkpoint last, Ranges ranges, LogFold fold, LogPages pages)
      throws SQLException {
    Range open = last.exists() ? last.ranges().getLast() : new Range(0, Range.OPEN);
    boolean divided = !ranges.has(open); // what the log tells of it can't be divided
    long began = System.nanoTime();
    LogPosition[] now = {last.position()};
    long[] from = {0};
    session.snapshot(snapshot -> {
      now[0] = LogPosition.now(snapshot);
      if (last.exists()) {
        from[0] = divided ? Math.min(last.logSettled(), open.logFrom) : last.logSettled();
        snapshot.few(
            "select min(l.position) from messaging.log l where " + last.position().misses(),
            row -> {
              long first = row.getLong(1);
              from[0] = row.wasNull() ? from[0] : Math.min(from[0], first);
            });
      }
    });
    String folds = now[0].sees();
    if (last.exists()) {
      String again = divided ? "l.key >= " + open.first + " or " : "";
      folds += " and (" + again + last.position().misses() + ")";
      findings.kept(last.logChecked());
    }
    long settled =
        pages.read(
            new LogPages.Plan(from[0], last.logSettled(), "(" + folds + ")", last.logChecked()));
    fold.moveTo(now[0]);
    findings.asked("E2");
    findings.asked("E3");
    findings.spread(List.of("E2", "E3", "E1", "S3"), System.nanoTime() - began);
    return settled;
  }

  /** The ranges that stand on the checkpoint: nothing was told of them, and their rows are same. */
  private Set<Range> kept(Checkpoint last, Ranges ranges, RangeAudit audit) throws SQLException {
    List<Range> settled =
        ranges.all().stream().filter(range -> range.settled && !range.touched).toList();
    Set<Range> kept = new HashSet<>(settled);
    List<Range> verified =
        new ArrayList<>(
            Checkpoint.toVerify(
                settled.stream().filter(range -> range.ended).toList(),
                options.verifiedOrdersMax()));
    settled.stream().filter(range -> !range.ended).forEach(verified::add);
    for (Range range : verified) {
      progress.accept("checksums");
      if (audit.isUnchanged(range)) {
        range.verifiedIn = last.stored() + 1;
      } else {
        kept.remove(range);
      }
    }
    return kept;
  }

  /** A consumer that has receipts and isn't looked at would look audited. */
  private void noteUnknownConsumers() throws SQLException {
    session.snapshot(snapshot ->
        snapshot.few(
            "select distinct consumer from messaging.receipt order by 1",
            row -> {
              String consumer = row.getString(1);
              boolean known =
                  options.subscriptions().containsKey(consumer)
                      || consumer.equals(LakeRows.CONSUMER); // E7 looks at what it has written
              if (!known) {
                findings.of("E2").notes.add("consumer " + consumer + " is not known here");
              }
            }));
  }

  private Invariant judge(Promise promise, boolean atRest) {
    Finding finding = findings.of(promise.name());
    boolean counts = promise.when() == When.ALWAYS || atRest;
    if (finding.asked && !counts) {
      finding.notes.add("not_at_rest");
    }
    if (!finding.asked && !finding.skipped.isEmpty()) {
      finding.notes.add(finding.skipped);
    }
    long brokenRows = counts ? finding.broken : 0;
    return new Invariant(
        promise.name(),
        promise.says(),
        promise.when(),
        status(promise, finding, brokenRows),
        finding.checked,
        finding.kept,
        brokenRows,
        brokenRows > 0 ? List.copyOf(finding.samples) : List.of(),
        promise.tests(),
        List.copyOf(finding.notes),
        millis(finding.nanos));
  }

  static Status status(Promise promise, Finding finding, long brokenRows) {
    if (!finding.asked && !finding.skipped.isEmpty()) {
      return Status.SKIPPED;
    }
    if (!finding.asked) {
      return promise.tests().isEmpty() ? Status.NOT_BUILT : Status.BY_TEST;
    }
    if (brokenRows > 0) {
      return Status.BROKEN;
    }
    if (!finding.skipped.isEmpty()) {
      return Status.SKIPPED; // a part of it was not looked at: it isn't said to hold
    }
    return finding.checked == 0 ? Status.EMPTY : Status.OK;
  }

  /** A hash of all that is asked: a checkpoint of other questions is of no use. */
  private long asked(List<RetiredMonth> retired) {
    long hash = Digest.of(CHECKS, Digest.of(version()));
    hash = Digest.of(hash, Digest.of(options.subscriptions().toString()));
    for (Probe probe : ranged(options)) {
      hash = Digest.of(hash, Digest.of(probe.sql()));
    }
    for (RetiredMonth month : retired) {
      hash = Digest.of(hash, month.first(), month.next()); // ranges are cut by them
    }
    return hash;
  }

  private Instant now() throws SQLException {
    Instant[] at = {Instant.EPOCH};
    session.snapshot(snapshot ->
        snapshot.few(
            "select now()", row -> at[0] = row.getObject(1, OffsetDateTime.class).toInstant()));
    return at[0];
  }

  private static String version() {
    String version = Auditor.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
