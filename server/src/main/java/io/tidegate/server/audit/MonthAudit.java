package io.tidegate.server.audit;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Audits the orders of one month before they leave the database, and writes down what later audits
 * compare with: it counts once the month is retired.
 */
public final class MonthAudit {

  private final AuditSession session;
  private final AuditOptions options;
  private final Findings findings = new Findings();

  /**
   * What was found.
   *
   * @param broken what is, in words; nothing: the month is clean, and frozen
   * @param snapshot up to which the log was read
   * @param base rows of the log up to this position come from another cluster
   */
  public record Result(List<String> broken, long orders, String snapshot, long base) {}

  private MonthAudit(AuditSession session, AuditOptions options) {
    this.session = session;
    this.options = options;
  }

  /**
   * Audits and freezes the orders from one number to below another.
   *
   * @param jdbcUrl the database, with user and password
   * @throws AuditFailure if they can't be read to the end
   */
  public static Result freeze(
      String jdbcUrl, long first, long next, AuditOptions options, Consumer<String> progress) {
    try (AuditSession session = new AuditSession(jdbcUrl)) {
      return new MonthAudit(session, options).freeze(first, next, progress);
    } catch (SQLException e) {
      throw new AuditFailure("the month could not be audited: " + e.getMessage(), e);
    }
  }

  /** Whether the log has told anything of these orders since, in SQL of a condition. */
  public static String toldSince(Result result, long first, long next) {
    return "l.key >= %d and l.key < %d and %s"
        .formatted(first, next, new LogPosition(result.snapshot(), result.base()).misses());
  }

  private Result freeze(long first, long next, Consumer<String> progress) throws SQLException {
    Ranges ranges = Ranges.ofMonth(session, first, next, options.rangeOrdersMax());
    LogFold fold = new LogFold(ranges, new LogPosition("1:1:", 0));
    progress.accept("the event log of the month");
    readLog(fold, first, next);
    // A close that was late stays late, and no month is kept for it.
    List<Probe> probes =
        Auditor.ranged(options).stream().filter(probe -> !probe.name().equals("O7")).toList();
    RangeAudit audit = new RangeAudit(session, fold, findings, probes);
    Range all = new Range(first, next);
    for (Range range : ranges.all()) {
      if (range.first >= first && range.next <= next) {
        progress.accept(range.toString());
        audit.check(range);
        all.orders += range.orders;
        all.numbers += range.numbers;
        all.log.facts += range.log.facts;
        all.log.moves += range.log.moves;
        all.log.others += range.log.others;
      }
    }
    List<String> broken = broken();
    LogPosition position = fold.position();
    if (broken.isEmpty()) {
      keep(all);
    }
    return new Result(broken, all.orders, position.snapshot(), position.base());
  }

  private void readLog(LogFold fold, long first, long next) throws SQLException {
    LogPosition[] now = {fold.position()};
    long[] top = {-1};
    session.snapshot(snapshot -> {
      now[0] = LogPosition.now(snapshot);
      snapshot.few(
          "select coalesce(max(position), -1) from messaging.log", row -> top[0] = row.getLong(1));
    });
    for (long page = 0; page <= top[0]; page += LogPages.PAGE) {
      long from = page;
      session.snapshot(snapshot ->
          fold.read(
              snapshot,
              "l.position >= %d and l.position < %d and l.key >= %d and l.key < %d and %s"
                  .formatted(from, from + LogPages.PAGE, first, next, now[0].sees())));
    }
    fold.moveTo(now[0]);
  }

  private List<String> broken() {
    List<String> words = new ArrayList<>();
    findings
        .all()
        .forEach((name, finding) -> {
          if (finding.broken > 0) {
            words.add(
                "%s: %d rows are broken, such as %s"
                    .formatted(
                        name,
                        finding.broken,
                        finding.samples.isEmpty()
                            ? "none that is shown"
                            : finding.samples.getFirst().key()));
          }
        });
    return words;
  }

  private void keep(Range month) throws SQLException {
    String staying = StayingRows.read(session, month);
    String[] sums = {""};
    session.snapshot(snapshot -> sums[0] = MonthSums.read(snapshot, month));
    Map<String, Long> checked = new TreeMap<>(findings.counts());
    checked.values().removeIf(rows -> rows == 0);
    session.write(work -> {
      work.change("delete from audit.month where first = ?", List.of(month.first));
      work.change(
          """
          insert into audit.month (first, next, facts, moves, others, orders, numbers, checked,
            staying, sums)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
          List.of(
              month.first,
              month.next,
              month.log.facts,
              month.log.moves,
              month.log.others,
              month.orders,
              month.numbers,
              Checkpoint.text(checked),
              staying,
              sums[0]));
    });
  }
}
