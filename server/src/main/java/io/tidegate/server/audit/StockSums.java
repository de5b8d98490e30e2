package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.Sample;
import io.tidegate.server.audit.Range.Pieces;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * S2, S4, S5 and S6: what orders and parcels have of each SKU and pool, summed over all ranges,
 * against the rows of stock in one snapshot. Ranges that the log has touched since they were read
 * are read again, until so few are left that one snapshot can take them. Where no snapshot can take
 * all that differs, it must do so in several.
 */
final class StockSums {

  static final List<String> TABLES =
      List.of("inventory.stock", "inventory.on_hand", "inventory.pool");

  private static final List<String> NAMES = List.of("S2", "S4", "S5", "S6");

  /** No snapshot was long enough for all of them: what differs may have moved meanwhile. */
  static final String TOOK_TOO_LONG = "sums_took_too_long";

  /** No snapshot was long enough for all of them, and looks at different times agreed. */
  static final String SEVERAL_LOOKS = "sums_of_several_looks";

  /** Ranges that are read again in the snapshot that reads stock. */
  private static final int LAST_MAX = 8;

  private static final int ROUNDS_MAX = 3;

  /**
   * Where no snapshot is long enough: looks in all of which something must differ by the same, and
   * on the same rows of stock. All ranges are read anew between two of them, and no piece moves
   * without its row of stock, shelf or pool: where those are the same, nothing has moved meanwhile.
   */
  private static final int LOOKS = 3;

  /** Keys that a note names where what differs has moved. */
  private static final int MOVING_TOLD_MAX = 3;

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

  /**
   * What is not as orders have it.
   *
   * @param by how many pieces there are too many
   * @param rows which versions of rows say so: each change of a row makes another one
   */
  private record Difference(Sample sample, List<Long> by, String rows) {

    private boolean isAs(@Nullable Difference before) {
      return before != null && before.by.equals(by) && before.rows.equals(rows);
    }
  }

  /** What was compared of one name. */
  private static final class Sums {
    private long checked;
    private final Map<String, Difference> differing = new LinkedHashMap<>();

    /** What differed in the last look and had not, or not so, in the one before. */
    private List<String> moving = List.of();

    private void bad(String rows, Sample sample, Long... by) {
      differing.put(sample.key(), new Difference(sample, List.of(by), rows));
    }

    /** Keeps what differs as it did before. */
    private void keepLasting(Sums before) {
      moving = new ArrayList<>();
      differing
          .values()
          .removeIf(now -> {
            String key = now.sample().key();
            return !now.isAs(before.differing.get(key)) && moving.add(key);
          });
    }
  }

  /** What was compared in one look: in one snapshot, where ranges were read in it too. */
  private static final class Compared {
    private final Sums sums = new Sums();
    private final Sums returns = new Sums();
    private final Sums shelves = new Sums();
    private final Sums pools = new Sums();

    /** The versions of each SKU's pools: they give pieces to orders without its row of stock. */
    private final Map<String, String> poolRows = new HashMap<>();

    private Map<String, Sums> byName() {
      return Map.of("S2", sums, "S4", pools, "S5", returns, "S6", shelves);
    }

    private boolean differs() {
      return byName().values().stream()
          .anyMatch(one -> !one.moving.isEmpty() || !one.differing.isEmpty());
    }

    private void keepLasting(Compared before) {
      byName()
          .forEach((name, now) -> {
            Sums then = before.byName().get(name);
            if (then != null) {
              now.keepLasting(then);
            }
          });
    }
  }

  void run() throws SQLException {
    long began = System.nanoTime();
    try {
      compareAll();
    } catch (SQLException e) {
      if (!AuditSession.tookTooLong(e)) {
        throw e;
      }
      NAMES.forEach(name -> nothingCounts(findings.of(name)));
    }
    findings.spread(NAMES, System.nanoTime() - began);
  }

  private void compareAll() throws SQLException {
    readTouched();
    Compared first = compare(false);
    if (!first.differs()) {
      first.byName().forEach(this::take);
      return;
    }
    // Not everything that moves pieces tells the log at once (a parcel that finds its goods), so
    // a difference counts only when all rows were read in the snapshot that reads stock.
    Compared all;
    try {
      all = compare(true);
    } catch (SQLException e) {
      if (!AuditSession.tookTooLong(e)) {
        throw e;
      }
      look(first);
      return;
    }
    all.byName().forEach(this::take);
  }

  /**
   * Looks again and again, with all ranges read anew for each look, a snapshot for each: what is
   * wrong differs by the same in all of them while nothing moves it.
   */
  private void look(Compared first) throws SQLException {
    Compared last = first;
    for (int look = 2; look <= LOOKS && last.differs(); look++) {
      session.asks("the sums of stock, look " + look + " of " + LOOKS);
      sumUp(ranges);
      readTouched();
      Compared now = compare(false);
      now.keepLasting(last);
      last = now;
    }
    last.byName()
        .forEach((name, sums) -> {
          Finding finding = findings.of(name);
          if (!sums.moving.isEmpty() && sums.differing.isEmpty()) {
            nothingCounts(finding);
            finding.notes.add(
                "differs while it moves: "
                    + sums.moving.stream()
                        .limit(MOVING_TOLD_MAX)
                        .collect(Collectors.joining(", ")));
          } else {
            take(name, sums);
            finding.notes.add(SEVERAL_LOOKS);
          }
        });
  }

