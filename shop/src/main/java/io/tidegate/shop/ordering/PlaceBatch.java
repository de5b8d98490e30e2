package io.tidegate.shop.ordering;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.inventory.Stock;
import io.tidegate.shop.inventory.StockMoves;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of a batch of orders to be placed.
 *
 * <p>With load: keys are claimed, stock is locked. Without: the database decides.
 */
final class PlaceBatch {

  final long catalogRevision;
  final @Nullable Map<String, Stock> stock;
  final Map<String, Entry> knownKeys;
  final Map<Long, Placed> replays;
  final boolean claimed;
  final StockMoves moves = new StockMoves();
  final List<PlaceOrder> commands = new ArrayList<>();
  final List<Order> orders = new ArrayList<>();
  final Map<String, Twin> byKey = new HashMap<>();
  final List<byte[]> released = new ArrayList<>(0);
  @Nullable Instant placedAt;

  /** What an earlier command of the batch made of a key. */
  record Twin(byte[] commandHash, Placed placed) {}

  PlaceBatch(
      long catalogRevision,
      @Nullable Map<String, Stock> stock,
      Map<String, Entry> knownKeys,
      Map<Long, Placed> replays,
      boolean claimed) {
    this.catalogRevision = catalogRevision;
    this.stock = stock;
    this.knownKeys = knownKeys;
    this.replays = replays;
    this.claimed = claimed;
  }

  void add(PlaceOrder command, Order order, String mapKey, Instant now) {
    placedAt = now;
    commands.add(command);
    orders.add(order);
    byKey.put(mapKey, new Twin(command.commandHash(), new Placed(order, command.address())));
    command.lines().forEach(line -> moves.lock(line.sku(), line.quantity()));
  }

  /** An order that was placed before, with an address that may have been erased since. */
  static Placed replay(Order order, @Nullable Address address) {
    Address known = address == null ? new Address("", "", order.region(), "") : address;
    Order first =
        new Order(
            order.number(),
            order.userId(),
            1,
            new OrderState.AwaitingPayment(order.payBefore()),
            order.region(),
            order.amounts(),
            0,
            order.payBefore(),
            null,
            order.items());
    return new Placed(first, known);
  }
}
