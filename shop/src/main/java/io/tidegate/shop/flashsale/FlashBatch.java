package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.ordering.FixedPriceOrders;
import io.tidegate.shop.ordering.Placed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The working copy of a batch of a sale's orders: pools are locked, keys are claimed. */
final class FlashBatch {

  final Loaded loaded;
  final List<FixedPriceOrders.Made> made = new ArrayList<>();
  final List<Grant> grants = new ArrayList<>();
  final List<Entry> kept = new ArrayList<>();
  final List<byte[]> released = new ArrayList<>(0);
  final Map<String, Twin> byKey = new HashMap<>();
  final TreeMap<Long, Long> taken = new TreeMap<>();
  private final Map<Holding, Long> held;

  /**
   * What was read.
   *
   * @param orders all of the batch
   * @param knownKeys keys that had an answer before, and what it was
   * @param pools locked
   * @param sales as they are while the pools are locked
   * @param held what customers have
   * @param news grants that this node had not heard of
   */
  record Loaded(
      List<FlashOrder> orders,
      Map<String, Entry> knownKeys,
      Map<Long, Placed> replays,
      Map<Long, Pool> pools,
      Map<Long, Sale> sales,
      Map<Holding, Long> held,
      List<GrantStore.Seen> news) {}

  /** What an earlier order of the batch made of a key. */
  record Twin(byte[] commandHash, Placed placed) {}

  FlashBatch(Loaded loaded) {
    this.loaded = loaded;
    this.held = new HashMap<>(loaded.held());
  }

  /** The pool that is locked for it. */
  @Nullable Pool pool(FlashOrder order) {
    Long pool = poolId(order);
    return pool == null ? null : loaded.pools().get(pool);
  }

  /** Whether its goods have a pool, locked or not. */
  boolean hasPool(FlashOrder order) {
    return poolId(order) != null;
  }

  private @Nullable Long poolId(FlashOrder order) {
    Sale sale = loaded.sales().get(order.sale());
    SaleItem item = sale == null ? null : sale.item(order.sku()).orElse(null);
    return item == null ? null : item.pool();
  }

  long taken(@Nullable Pool pool) {
    return pool == null ? 0 : taken.getOrDefault(pool.id(), 0L);
  }

  long held(FlashOrder order) {
    return held.getOrDefault(holding(order), 0L);
  }

  /** Notes that an order is placed, of pieces of this pool. */
  void add(FlashOrder order, Pool pool, Placed placed, String mapKey) {
    boolean consigned = order.way() == FlashOrder.Way.DRAWN;
    made.add(new FixedPriceOrders.Made(placed, order.cause(), consigned));
    grants.add(
        new Grant(
            order.number().value(),
            order.sale(),
            pool.id(),
            order.sku(),
            order.userId(),
            order.quantity(),
            order.keyHash(),
            GrantState.HELD,
            placed.order().version()));
    kept.add(new Entry(order.key(), order.commandHash(), order.number().value()));
    byKey.put(mapKey, new Twin(order.commandHash(), placed));
    taken.merge(pool.id(), (long) order.quantity(), Math::addExact);
    held.merge(holding(order), (long) order.quantity(), Math::addExact);
  }

  private static Holding holding(FlashOrder order) {
    return new Holding(order.sale(), order.sku(), order.userId());
  }
}
