package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Sample;
import io.tidegate.server.audit.Range.Pieces;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * S2, S4, S5 and S6: what orders and parcels have of each SKU and pool, summed over all ranges,
 * against the rows of stock in one snapshot. Ranges that the log has touched since they were read
 * are read again, until so few are left that one snapshot can take them.
 */
final class StockSums {

  static final List<String> TABLES =
      List.of("inventory.stock", "inventory.on_hand", "inventory.pool");

  private static final List<String> NAMES = List.of("S2", "S4", "S5", "S6");

  /** No snapshot was long enough for all of them: what differs may have moved meanwhile. */
  static final String TOOK_TOO_LONG = "sums_took_too_long";

  /** Ranges that are read again in the snapshot that reads stock. */
  private static final int LAST_MAX = 8;

  private static final int ROUNDS_MAX = 3;

  private final AuditSession session;
  private final List<Range> ranges;
  private final LogFold fold;
  private final RangeAudit audit;
  private final Findings findings;

  StockSums(
      AuditSession session, List<Range> ranges, LogFold fold, RangeAudit audit, Findings findings) {
    this.session = session;
    this.ranges = ranges;
    this.fold = fold;
    this.audit = audit;
    this.findings = findings;
  }

  /** What was compared in one snapshot. */
  private static final class Compared {
    private final Finding sums = new Finding();
    private final Finding returns = new Finding();
    private final Finding shelves = new Finding();
    private final Finding pools = new Finding();

    private boolean differs() {
      return sums.broken + returns.broken + shelves.broken + pools.broken > 0;
    }
  }

  void run() throws SQLException {
    long began = System.nanoTime();
    for (int round = 0; round < ROUNDS_MAX && touched().size() > LAST_MAX; round++) {
      for (Range range : touched()) {
        session.snapshot(snapshot -> {
          fold.advance(snapshot);
          audit.sumUp(snapshot, range);
        });
      }
    }
    Compared compared = compare(false);
    if (compared.differs()) {
      // Not everything that moves pieces tells the log at once (a parcel that finds its goods), so
      // a difference counts only when all rows were read in the snapshot that reads stock.
      try {
        compared = compare(true);
      } catch (SQLException e) {
        if (!AuditSession.tookTooLong(e)) {
          throw e;
        }
        NAMES.forEach(name -> nothingCounts(findings.of(name)));
        findings.spread(NAMES, System.nanoTime() - began);
        return;
      }
    }
    take("S2", compared.sums);
    take("S4", compared.pools);
    take("S5", compared.returns);
    take("S6", compared.shelves);
    findings.spread(NAMES, System.nanoTime() - began);
  }

  /** Sums of several snapshots may differ where nothing is wrong, and may agree by chance. */
  private static void nothingCounts(Finding finding) {
    finding.skipped = TOOK_TOO_LONG;
    finding.notes.add(TOOK_TOO_LONG);
  }

  private List<Range> touched() {
    return ranges.stream().filter(range -> range.touched).toList();
  }

  private Compared compare(boolean everything) throws SQLException {
    Compared compared = new Compared();
    session.snapshot(snapshot -> {
      fold.advance(snapshot);
      for (Range range : everything ? ranges : touched()) {
        audit.sumUp(snapshot, range);
      }
      Map<String, Pieces> all = new HashMap<>();
      for (Range range : ranges) {
        range.pieces.forEach(
            (sku, pieces) -> all.computeIfAbsent(sku, _ -> new Pieces()).add(pieces));
      }
      comparePools(snapshot, all, compared);
      compareWithStock(snapshot, all, compared);
    });
    return compared;
  }

  private static final class Shelf {
    long quantity;
    long planned;
  }

