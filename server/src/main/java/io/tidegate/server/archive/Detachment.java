package io.tidegate.server.archive;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The moment at which a month leaves: its partitions are detached and the month is noted as
 * retired, in one transaction, so that nobody sees an order twice or not at all. It waits for
 * others so shortly that orders hardly wait for it, and tries again later.
 */
final class Detachment {

  /** For all locks together: whoever places an order waits behind the first of them. */
  private static final Duration LOCKS_MAX = Duration.ofMillis(100);

  private static final Duration STATEMENT_MAX = Duration.ofMinutes(1);
  private static final Duration PAUSE_FIRST = Duration.ofMillis(200);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
  private static final int TRIES_MAX = 60;

  private final Database database;
  private final Consumer<Bulk> fence;
  private final Consumer<String> progress;

  /**
   * @param fence fails where this process has lost its turn
   */
  Detachment(Database database, Consumer<Bulk> fence, Consumer<String> progress) {
    this.database = database;
    this.fence = fence;
    this.progress = progress;
  }

  /**
   * Detaches.
   *
   * @param audited behind which the log must not have told of the month
   * @return false where it has: the month must be audited anew
   */
  boolean run(Month month, LogPlace audited, boolean keep) {
    for (int attempt = 1; ; attempt++) {
      try {
        long[] held = {0};
        boolean gone = database.bulk(STATEMENT_MAX, bulk -> once(bulk, month, audited, keep, held));
        if (gone) {
          progress.accept(
              "detached at try %d; orders waited %d ms at most"
                  .formatted(attempt, (System.nanoTime() - held[0]) / 1_000_000));
        }
        return gone;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (DatabaseFailure.Transient | DatabaseFailure.Conflict e) {
        if (attempt >= TRIES_MAX) {
          throw new RetireFailure("the tables are never free; try again when less goes on", e);
        }
        pause(attempt);
      }
    }
  }

  /** The log since the audit may be long: it is read before orders wait, and then its last end. */
  private boolean once(Bulk bulk, Month month, LogPlace audited, boolean keep, long[] held) {
    fence.accept(bulk);
    LogPlace looked = LogPlace.now(bulk);
    if (audited.hasTold(bulk, month)) {
      return false;
    }
    held[0] = System.nanoTime();
    lock(bulk, month);
    if (looked.hasTold(bulk, month)) {
      return false;
    }
    for (LeavingTable table : LeavingTable.ALL) {
      if (isAttached(bulk, table, month)) {
        bulk.run(
            new Sql(
                "alter table %s detach partition %s"
                    .formatted(table.name(), table.partition(month.month()))));
      }
    }
    long noted =
        bulk.run(
            new Sql(
                "update reporting.retired_month set state = 'retired', retired_at = clock_timestamp(), keep = ? where month = ?::date and state = 'verified'"),
            keep,
            month.day());
    if (noted != 1) {
      throw new RetireFailure(month.month() + " is not verified any more", null);
    }
    return true;
  }

  /**
   * Takes all locks first: what follows doesn't wait any more. The tables come before their
   * partitions, as for whoever reads them, and a partition may be held by a vacuum.
   */
  private static void lock(Bulk bulk, Month month) {
    long begun = System.nanoTime();
    for (LeavingTable table : LeavingTable.ALL) {
      lock(bulk, table.name(), begun);
    }
    for (LeavingTable table : LeavingTable.ALL) {
      if (isAttached(bulk, table, month)) {
        lock(bulk, table.partition(month.month()), begun);
      }
    }
  }

  private static void lock(Bulk bulk, String table, long begun) {
    long left = LOCKS_MAX.minusNanos(System.nanoTime() - begun).toMillis();
    bulk.run(new Sql("set local lock_timeout = " + Math.max(1, left)));
    bulk.run(new Sql("lock table only " + table + " in access exclusive mode"));
  }

  /** Whether a table still has the month's partition. */
  static boolean isAttached(Bulk bulk, LeavingTable table, Month month) {
    return bulk.query(
            new Sql(
                "select exists (select from pg_inherits where inhparent = to_regclass(?) and inhrelid = to_regclass(?))"),
            row -> row.getBoolean(1),
            table.name(),
            table.partition(month.month()))
        .getFirst();
  }

  /** Whether the month's partition is there still, as a table of its own. */
  static boolean isDetached(Bulk bulk, LeavingTable table, Month month) {
    return bulk.query(
                new Sql("select to_regclass(?) is not null"),
                row -> row.getBoolean(1),
                table.partition(month.month()))
            .getFirst()
        && !isAttached(bulk, table, month);
  }

  private static void pause(int attempt) {
    long millis = Math.min(PAUSE_MAX.toMillis(), PAUSE_FIRST.toMillis() << Math.min(attempt, 10));
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetireFailure("interrupted", e);
    }
  }
}
