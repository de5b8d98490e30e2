package io.tidegate.shop.inventory;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Pools in the database. Their rows are locked and changed in the order of their ids, before those
 * of stock: what a pool has free is a part of what stock has locked (S2).
 */
public final class PoolStore {

  private static final String COLUMNS = "p.id, p.sku, p.allocation, p.free, p.open";
  private static final Sql LOCK =
      Sql.of(
          "select "
              + COLUMNS
              + " from inventory.pool p where p.id = any(?::bigint[]) order by p.id for update");
  private static final Sql FIND =
      Sql.of(
          "select "
              + COLUMNS
              + " from inventory.pool p where p.id = any(?::bigint[]) order by p.id");
  private static final Sql NEXT_IDS =
      Sql.of(
          """
          select nextval(pg_get_serial_sequence('inventory.pool', 'id'))
          from generate_series(1, ?)
          """);
  private static final Sql OPEN =
      Sql.of(
          """
          insert into inventory.pool (id, sku, allocation, free, open)
          overriding system value
          select id, sku, quantity, quantity, true
          from unnest(?::bigint[], ?::text[], ?::bigint[]) as u (id, sku, quantity)
          """);
  private static final Sql ADD =
      Sql.of(
          """
          update inventory.pool set allocation = allocation + ?, free = free + ?
          where id = ? and open returning 1
          """);
  private static final Sql TAKE =
      Sql.of(
          """
          update inventory.pool p set free = p.free - u.quantity
          from unnest(?::bigint[], ?::bigint[]) as u (id, quantity)
          where p.id = u.id and p.open and p.free >= u.quantity
          returning 1
          """);
  private static final Sql PUT_BACK =
      Sql.of(
          """
          update inventory.pool p set free = p.free + u.quantity
          from unnest(?::bigint[], ?::bigint[]) as u (id, quantity)
          where p.id = u.id and p.open
          returning 1
          """);
  private static final Sql CLOSE =
      Sql.of(
          """
          update inventory.pool p set free = 0, open = false
          from unnest(?::bigint[], ?::bigint[]) as u (id, free)
          where p.id = u.id and p.open and p.free = u.free
          returning 1
          """);

  private final Database database;

  public PoolStore(Database database) {
    this.database = database;
  }

  /** What came of setting pieces aside: all of them, or none. */
  public sealed interface Opening {}

  /** All that was wanted is set aside. */
  public record Opened(Map<String, Long> poolBySku) implements Opening {}

  /**
   * Nothing was changed.
   *
   * @param availableBySku how many there are of the SKUs that are short; none of unknown ones
   */
  @SuppressWarnings("JavaLangClash") // it is always named with its store
  public record Short(Map<String, Long> availableBySku) implements Opening {}

  /** Locks pools; unknown ones are missing in the answer. */
  public static Map<Long, Pool> lock(Tx tx, Collection<Long> ids) {
    return byId(tx.lock(LockRank.POOL, LOCK, PoolStore::read, (Object) sorted(ids)));
  }

  /**
   * Sets pieces aside, in a new pool for each SKU: they are not available any more. It locks stock,
   * so it comes before all writes.
   *
   * @param wanted pieces of each SKU; of none an empty pool is made, to which some may be added
   */
  public static Opening open(Tx tx, SortedMap<String, Long> wanted) {
    if (wanted.values().stream().anyMatch(quantity -> quantity < 0)) {
      throw new IllegalArgumentException("fewer than no pieces: " + wanted);
    }
    Map<String, Stock> stock = StockStore.lock(tx, wanted.keySet());
    Map<String, Long> lacking = new TreeMap<>();
    StockMoves moves = new StockMoves();
    wanted.forEach((sku, quantity) -> {
      Stock there = stock.get(sku);
      if (there == null || !there.has(0, quantity)) {
        lacking.put(sku, there == null ? 0 : there.available());
      }
      moves.lock(sku, quantity);
    });
    if (!lacking.isEmpty()) {
      return new Short(lacking);
    }
    Iterator<Long> ids = tx.query(NEXT_IDS, row -> row.getLong(1), wanted.size()).iterator();
    SortedMap<String, Long> pools = new TreeMap<>();
    wanted.keySet().forEach(sku -> pools.put(sku, ids.next()));
    tx.write(
        OPEN, longs(pools.values()), pools.keySet().toArray(String[]::new), longs(wanted.values()));
    StockStore.move(tx, moves);
    return new Opened(pools);
  }

