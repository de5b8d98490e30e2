package io.tidegate.server.archive;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.BulkWork;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Turn;
import io.tidegate.server.audit.AuditOptions;
import io.tidegate.server.audit.MonthAudit;
import io.tidegate.shop.reporting.ArchiveFile;
import io.tidegate.shop.reporting.ArchiveFiles;
import io.tidegate.shop.reporting.ArchiveMonths;
import io.tidegate.shop.reporting.RetiredMonthStore;
import io.tidegate.shop.reporting.RetiredMonthStore.Retired;
import io.tidegate.shop.reporting.RetiredMonthStore.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes months of orders out of the database, step by step: audit and freeze, write and verify the
 * files, detach, and later drop. Each step can be done again; what was broken off goes on.
 */
public final class Retirement {

  /**
   * Months that whoever runs this keeps at least: their orders are still paid back and returned.
   */
  public static final int KEPT_MONTHS_MIN = 3;

  private static final Duration STATEMENT_MAX = Duration.ofHours(1);

  /** Until each node knows the files: some of its looks. */
  private static final Duration KNOWN_AFTER = ArchiveMonths.LOOK_EVERY.multipliedBy(5);

  /** An event about the month begins it anew; one that never rests is left for another day. */
  private static final int BEGINS_MAX = 3;

  private static final String ANOTHER =
      "another process takes a month out of the database just now";

  private final String jdbcUrl;
  private final Database database;
  private final Turn turn;
  private final RetiredMonthStore months;
  private final MonthFiles files;
  private final Consumer<String> progress;

  /**
   * A step that has been done, for tests that end there.
   *
   * @see #afterEach
   */
  public enum Step {
    AUDITED,
    WRITTEN,
    VERIFIED,
    RETIRED
  }

  private Consumer<Step> afterEach = _ -> {};
  private Duration knownAfter = KNOWN_AFTER;

  /**
   * Retires months.
   *
   * @param jdbcUrl the database, with user and password: the audit has a session of its own
   * @param archive the archive's folder
   */
  public Retirement(
      String jdbcUrl, Database database, Path archive, Duck duck, Consumer<String> progress) {
    this.jdbcUrl = jdbcUrl;
    this.database = database;
    this.turn =
        new Turn(
            database, "retire", ANOTHER, message -> new RetireFailure(message, null), progress);
    this.months = new RetiredMonthStore(database);
    this.files = new MonthFiles(database, archive, duck);
    this.progress = progress;
  }

  /** Has somebody hear of each step when it is done. */
  Retirement afterEach(Consumer<Step> hears) {
    afterEach = hears;
    return this;
  }

  /** Has nobody waited for: no node but who asks reads what leaves. */
  public Retirement withoutNodes() {
    knownAfter = Duration.ZERO;
    return this;
  }

  /**
   * What a month's retirement came to.
   *
   * @param against what stands against it; nothing: it is retired, or may be
   */
  public record Outcome(YearMonth month, long orders, List<String> against, boolean retired) {}

  /** Says what stands against a month, and changes nothing. */
  public Outcome look(YearMonth month, int keptMonths) {
    Retired known = months.find(month).orElse(null);
    if (known != null && known.state().isGone()) {
      return new Outcome(month, known.orders(), List.of(), true);
    }
    return bulk(bulk -> {
      List<String> against = against(bulk, Month.of(month), keptMonths);
      long orders =
          bulk.query(
                  new Sql(
                      Month.of(month)
                          .in(
                              "select count(*) from ordering.orders where number >= :first and number < :next")),
                  row -> row.getLong(1))
              .getFirst();
      return new Outcome(month, orders, against, false);
    });
  }

  private List<String> against(Bulk bulk, Month month, int keptMonths) {
    List<String> against = new ArrayList<>();
    YearMonth now = YearMonth.from(database.now().atOffset(ZoneOffset.UTC));
    if (!month.month().isBefore(now.minusMonths(keptMonths))) {
      against.add("the last %d months are kept".formatted(keptMonths));
    }
    if (!Detachment.isAttached(bulk, LeavingTable.ALL.getFirst(), month)) {
      against.add("there are no orders of this month");
    }
    against.addAll(Standing.against(bulk, month));
    return against;
  }

  /**
   * Retires a month, or goes on where it was broken off.
   *
   * @param keep whether the detached tables stay in the database
   * @throws RetireFailure where it can't be done now
   */
  public Outcome retire(YearMonth month, int keptMonths, boolean keep) {
    return turn.alone(() -> {
      for (int begun = 1; begun <= BEGINS_MAX; begun++) {
        Outcome outcome = once(Month.of(month), keptMonths, keep);
        if (outcome.retired()) {
          takeOutWords(Month.of(month));
        }
        if (outcome.retired() || !outcome.against().isEmpty()) {
          return outcome;
        }
        progress.accept("something was told of the month meanwhile: it is audited anew");
      }
      throw new RetireFailure("the month's orders don't rest; try again later", null);
    });
  }

