package io.tidegate.shop.inventory;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/** What lies in the warehouses: loaded under locks, changed in memory, written in one statement. */
public final class OnHandStore {

  private static final Sql LOCK =
      Sql.of(
          """
          select sku, warehouse, quantity, planned from inventory.on_hand
          where sku = any(?::text[]) order by sku, warehouse for update
          """);
  private static final Sql PEEK =
      Sql.of(
          """
          select sku, warehouse, quantity, planned from inventory.on_hand
          where sku = any(?::text[]) order by sku, warehouse
          """);
  private static final Sql LOCK_SHELVES =
      Sql.of(
          """
          select h.sku, h.warehouse, h.quantity, h.planned
          from unnest(?::text[], ?::text[]) as k (sku, warehouse)
          join inventory.on_hand h on h.sku = k.sku and h.warehouse = k.warehouse
          order by h.sku, h.warehouse for update of h
          """);
  private static final Sql SAVE =
      Sql.of(
          """
          update inventory.on_hand h
          set quantity = h.quantity + u.quantity, planned = h.planned + u.planned
          from unnest(?::text[], ?::text[], ?::int4[], ?::int4[])
            as u (sku, warehouse, quantity, planned)
          where h.sku = u.sku and h.warehouse = u.warehouse
          returning 1
          """);
  private static final Sql RECEIVE =
      Sql.of(
          """
          insert into inventory.on_hand as h (sku, warehouse, quantity)
          select * from unnest(?::text[], ?::text[], ?::int4[])
          on conflict (sku, warehouse) do update set quantity = h.quantity + excluded.quantity
          """);

  private static final Sql READ =
      Sql.of(
          """
          select sku, warehouse, quantity, planned from inventory.on_hand
          where sku = ? order by warehouse
          """);
  private static final Sql PUT_UP =
      Sql.of(
          """
          insert into inventory.on_hand (sku, warehouse, quantity)
          select s.sku, w.id,
                 s.quantity / cardinality(?::text[])
                   + (w.n <= s.quantity % cardinality(?::text[]))::int
          from unnest(?::text[], ?::bigint[]) as s (sku, quantity)
               cross join unnest(?::text[]) with ordinality as w (id, n)
          on conflict (sku, warehouse) do nothing
          """);

  private static final Sql CORRECT =
      Sql.of(
          """
          update inventory.on_hand set quantity = quantity + ?::int
          where sku = ? and warehouse = ? returning 1
          """);
  private static final Sql NEW_SHELF =
      Sql.of("insert into inventory.on_hand (sku, warehouse, quantity) values (?, ?, ?::int)");
  private static final Sql NEW_SHELVES =
      Sql.of(
          """
          insert into inventory.on_hand (sku, warehouse, quantity)
          select * from unnest(?::text[], ?::text[], ?::int[])
          """);
  private static final Sql AFTER =
      Sql.of(
          """
          select sku, warehouse, quantity, planned from inventory.on_hand
          where (sku, warehouse) > (?, ?) order by sku, warehouse limit ?
          """);
  private static final Sql SHELVES = Sql.of("select count(*) from inventory.on_hand");
  private static final Sql LOCK_ONE =
      Sql.of(
          """
          select sku, warehouse, quantity, planned from inventory.on_hand
          where sku = ? order by sku, warehouse for update
          """);

  private OnHandStore() {}

  /** Locks a SKU's shelves, by warehouse. */
  static List<OnHand.Shelf> lockOne(Tx tx, String sku) {
    return tx.lock(LockRank.ON_HAND, LOCK_ONE, OnHandStore::shelf, sku);
  }

  /** Locks the shelves of these SKUs, by SKU and warehouse. */
  static List<OnHand.Shelf> lockAll(Tx tx, Collection<String> skus) {
    String[] sorted = skus.stream().distinct().sorted().toArray(String[]::new);
    return tx.lock(LockRank.ON_HAND, LOCK, OnHandStore::shelf, (Object) sorted);
  }

  /** Writes corrections of different shelves that were decided under lock. */
  static void correct(Tx tx, List<AdjustStock.Adjusted> corrections) {
    List<AdjustStock.Adjusted> fresh = new ArrayList<>();
    List<AdjustStock.Adjusted> there = new ArrayList<>();
    corrections.forEach(each -> (each.newShelf() ? fresh : there).add(each));
    if (!fresh.isEmpty()) {
      tx.write(NEW_SHELVES, skus(fresh), warehouses(fresh), deltas(fresh));
    }
    if (!there.isEmpty()) {
      tx.writeExpecting(
          there.size(), SAVE, skus(there), warehouses(there), deltas(there), new int[there.size()]);
    }
  }