  /** Sums of several snapshots may differ where nothing is wrong, and may agree by chance. */
  private static void nothingCounts(Finding finding) {
    finding.skipped = TOOK_TOO_LONG;
    finding.notes.add(TOOK_TOO_LONG);
  }

  private List<Range> touched() {
    return ranges.stream().filter(range -> range.touched).toList();
  }

  /** Reads again what the log has told of, until one snapshot can take what is left. */
  private void readTouched() throws SQLException {
    for (int round = 0; round < ROUNDS_MAX && touched().size() > LAST_MAX; round++) {
      sumUp(touched());
    }
  }

  /** Reads ranges again, each in a snapshot of its own. */
  private void sumUp(List<Range> some) throws SQLException {
    for (Range range : some) {
      session.snapshot(snapshot -> {
        fold.advance(snapshot);
        audit.sumUp(snapshot, range);
      });
    }
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
    String rows = "";
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
        "select id, sku, allocation, free, open, xmin::text from inventory.pool order by id",
        row -> {
          String version = row.getString(6);
          long id = row.getLong(1);
          long free = row.getLong(4);
          boolean open = row.getBoolean(5);
          @Nullable Long pieces = had.remove(id);
          long wanted = open ? row.getLong(3) - (pieces == null ? 0 : pieces) : 0;
          all.computeIfAbsent(row.getString(2), _ -> new Pieces()).locked += free;
          compared.poolRows.merge(row.getString(2), version, (one, other) -> one + " " + other);
          compared.pools.checked++;
          if (free != wanted) {
            compared.pools.bad(
                version,
                new Sample("pool " + id, pool(open, wanted), pool(open, free)),
                free - wanted);
          }
        });
    had.forEach((pool, pieces) -> {
      if (pieces != 0) {
        compared.pools.checked++;
        compared.pools.bad(
            "", new Sample("pool " + pool, "a pool", "none, orders have " + pieces), -pieces);
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
        "select sku, sum(quantity)::bigint, sum(planned)::bigint,"
            + " string_agg(xmin::text, ' ' order by warehouse) from inventory.on_hand group by 1",
        row -> {
          Shelf shelf = shelves.computeIfAbsent(row.getString(1), _ -> new Shelf());
          shelf.quantity = row.getLong(2);
          shelf.planned = row.getLong(3);
          shelf.rows = row.getString(4);
        });
    boolean hasShelves = !shelves.isEmpty();
    List<String> seen = new ArrayList<>();
    snapshot.each(
        "select sku, locked, sold, available, xmin::text from inventory.stock order by sku",
        row -> {
          String sku = row.getString(1);
          long locked = row.getLong(2);
          long sold = row.getLong(3);
          Pieces pieces = all.getOrDefault(sku, new Pieces());
          String version = row.getString(5) + "/" + compared.poolRows.getOrDefault(sku, "");
          seen.add(sku);
          compareSums(compared, version, sku, pieces, locked, sold);
          if (hasShelves) {
            Shelf shelf = shelves.remove(sku);
            compareShelf(
                compared,
                version,
                sku,
                row.getLong(4) + locked + sold - pieces.picked,
                pieces.planned,
                shelf == null ? new Shelf() : shelf);
          }
        });
    shelves.forEach((sku, shelf) -> {
      compared.shelves.checked++;
      compared.shelves.bad(
          shelf.rows,
          new Sample(sku, "no stock row", onHand(shelf.quantity, shelf.planned)),
          shelf.quantity,
          shelf.planned);
    });
    seen.forEach(all::remove);
    all.forEach((sku, pieces) -> {
      if (pieces.locked != 0 || pieces.sold != 0) {
        compared.sums.checked++;
        compared.sums.bad(
            compared.poolRows.getOrDefault(sku, ""),
            new Sample(sku, words(pieces.locked, pieces.sold), "no stock row"),
            -pieces.locked,
            -pieces.sold);
      }
    });
  }

  private static void compareSums(
      Compared compared, String rows, String sku, Pieces pieces, long locked, long sold) {
    compared.sums.checked++;
    if (locked != pieces.locked || sold != pieces.sold) {
      compared.sums.bad(
          rows,
          new Sample(sku, words(pieces.locked, pieces.sold), words(locked, sold)),
          locked - pieces.locked,
          sold - pieces.sold);
    }
    if (pieces.refunded) {
      compared.returns.checked++;
      if (sold != pieces.sold) {
        compared.returns.bad(
            rows, new Sample(sku, "sold " + pieces.sold, "sold " + sold), sold - pieces.sold);
      }
    }
  }

  /** What was picked is gone from the shelves, and sold pieces lie there until then. */
  private static void compareShelf(
      Compared compared, String rows, String sku, long wanted, long wantedPlanned, Shelf shelf) {
    compared.shelves.checked++;
    if (shelf.quantity != wanted || shelf.planned != wantedPlanned) {
      compared.shelves.bad(
          rows + "/" + shelf.rows,
          new Sample(sku, onHand(wanted, wantedPlanned), onHand(shelf.quantity, shelf.planned)),
          shelf.quantity - wanted,
          shelf.planned - wantedPlanned);
    }
  }

  private void take(String name, Sums found) {
    Finding finding = findings.of(name);
    finding.asked = true;
    finding.checked += found.checked;
    found.differing.values().forEach(difference -> finding.bad(difference.sample()));
  }

  private static String words(long locked, long sold) {
    return "locked " + locked + ", sold " + sold;
  }

  private static String onHand(long quantity, long planned) {
    return "on hand " + quantity + ", planned " + planned;
  }
}