  private Outcome once(Month month, int keptMonths, boolean keep) {
    Outcome looked = look(month.month(), keptMonths);
    if (looked.retired() || !looked.against().isEmpty()) {
      return looked;
    }
    Retired known = months.find(month.month()).orElse(null);
    if (known == null || known.state() == State.BEGUN || isStale(month, known)) {
      List<String> broken = audit(month);
      if (!broken.isEmpty()) {
        return new Outcome(month.month(), looked.orders(), broken, false);
      }
      known = find(month);
    }
    if (known.state() == State.AUDITED) {
      write(month, known.orders());
      known = find(month);
    }
    awaitKnown(known);
    files.demand(month.month());
    if (isStale(month, known)
        || !new Detachment(database, turn::check, progress)
            .run(month, LogPlace.audited(known), keep)) {
      return new Outcome(month.month(), known.orders(), List.of(), false);
    }
    afterEach.accept(Step.RETIRED);
    progress.accept("%s has left: %,d orders".formatted(month.month(), known.orders()));
    return new Outcome(month.month(), known.orders(), List.of(), true);
  }

  private Retired find(Month month) {
    return months
        .find(month.month())
        .orElseThrow(() -> new RetireFailure(month.month() + " is not known any more", null));
  }

  /** Whether the log has told of the month since it was audited, or a row has changed. */
  private boolean isStale(Month month, Retired known) {
    return bulk(bulk -> {
      if (LogPlace.audited(known).hasTold(bulk, month)) {
        return true;
      }
      List<String> changed = Openings.changed(bulk, month);
      if (!changed.isEmpty()) {
        progress.accept("rows have changed in " + String.join(", ", changed));
      }
      return !changed.isEmpty();
    });
  }

  private List<String> audit(Month month) {
    database.write(
        "retire-begin",
        tx -> {
          turn.check(tx);
          RetiredMonthStore.begin(tx, month.month(), month.first(), month.next());
          ArchiveFiles.forget(tx, month.month());
          return true;
        });
    MonthAudit.Result result =
        MonthAudit.freeze(
            jdbcUrl,
            month.first(),
            month.next(),
            AuditOptions.of(true, AuditOptions.CONSUMERS),
            line -> {
              turn.check();
              progress.accept(line);
            });
    if (!result.broken().isEmpty()) {
      return result.broken();
    }
    progress.accept("opening balances");
    bulk(bulk -> {
      turn.check(bulk);
      Openings.freeze(bulk, month);
      return true;
    });
    database.write(
        "retire-audited",
        tx -> {
          turn.check(tx);
          RetiredMonthStore.audited(
              tx, month.month(), result.orders(), result.snapshot(), result.base());
          return true;
        });
    afterEach.accept(Step.AUDITED);
    return List.of();
  }

  private void write(Month month, long orders) {
    files.sweep(month);
    List<ArchiveFile> written = files.write(month, orders, turn::check, progress);
    afterEach.accept(Step.WRITTEN);
    progress.accept("the files are compared with the tables");
    bulk(bulk -> {
      MonthFiles.verify(bulk, month, written);
      return true;
    });
    bulk(bulk -> {
      Words.keep(bulk, month);
      return true;
    });
    database.write(
        "retire-verified",
        tx -> {
          turn.check(tx);
          ArchiveFiles.add(tx, written);
          RetiredMonthStore.verified(tx, month.month());
          return true;
        });
    afterEach.accept(Step.VERIFIED);
  }

  /** A node that doesn't know the files yet would not find their orders. */
  private void awaitKnown(Retired known) {
    Instant verified = known.verifiedAt();
    if (verified == null) {
      throw new RetireFailure(known.month() + " is not verified", null);
    }
    Duration left = Duration.between(database.now(), verified.plus(knownAfter));
    if (left.isPositive()) {
      try {
        Thread.sleep(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RetireFailure("interrupted", e);
      }
    }
  }

  /** Drops detached tables that have been there long enough. Returns the months. */
  public List<YearMonth> drop(Duration after) {
    return turn.alone(() -> {
      months.all().stream()
          .filter(each -> each.state() == State.RETIRED)
          .forEach(each -> takeOutWords(Month.of(each.month()))); // it may have been broken off
      List<YearMonth> dropped = new ArrayList<>();
      for (Retired due : months.toDrop(after)) {
        files.demand(due.month());
        bulk(bulk -> {
          turn.check(bulk);
          for (LeavingTable table : LeavingTable.ALL) {
            if (!Detachment.isAttached(bulk, table, Month.of(due.month()))) {
              bulk.run(new Sql("drop table if exists " + table.partition(due.month())));
            }
          }
          return true;
        });
        database.write(
            "retire-dropped",
            tx -> {
              RetiredMonthStore.dropped(tx, due.month());
              return true;
            });
        dropped.add(due.month());
      }
      return dropped;
    });
  }

  /** Months that are old enough and still here, the oldest first. */
  public List<YearMonth> due(int keptMonths) {
    YearMonth now = YearMonth.from(database.now().atOffset(ZoneOffset.UTC));
    return bulk(bulk ->
        bulk
            .query(
                new Sql(
                    "select substring(inhrelid::regclass::text from '[0-9]{4}_[0-9]{2}$') from pg_inherits where inhparent = 'ordering.orders'::regclass order by 1"),
                row -> YearMonth.parse(row.getString(1).replace('_', '-')))
            .stream()
            .filter(month -> month.isBefore(now.minusMonths(keptMonths)))
            .toList());
  }

  private void takeOutWords(Month month) {
    bulk(bulk -> {
      Words.takeOut(bulk, month);
      return true;
    });
  }

  private <R> R bulk(BulkWork<R> work) {
    try {
      return database.bulk(STATEMENT_MAX, work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