  private static String[] skus(List<AdjustStock.Adjusted> all) {
    return all.stream().map(each -> each.stock().sku()).toArray(String[]::new);
  }

  private static String[] warehouses(List<AdjustStock.Adjusted> all) {
    return all.stream().map(AdjustStock.Adjusted::warehouse).toArray(String[]::new);
  }

  private static int[] deltas(List<AdjustStock.Adjusted> all) {
    return all.stream().mapToInt(each -> Math.toIntExact(each.delta())).toArray();
  }

  /** How many shelves there are; for exports, not for requests. */
  public static long shelves(Database database) {
    return database.read(SHELVES, row -> row.getLong(1)).getFirst();
  }

  /** Shelves behind one, by SKU and warehouse. */
  public static List<OnHand.Shelf> after(
      Database database, String sku, String warehouse, int most) {
    return database.read(AFTER, OnHandStore::shelf, sku, warehouse, most);
  }

  /** Writes a correction by hand that was decided under lock. */
  static void correct(Tx tx, AdjustStock.Adjusted adjusted) {
    String sku = adjusted.stock().sku();
    if (adjusted.newShelf()) {
      tx.write(NEW_SHELF, sku, adjusted.warehouse(), adjusted.delta());
    } else {
      tx.writeExpecting(1, CORRECT, adjusted.delta(), sku, adjusted.warehouse());
    }
  }

  /** What lies where of a SKU, by warehouse. */
  public static List<OnHand.Shelf> find(Database database, String sku) {
    return database.read(READ, OnHandStore::shelf, sku);
  }

  /**
   * First stock of new SKUs, spread evenly over warehouses; the first ones take the remainder. A
   * shelf that exists stays as it is.
   */
  public static void open(Tx tx, String[] skus, long[] quantities, String[] warehouses) {
    tx.write(PUT_UP, warehouses, warehouses, skus, quantities, warehouses);
  }

  /** Locks the shelves of these SKUs in all warehouses; no SKUs lock nothing. */
  public static OnHand lock(Tx tx, Collection<String> skus) {
    if (skus.isEmpty()) {
      return new OnHand(List.of());
    }
    String[] sorted = skus.stream().distinct().sorted().toArray(String[]::new);
    return new OnHand(tx.lock(LockRank.ON_HAND, LOCK, OnHandStore::shelf, (Object) sorted));
  }

  /** Locks these shelves and no others; no shelves lock nothing. */
  public static OnHand lockShelves(Tx tx, Collection<OnHand.Place> places) {
    if (places.isEmpty()) {
      return new OnHand(List.of());
    }
    List<OnHand.Place> sorted = places.stream().distinct().sorted().toList();
    return new OnHand(
        tx.lock(
            LockRank.ON_HAND,
            LOCK_SHELVES,
            OnHandStore::shelf,
            sorted.stream().map(OnHand.Place::sku).toArray(String[]::new),
            sorted.stream().map(OnHand.Place::warehouse).toArray(String[]::new)));
  }

  /**
   * The shelves of these SKUs in all warehouses, not locked: {@link #save} is where the database
   * refuses what others have taken meanwhile, as a conflict.
   */
  public static OnHand peek(Tx tx, Collection<String> skus) {
    String[] sorted = skus.stream().distinct().sorted().toArray(String[]::new);
    return new OnHand(tx.query(PEEK, OnHandStore::shelf, (Object) sorted));
  }

  private static OnHand.Shelf shelf(Row row) throws SQLException {
    return new OnHand.Shelf(row.getString(1), row.getString(2), row.getInt(3), row.getInt(4));
  }

  /** Puts goods on shelves that came from outside, by SKU and warehouse, on new shelves too. */
  static void receive(Tx tx, SortedMap<OnHand.Place, Integer> received) {
    if (!received.isEmpty()) {
      tx.write(
          RECEIVE,
          received.keySet().stream().map(OnHand.Place::sku).toArray(String[]::new),
          received.keySet().stream().map(OnHand.Place::warehouse).toArray(String[]::new),
          received.values().stream().mapToInt(Integer::intValue).toArray());
    }
  }

  /** Writes what was changed; the database refuses a shelf below zero. */
  public static void save(Tx tx, OnHand onHand) {
    List<OnHand.Change> changes = onHand.changes();
    if (changes.isEmpty()) {
      return;
    }
    tx.writeExpecting(
        changes.size(),
        SAVE,
        changes.stream().map(OnHand.Change::sku).toArray(String[]::new),
        changes.stream().map(OnHand.Change::warehouse).toArray(String[]::new),
        changes.stream().mapToInt(OnHand.Change::quantity).toArray(),
        changes.stream().mapToInt(OnHand.Change::planned).toArray());
  }
}
