package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.LaneHandler;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.FixedPriceOrders;
import io.tidegate.shop.ordering.OrderItem;
import io.tidegate.shop.ordering.Placed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Places many orders of sales in one transaction. Owns no rule: rules are in {@link FlashOrder}.
 *
 * <p>Whoever takes from a pool holds its row, so this is the order of things on all nodes: keys,
 * pools, then sales and grants, read while nobody else can sell, stop or end them. What a batch
 * leaves in a pool is what the gates know from then on.
 */
final class FlashLane
    implements LaneHandler<FlashOrder, FlashBatch, Outcome<Placed, FlashRefusal>> {

  private static final int BYTES = 640;

  private final Gates gates;
  private final FixedPriceOrders orders;
  private final Committed committed;

  /** Is told after each commit. */
  @FunctionalInterface
  interface Committed {
    /**
     * @param freeByPool what the batch left in its pools
     */
    void told(FlashBatch batch, Map<Long, Long> freeByPool);
  }

  FlashLane(Gates gates, FixedPriceOrders orders, Committed committed) {
    this.gates = gates;
    this.orders = orders;
    this.committed = committed;
  }

  /** What a command takes of a batch's bytes, roughly. */
  static int bytes(FlashOrder order) {
    return BYTES;
  }

  @Override
  public FlashBatch load(Tx tx, List<FlashOrder> batch) {
    Map<String, Entry> known = IdempotencyTable.claim(tx, entries(batch));
    Map<Long, Placed> replays = orders.replays(tx, known);
    Set<Long> saleIds = new HashSet<>();
    batch.forEach(order -> saleIds.add(order.sale()));
    Map<Long, Long> lastGrants = gates.batchBegins(saleIds);
    Set<Long> poolIds = new HashSet<>(lastGrants.keySet());
    poolIds.addAll(poolsUnknownToGates(tx, batch));
    Map<Long, Pool> pools = poolIds.isEmpty() ? Map.of() : PoolStore.lock(tx, poolIds);
    Map<Long, Sale> sales = SaleStore.read(tx, saleIds);
    return new FlashBatch(
        new FlashBatch.Loaded(
            batch,
            known,
            replays,
            pools,
            sales,
            GrantStore.counted(tx, buyers(batch)),
            lastGrants.isEmpty() ? List.of() : GrantStore.since(tx, lastGrants)));
  }

  /**
   * Pools of sales of which this node's gates don't know all, as their rows have them: such as one
   * that was warmed a moment ago, or that is long over. Who only repeats a key takes from none.
   */
  private Set<Long> poolsUnknownToGates(Tx tx, List<FlashOrder> batch) {
    Set<Long> asked = new HashSet<>();
    for (FlashOrder order : batch) {
      if (order.way() != FlashOrder.Way.REPEATED && !gates.knowPool(order.sale(), order.sku())) {
        asked.add(order.sale());
      }
    }
    Set<Long> pools = new HashSet<>();
    SaleStore.read(tx, asked).values().forEach(sale -> pools.addAll(sale.pools()));
    return pools;
  }

  @Override
  public Outcome<Placed, FlashRefusal> decide(FlashBatch batch, FlashOrder order, Instant now) {
    String mapKey = IdempotencyTable.mapKey(order.key());
    Entry known = batch.loaded.knownKeys().get(mapKey);
    if (known != null) {
      return repeated(
          known.sameCommand(order.commandHash()), batch.loaded.replays().get(known.reference()));
    }
    FlashBatch.Twin twin = batch.byKey.get(mapKey);
    if (twin != null) {
      return repeated(Arrays.equals(twin.commandHash(), order.commandHash()), twin.placed());
    }
    Sale sale = batch.loaded.sales().get(order.sale());
    Pool pool = batch.pool(order);
    if (pool == null && batch.hasPool(order) && order.way() != FlashOrder.Way.REPEATED) {
      return refused(batch, order, FlashRefusal.LATE); // it was warmed between two statements
    }
    FlashRefusal why = order.refusal(sale, pool, batch.taken(pool), batch.held(order), now);
    if (why != null) {
      return refused(batch, order, why);
    }
    Sale open = Objects.requireNonNull(sale);
    Pool from = Objects.requireNonNull(pool);
    return switch (orders.decide(wish(open, from, order), now, now.plus(open.payWindow()))) {
      case Outcome.Applied<Placed, FixedPriceOrders.Refusal>(Placed placed) -> {
        batch.add(order, from, placed, mapKey);
        yield Outcome.applied(placed);
      }
      case Outcome.AlreadyApplied<Placed, FixedPriceOrders.Refusal>(Placed placed) ->
          Outcome.alreadyApplied(placed);
      case Outcome.Refused<Placed, FixedPriceOrders.Refusal>(FixedPriceOrders.Refusal refusal) ->
          refused(batch, order, of(refusal));
    };
  }

  private static Outcome<Placed, FlashRefusal> repeated(boolean same, @Nullable Placed placed) {
    return same && placed != null
        ? Outcome.alreadyApplied(placed)
        : Outcome.refused(FlashRefusal.KEY_REUSED);
  }

  private static Outcome<Placed, FlashRefusal> refused(
      FlashBatch batch, FlashOrder order, FlashRefusal why) {
    batch.released.add(order.key());
    return Outcome.refused(why);
  }

  private static FlashRefusal of(FixedPriceOrders.Refusal refusal) {
    return switch (refusal) {
      case NO_SUCH_ADDRESS -> FlashRefusal.NO_SUCH_ADDRESS;
      case NOT_CARRIED -> FlashRefusal.NOT_CARRIED;
    };
  }

  private static FixedPriceOrders.Wish wish(Sale sale, Pool pool, FlashOrder order) {
    SaleItem item = sale.item(order.sku()).orElseThrow();
    return new FixedPriceOrders.Wish(
        order.number(),
        order.userId(),
        new OrderItem(item.sku(), item.title(), order.quantity(), item.price(), 0, pool.id()),
        sale.currency(),
        order.address());
  }

  @Override
  public void save(Tx tx, FlashBatch batch) {
    if (batch.made.isEmpty()) { // it is rolled back, and the claimed keys with it
      return;
    }
    IdempotencyTable.settle(tx, batch.released, batch.kept);
    orders.write(tx, batch.made);
    GrantStore.insert(tx, batch.grants);
    PoolStore.take(tx, batch.taken);
  }

  @Override
  public void committed(FlashBatch batch) {
    Map<Long, Long> free = new HashMap<>();
    batch.loaded.pools().forEach((id, pool) -> free.put(id, pool.free() - batch.taken(pool)));
    committed.told(batch, free);
  }

  private static List<Entry> entries(List<FlashOrder> batch) {
    List<Entry> entries = new ArrayList<>(batch.size());
    for (FlashOrder order : batch) {
      entries.add(new Entry(order.key(), order.commandHash(), order.number().value()));
    }
    return entries;
  }

  private static List<Holding> buyers(List<FlashOrder> batch) {
    List<Holding> buyers = new ArrayList<>(batch.size());
    for (FlashOrder order : batch) {
      buyers.add(new Holding(order.sale(), order.sku(), order.userId()));
    }
    return buyers;
  }
}
