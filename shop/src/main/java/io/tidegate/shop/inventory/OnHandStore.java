package io.tidegate.shop.inventory;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.util.Collection;
import java.util.List;

/** What lies in the warehouses: loaded under locks, changed in memory, written in one statement. */
public final class OnHandStore {

  private static final Sql LOCK =
      Sql.of(
          """
          select sku, warehouse, quantity, planned from inventory.on_hand
          where sku = any(?::text[]) order by sku, warehouse for update
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

  private OnHandStore() {}

  /** Locks the shelves of these SKUs in all warehouses; no SKUs lock nothing. */
  public static OnHand lock(Tx tx, Collection<String> skus) {
    if (skus.isEmpty()) {
      return new OnHand(List.of());
    }
    String[] sorted = skus.stream().distinct().sorted().toArray(String[]::new);
    return new OnHand(
        tx.lock(
            LockRank.ON_HAND,
            LOCK,
            row ->
                new OnHand.Shelf(row.getString(1), row.getString(2), row.getInt(3), row.getInt(4)),
            (Object) sorted));
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