  /**
   * Sets more pieces aside. It locks stock, so it comes before all writes.
   *
   * @param locked an open pool
   * @return whether there were so many; if not, nothing is changed
   */
  public static boolean add(Tx tx, Pool locked, long quantity) {
    if (!locked.open() || quantity < 1) {
      throw new IllegalArgumentException(quantity + " more pieces for " + locked);
    }
    @Nullable Stock stock = StockStore.lock(tx, List.of(locked.sku())).get(locked.sku());
    if (stock == null || !stock.has(0, quantity)) {
      return false;
    }
    tx.writeExpecting(1, ADD, quantity, quantity, locked.id());
    StockMoves moves = new StockMoves();
    moves.lock(locked.sku(), quantity);
    StockStore.move(tx, moves);
    return true;
  }

  /**
   * Takes pieces for orders, whose lines say from which pool they are. A closed pool, or too few
   * free pieces, fails the transaction.
   */
  public static void take(Tx tx, SortedMap<Long, Long> piecesByPool) {
    change(tx, TAKE, piecesByPool);
  }

  /** Closes pools for good; their free pieces are available again. Closed ones stay as they are. */
  public static void close(Tx tx, Collection<Pool> locked) {
    TreeMap<Long, Long> free = new TreeMap<>();
    StockMoves moves = new StockMoves();
    for (Pool pool : locked) {
      if (pool.open()) {
        free.put(pool.id(), pool.free());
        moves.release(pool.sku(), pool.free(), null);
      }
    }
    change(tx, CLOSE, free);
    StockStore.move(tx, moves);
  }

  /** Pools as they are, by id; unknown ones are missing. */
  public Map<Long, Pool> find(Collection<Long> ids) {
    return byId(database.read(FIND, PoolStore::read, (Object) sorted(ids)));
  }

  /**
   * Those that are open, not locked. One that is closed meanwhile is refused by {@link #putBack},
   * as a conflict; one that is closed already stays closed, so nobody needs to lock it.
   */
  static Set<Long> peekOpen(Tx tx, Collection<Long> ids) {
    if (ids.isEmpty()) {
      return Set.of();
    }
    return tx.query(FIND, PoolStore::read, (Object) sorted(ids)).stream()
        .filter(Pool::open)
        .map(Pool::id)
        .collect(Collectors.toSet());
  }

  /** Frees pieces again. A pool that is closed meanwhile fails the transaction. */
  static void putBack(Tx tx, SortedMap<Long, Long> piecesByPool) {
    change(tx, PUT_BACK, piecesByPool);
  }

  private static void change(Tx tx, Sql sql, SortedMap<Long, Long> numberByPool) {
    if (!numberByPool.isEmpty()) {
      tx.writeExpecting(
          numberByPool.size(), sql, longs(numberByPool.keySet()), longs(numberByPool.values()));
    }
  }

  private static long[] sorted(Collection<Long> ids) {
    return ids.stream().mapToLong(Long::longValue).distinct().sorted().toArray();
  }

  private static long[] longs(Collection<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private static Map<Long, Pool> byId(List<Pool> pools) {
    Map<Long, Pool> byId = new HashMap<>();
    pools.forEach(pool -> byId.put(pool.id(), pool));
    return byId;
  }

  private static Pool read(Row row) throws SQLException {
    return new Pool(
        row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4), row.getBoolean(5));
  }
}
