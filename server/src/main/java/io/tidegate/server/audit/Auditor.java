package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Invariant;
import io.tidegate.server.audit.AuditReport.Status;
import io.tidegate.server.audit.AuditReport.When;
import io.tidegate.server.audit.OrderRanges.Range;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Checks what must always be true against the rows of a database, in read-only snapshots of at most
 * 30 seconds each, while the shop may go on.
 */
public final class Auditor {

  /** Log positions that are read in one snapshot: whole ranges of receipts. */
  private static final long POSITIONS_MAX = 1L << 20;

  /** Orders whose events are compared in one snapshot. */
  private static final int SLICE_ORDERS_MAX = 50_000;

  private final AuditSession session;
  private final AuditOptions options;
  private final Consumer<String> progress;
  private final Map<String, Finding> findings = new LinkedHashMap<>();
  private final Set<Range> settledNow = new HashSet<>();
  private final Set<Range> broken = new HashSet<>();

  private Auditor(AuditSession session, AuditOptions options, Consumer<String> progress) {
    this.session = session;
    this.options = options;
    this.progress = progress;
    Promise.all().forEach(promise -> findings.put(promise.name(), new Finding()));
  }

  /**
   * Audits a database.
   *
   * @param jdbcUrl its address with user and password
   * @param progress hears what is looked at, a line at a time
   * @throws AuditFailure if it can't be read to the end
   */
  public static AuditReport run(String jdbcUrl, AuditOptions options, Consumer<String> progress) {
    try (AuditSession session = new AuditSession(jdbcUrl)) {
      return new Auditor(session, options, progress).run();
    } catch (SQLException e) {
      throw new AuditFailure("the audit could not be finished: " + e.getMessage(), e);
    }
  }