  /**
   * What a pool has free is what its orders don't have, none where it is closed (S4); and it is a
   * part of what stock has locked (S2).
   */
  private void comparePools(
      AuditSession.Snapshot snapshot, Map<String, Pieces> all, Compared compared)
      throws SQLException {
    Map<Long, Long> had = new TreeMap<>();
    for (Range range : ranges) {
      range.pools.forEach((pool, pieces) -> had.merge(pool, pieces, Long::sum));
    }
    snapshot.each(
        "select id, sku, allocation, free, open from inventory.pool order by id",
        row -> {
          long id = row.getLong(1);
          long free = row.getLong(4);
          boolean open = row.getBoolean(5);
          @Nullable Long pieces = had.remove(id);
          long wanted = open ? row.getLong(3) - (pieces == null ? 0 : pieces) : 0;
          all.computeIfAbsent(row.getString(2), _ -> new Pieces()).locked += free;
          compared.pools.checked++;
          if (free != wanted) {
            compared.pools.bad(new Sample("pool " + id, pool(open, wanted), pool(open, free)));
          }
        });
    had.forEach((pool, pieces) -> {
      if (pieces != 0) {
        compared.pools.checked++;
        compared.pools.bad(new Sample("pool " + pool, "a pool", "none, orders have " + pieces));
      }
    });
  }

  private static String pool(boolean open, long free) {
    return (open ? "open, free " : "closed, free ") + free;
  }

  private static void compareWithStock(
      AuditSession.Snapshot snapshot, Map<String, Pieces> all, Compared compared)
      throws SQLException {
    Map<String, Shelf> shelves = new HashMap<>();
    snapshot.each(
        "select sku, sum(quantity)::bigint, sum(planned)::bigint from inventory.on_hand group by 1",
        row -> {
          Shelf shelf = shelves.computeIfAbsent(row.getString(1), _ -> new Shelf());
          shelf.quantity = row.getLong(2);
          shelf.planned = row.getLong(3);
        });
    boolean hasShelves = !shelves.isEmpty();
    List<String> seen = new ArrayList<>();
    snapshot.each(
        "select sku, locked, sold, available from inventory.stock order by sku",
        row -> {
          String sku = row.getString(1);
          long locked = row.getLong(2);
          long sold = row.getLong(3);
          Pieces pieces = all.getOrDefault(sku, new Pieces());
          seen.add(sku);
          compareSums(compared, sku, pieces, locked, sold);
          if (hasShelves) {
            Shelf shelf = shelves.remove(sku);
            compareShelf(
                compared,
                sku,
                row.getLong(4) + locked + sold - pieces.picked,
                pieces.planned,
                shelf == null ? new Shelf() : shelf);
          }
        });
    shelves.forEach((sku, shelf) -> {
      compared.shelves.checked++;
      compared.shelves.bad(new Sample(sku, "no stock row", onHand(shelf.quantity, shelf.planned)));
    });
    seen.forEach(all::remove);
    all.forEach((sku, pieces) -> {
      if (pieces.locked != 0 || pieces.sold != 0) {
        compared.sums.checked++;
        compared.sums.bad(new Sample(sku, words(pieces.locked, pieces.sold), "no stock row"));
      }
    });
  }

  private static void compareSums(
      Compared compared, String sku, Pieces pieces, long locked, long sold) {
    compared.sums.checked++;
    if (locked != pieces.locked || sold != pieces.sold) {
      compared.sums.bad(new Sample(sku, words(pieces.locked, pieces.sold), words(locked, sold)));
    }
    if (pieces.refunded) {
      compared.returns.checked++;
      if (sold != pieces.sold) {
        compared.returns.bad(new Sample(sku, "sold " + pieces.sold, "sold " + sold));
      }
    }
  }

  /** What was picked is gone from the shelves, and sold pieces lie there until then. */
  private static void compareShelf(
      Compared compared, String sku, long wanted, long wantedPlanned, Shelf shelf) {
    compared.shelves.checked++;
    if (shelf.quantity != wanted || shelf.planned != wantedPlanned) {
      compared.shelves.bad(
          new Sample(sku, onHand(wanted, wantedPlanned), onHand(shelf.quantity, shelf.planned)));
    }
  }

  private void take(String name, Finding found) {
    Finding finding = findings.of(name);
    finding.asked = true;
    finding.checked += found.checked;
    finding.broken += found.broken;
    found.samples.forEach(finding::show);
  }

  private static String words(long locked, long sold) {
    return "locked " + locked + ", sold " + sold;
  }

  private static String onHand(long quantity, long planned) {
    return "on hand " + quantity + ", planned " + planned;
  }
}
