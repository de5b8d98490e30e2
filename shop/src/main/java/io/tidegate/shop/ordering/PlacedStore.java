package io.tidegate.shop.ordering;

import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.cart.CartLine;
import io.tidegate.shop.cart.CartStore;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.inventory.StockStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a batch of placed orders, all that belongs to them, one statement a table; none for what
 * no order of the batch has.
 */
final class PlacedStore {

  private final NewOrderStore orders;

  PlacedStore(NewOrderStore orders) {
    this.orders = orders;
  }

  /** Keys first, new rows, then rows that are there, by rank. */
  void write(Tx tx, PlaceBatch batch) {
    if (batch.loaded == null) {
      IdempotencyTable.insert(tx, entries(batch.commands));
    } else {
      IdempotencyTable.settle(tx, batch.released, entries(batch.commands));
    }
    int count = batch.orders.size();
    List<NewOrder> made = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      PlaceOrder command = batch.commands.get(i);
      made.add(
          new NewOrder(
              batch.orders.get(i), command.address(), command.invoice(), command.cause(), false));
    }
    orders.write(tx, made);
    CatalogStore.expectRevision(tx, batch.revision);
    leaveCarts(tx, batch);
    batch.holds.hold(tx);
    batch.used.use(tx);
    StockStore.move(tx, batch.moves);
  }

  /** What was ordered from a cart is not in it any more. */
  private static void leaveCarts(Tx tx, PlaceBatch batch) {
    PlaceBatch.Loaded loaded = batch.loaded;
    Map<CartLine, Integer> pieces = cartPieces(batch.commands);
    if (loaded != null) {
      pieces.keySet().retainAll(loaded.cart());
    }
    CartStore.take(tx, pieces);
  }

  /** How many pieces commands order of the lines of their carts. */
  static Map<CartLine, Integer> cartPieces(List<PlaceOrder> commands) {
    Map<CartLine, Integer> pieces = new HashMap<>(0);
    for (PlaceOrder command : commands) {
      Quoted quoted = command.quoted();
      if (quoted != null && quoted.fromCart()) {
        for (PlaceOrder.Line line : command.lines()) {
          CartLine key = new CartLine(command.userId(), line.sku());
          pieces.merge(key, line.quantity(), Math::addExact);
        }
      }
    }
    return pieces;
  }

  static List<Entry> entries(List<PlaceOrder> commands) {
    List<Entry> entries = new ArrayList<>(commands.size());
    for (PlaceOrder command : commands) {
      entries.add(new Entry(command.key(), command.commandHash(), command.number().value()));
    }
    return entries;
  }
}
