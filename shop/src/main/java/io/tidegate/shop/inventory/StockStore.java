package io.tidegate.shop.inventory;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Stock in the database. Rows are locked and changed in the order of their SKU codes. */
public final class StockStore {

  private static final String COLUMNS = "s.sku, s.total, s.available, s.locked, s.sold";
  private static final Sql LOCK =
      Sql.of(
          "select "
              + COLUMNS
              + " from inventory.stock s where s.sku = any(?) order by s.sku for update");
  private static final Sql FIND =
      Sql.of("select " + COLUMNS + " from inventory.stock s where s.sku = ?");
  private static final Sql MANY =
      Sql.of("select " + COLUMNS + " from inventory.stock s where s.sku = any(?) order by s.sku");
  private static final Sql MOVE =
      Sql.of(
          """
          update inventory.stock s
          set available = s.available + d.available, locked = s.locked + d.locked,
              sold = s.sold + d.sold
          from unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[])
               as d(sku, available, locked, sold)
          where s.sku = d.sku and s.available + d.available >= 0 and s.locked + d.locked >= 0
            and s.sold + d.sold >= 0
          returning 1
          """);
  private static final Sql SOLD_OUT =
      Sql.of("select s.sku from inventory.stock s where s.available <= 0 limit ?");
  private static final Sql OPEN =
      Sql.of(
          """
          insert into inventory.stock (sku, total, available, locked, sold)
          select sku, quantity, quantity, 0, 0
          from unnest(?::text[], ?::bigint[]) as d(sku, quantity)
          on conflict (sku) do nothing
          """);
  private static final Sql ADJUST =
      Sql.of(
          """
          update inventory.stock set total = total + ?, available = available + ?
          where sku = ? returning 1
          """);
  private static final Sql RECORD =
      Sql.of(
          """
          insert into inventory.movement (id, sku, warehouse, delta, reason, actor, told)
          overriding system value values (?, ?, ?, ?, ?, ?, ?)
          """);
  private static final Sql NEXT_MOVEMENT =
      Sql.of("select nextval(pg_get_serial_sequence('inventory.movement', 'id'))");
  private static final Sql NEXT_MOVEMENTS =
      Sql.of(
          """
          select nextval(pg_get_serial_sequence('inventory.movement', 'id'))
          from generate_series(1, ?)
          """);
  private static final Sql ADJUST_ALL =
      Sql.of(
          """
          update inventory.stock s set total = s.total + d.delta, available = s.available + d.delta
          from unnest(?::text[], ?::bigint[]) as d(sku, delta)
          where s.sku = d.sku returning 1
          """);
  private static final Sql RECORD_ALL =
      Sql.of(
          """
          insert into inventory.movement (id, sku, warehouse, delta, reason, actor, told)
          overriding system value
          select * from unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[],
                               ?::text[])
          """);
  private static final Sql TOLD = Sql.of("select told from inventory.movement where id = ?");

  /** More sold-out SKUs than this are shown as if they could be had. */
  private static final int SOLD_OUT_MAX = 100_000;

  private final Database database;

  public StockStore(Database database) {
    this.database = database;
  }

  /** Locks the SKUs' rows; unknown ones are missing in the answer. */
  public static Map<String, Stock> lock(Tx tx, Collection<String> skus) {
    String[] sorted = skus.stream().distinct().sorted().toArray(String[]::new);
    Map<String, Stock> stock = new HashMap<>();
    tx.lock(LockRank.STOCK, LOCK, StockStore::read, (Object) sorted)
        .forEach(row -> stock.put(row.sku(), row));
    return stock;
  }

  /**
   * Writes what was moved; a SKU without a row, or too few pieces, fails the transaction. It locks
   * nothing, so it may come after writes.
   */
  public static void move(Tx tx, StockMoves moves) {
    StockMoves.Settled settled = moves.settled(PoolStore.peekOpen(tx, moves.pools()));
    PoolStore.putBack(tx, settled.pools());
    var net = settled.stock();
    if (net.isEmpty()) {
      return;
    }
    String[] skus = new String[net.size()];
    long[] available = new long[skus.length];
    long[] locked = new long[skus.length];
    long[] sold = new long[skus.length];
    int i = 0;
    for (var entry : net.entrySet()) {
      skus[i] = entry.getKey();
      available[i] = entry.getValue().available();
      locked[i] = entry.getValue().locked();
      sold[i] = entry.getValue().sold();
      i++;
    }
    tx.writeExpecting(skus.length, MOVE, skus, available, locked, sold);
  }