  private AuditReport run() throws SQLException {
    long began = System.nanoTime();
    Instant at = now();
    List<String> pending = new ArrayList<>(Drained.pending(session, options));
    if (session.hasTables(List.of("ordering.orders"))) {
      askAll();
    }
    if (pending.isEmpty()) {
      pending.addAll(Drained.pending(session, options)); // something may have begun meanwhile
    }
    noteUnknownConsumers();
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

  private void askAll() throws SQLException {
    OrderRanges ranges = OrderRanges.read(session, options.full());
    for (Range range : ranges.all()) {
      session.snapshot(snapshot -> {
        if (OrderRanges.isSettled(snapshot, range)) {
          settledNow.add(range);
        }
      });
    }
    List<Probe> probes = new ArrayList<>(StockProbes.all());
    probes.addAll(OrderProbes.all(options));
    probes.addAll(MoneyProbes.all());
    probes.addAll(PerkProbes.all());
    probes.addAll(EventProbes.all(options));
    probes.addAll(LivenessProbes.all());
    for (Probe probe : probes) {
      if (session.hasTables(probe.tables())) {
        Finding finding = finding(probe.name());
        progress.accept(probe.name());
        long began = System.nanoTime();
        ask(probe, finding, ranges.all());
        finding.asked = true;
        finding.nanos += System.nanoTime() - began;
      }
    }
    foldStock(ranges.all());
    for (Range range : ranges.all()) {
      if (!settledNow.contains(range) && !broken.contains(range)) {
        Checkpoints.settle(session, range);
      }
    }
  }

  private void foldStock(List<Range> ranges) throws SQLException {
    if (!session.hasTables(StockFold.TABLES)) {
      return;
    }
    progress.accept("S2");
    Finding sums = finding("S2");
    Finding returns = finding("S5");
    long began = System.nanoTime();
    new StockFold(sums, returns).run(session, ranges);
    sums.asked = true;
    returns.asked = true;
    sums.nanos += System.nanoTime() - began;
  }

  private void ask(Probe probe, Finding finding, List<Range> ranges) throws SQLException {
    switch (probe.scope()) {
      case WHOLE -> ask(probe, probe.sql(), finding);
      case ORDERS -> {
        for (Range range : ranges) {
          ask(probe, between(probe.sql(), range.first(), range.next()), finding);
        }
      }
      case UNSETTLED_ORDERS -> askUnsettled(probe, finding, ranges);
      case SLICES -> {
        long slices = 1 + (long) ranges.size() * OrderRanges.ROWS_MAX / SLICE_ORDERS_MAX;
        for (long slice = 0; slice < slices; slice++) {
          String sql = probe.sql().replace(":slices", "" + slices).replace(":slice", "" + slice);
          ask(probe, sql, finding);
        }
      }
      case POSITIONS -> {
        long top = number("select coalesce(max(position), -1) from messaging.log");
        for (long first = 0; first <= top; first += POSITIONS_MAX) {
          ask(probe, between(probe.sql(), first, first + POSITIONS_MAX), finding);
        }
      }
    }
  }

  private void askUnsettled(Probe probe, Finding finding, List<Range> ranges) throws SQLException {
    long settled = 0;
    for (Range range : ranges) {
      if (settledNow.contains(range)) {
        settled += range.orders();
      } else if (ask(probe, between(probe.sql(), range.first(), range.next()), finding) > 0) {
        broken.add(range);
      }
    }
    if (settled > 0) {
      finding.checked += settled; // by their rows' fingerprint
      finding.notes.add(settled + " orders settled by an earlier audit");
    }
  }

  private long ask(Probe probe, String sql, Finding finding) throws SQLException {
    long[] bad = {0};
    session.snapshot(snapshot -> bad[0] = snapshot.ask(probe, sql, finding));
    return bad[0];
  }

  /** A consumer that has receipts and isn't looked at would look audited. */
  private void noteUnknownConsumers() throws SQLException {
    if (!session.hasTables(List.of("messaging.receipt"))) {
      return;
    }
    session.snapshot(snapshot ->
        snapshot.few(
            "select distinct consumer from messaging.receipt order by 1",
            row -> {
              String consumer = row.getString(1);
              if (!options.subscriptions().containsKey(consumer)) {
                finding("E2").notes.add("consumer " + consumer + " is not known here");
              }
            }));
  }

  private Invariant judge(Promise promise, boolean atRest) {
    Finding finding = finding(promise.name());
    boolean counts = promise.when() == When.ALWAYS || atRest;
    if (finding.asked && !counts) {
      finding.notes.add("not_at_rest");
    }
    long brokenRows = counts ? finding.broken : 0;
    return new Invariant(
        promise.name(),
        promise.when(),
        status(promise, finding, brokenRows),
        finding.checked,
        brokenRows,
        brokenRows > 0 ? List.copyOf(finding.samples) : List.of(),
        finding.asked ? "" : promise.test(),
        List.copyOf(finding.notes),
        millis(finding.nanos));
  }

  private static Status status(Promise promise, Finding finding, long brokenRows) {
    if (!finding.asked) {
      return promise.test().isEmpty() ? Status.NOT_BUILT : Status.BY_TEST;
    }
    if (brokenRows > 0) {
      return Status.BROKEN;
    }
    return finding.checked == 0 ? Status.EMPTY : Status.OK;
  }

  private Finding finding(String name) {
    return findings.computeIfAbsent(name, _ -> new Finding());
  }

  private Instant now() throws SQLException {
    Instant[] at = {Instant.EPOCH};
    session.snapshot(snapshot ->
        snapshot.few(
            "select now()", row -> at[0] = row.getObject(1, OffsetDateTime.class).toInstant()));
    return at[0];
  }

  private long number(String sql) throws SQLException {
    long[] number = {0};
    session.snapshot(snapshot -> snapshot.few(sql, row -> number[0] = row.getLong(1)));
    return number[0];
  }

  private static String between(String sql, long first, long next) {
    return sql.replace(":first", Long.toString(first)).replace(":next", Long.toString(next));
  }

  private static String version() {
    String version = Auditor.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