  /** Makes the partitions that the ledger of returns will need. */
  public static void prepare(Database database, Instant now) {
    ReturnStore.prepare(database, now);
  }

  /**
   * Gives back what refunds brought: sold pieces are available again, or free in their open pool,
   * once for each order, refund and SKU. What was received in a warehouse lies there from now on;
   * what never left is on its shelf since its parcel was stopped.
   *
   * <p>It locks nothing, so it may come after writes; shelves, pools and stock are then touched in
   * the order of ranks and keys. A repeat changes nothing.
   *
   * @param returns each order, refund and SKU once; a SKU without a row, or more than was sold,
   *     fails the transaction
   */
  public static void giveBack(Tx tx, List<StockReturn> returns) {
    if (returns.isEmpty()) {
      return;
    }
    List<StockReturn> fresh = ReturnStore.fresh(tx, returns);
    if (fresh.isEmpty()) {
      return;
    }
    OnHandStore.receive(tx, ReturnStore.received(fresh));
    StockMoves moves = new StockMoves();
    fresh.forEach(each -> moves.giveBack(each.sku(), each.quantity(), each.pool()));
    move(tx, moves);
    ReturnStore.insert(tx, fresh);
  }

  /** First stock of new SKUs; a SKU that has stock keeps it. */
  public static void open(Tx tx, String[] skus, long[] quantities) {
    tx.write(OPEN, skus, quantities);
  }

  /** A movement by hand. {@code told} is the answer, as a repeated request gets it again. */
  record Movement(
      long id,
      String sku,
      String warehouse,
      long delta,
      String reason,
      String actor,
      String told) {}

  /** The id of the next movement. Asked for under the SKU's lock, ids rise as SKUs change. */
  static long nextMovement(Tx tx) {
    return tx.query(NEXT_MOVEMENT, row -> row.getLong(1)).getFirst();
  }

  /** More or fewer pieces by hand, on record. The caller has locked the row and decided. */
  static void adjust(Tx tx, Movement movement) {
    tx.writeExpecting(1, ADJUST, movement.delta(), movement.delta(), movement.sku());
    tx.write(
        RECORD,
        movement.id(),
        movement.sku(),
        movement.warehouse(),
        movement.delta(),
        movement.reason(),
        movement.actor(),
        movement.told());
  }

  /** Ids of the next movements; see {@link #nextMovement}. */
  static List<Long> nextMovements(Tx tx, int count) {
    return tx.query(NEXT_MOVEMENTS, row -> row.getLong(1), count);
  }

  /** Several movements by hand, as {@link #adjust} does one. */
  static void adjust(Tx tx, List<Movement> movements) {
    TreeMap<String, Long> sums = new TreeMap<>();
    movements.forEach(each -> sums.merge(each.sku(), each.delta(), Math::addExact));
    tx.writeExpecting(
        sums.size(),
        ADJUST_ALL,
        sums.keySet().toArray(String[]::new),
        sums.values().stream().mapToLong(Long::longValue).toArray());
    tx.write(
        RECORD_ALL,
        movements.stream().mapToLong(Movement::id).toArray(),
        texts(movements, Movement::sku),
        texts(movements, Movement::warehouse),
        movements.stream().mapToLong(Movement::delta).toArray(),
        texts(movements, Movement::reason),
        texts(movements, Movement::actor),
        texts(movements, Movement::told));
  }

  private static String[] texts(List<Movement> all, Function<Movement, String> text) {
    return all.stream().map(text).toArray(String[]::new);
  }

  /** What was answered when a movement was made. */
  static String told(Tx tx, long movement) {
    return tx.query(TOLD, row -> row.getString(1), movement).getFirst();
  }

  public Optional<Stock> find(String sku) {
    return database.read(FIND, StockStore::read, sku).stream().findFirst();
  }

  /** Those of many SKUs, in the order of codes; who has none is left out. */
  public List<Stock> find(Collection<String> skus) {
    return database.read(MANY, StockStore::read, (Object) skus.toArray(String[]::new));
  }

  /** SKUs of which nothing is available at this moment. */
  public Set<String> soldOut() {
    List<String> skus = database.read(SOLD_OUT, row -> row.getString(1), SOLD_OUT_MAX);
    return skus.stream().collect(Collectors.toUnmodifiableSet());
  }

  private static Stock read(Row row) throws SQLException {
    return new Stock(
        row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
  }
}
