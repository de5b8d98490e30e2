package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.inventory.PoolStore;
import io.tidegate.shop.kernel.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pools behind a sale's goods: opened, made larger and closed while its row is held. */
final class SalePools {

  private static final Logger log = LoggerFactory.getLogger(SalePools.class);

  private SalePools() {}

  /**
   * The sale with pools behind its goods.
   *
   * @param takesLess whether it takes what is there where stock is short
   */
  static Outcome<Sale, SaleRefusal> open(Tx tx, Sale sale, boolean takesLess) {
    SortedMap<String, Long> wanted = new TreeMap<>();
    sale.items().forEach(item -> wanted.put(item.sku(), item.allocation()));
    PoolStore.Opening opening = PoolStore.open(tx, wanted);
    if (takesLess && opening instanceof PoolStore.Short(Map<String, Long> available)) {
      log.warn("sale {}: stock is short of what was planned: {}", sale.id(), available.keySet());
      available.forEach((sku, there) -> wanted.merge(sku, Math.max(0, there), Math::min));
      opening = PoolStore.open(tx, wanted);
    }
    return switch (opening) {
      case PoolStore.Short(Map<String, Long> available) ->
          Outcome.refused(new SaleRefusal.OutOfStock(Set.copyOf(available.keySet())));
      case PoolStore.Opened(Map<String, Long> pools) ->
          Outcome.applied(
              sale.warmed(
                  sale.items().stream()
                      .map(item ->
                          item.pooled(wanted.getOrDefault(item.sku(), 0L), pools.get(item.sku())))
                      .toList()));
    };
  }

  /** Takes more out of the normal stock; false where it is short. */
  static boolean grow(Tx tx, long pool, long quantity) {
    Pool locked = PoolStore.lock(tx, List.of(pool)).get(pool);
    if (locked == null) {
      throw new IllegalStateException("no pool " + pool);
    }
    return PoolStore.add(tx, locked, quantity);
  }

  /** What they have free is normal stock again. */
  static void close(Tx tx, Sale sale) {
    PoolStore.close(tx, PoolStore.lock(tx, sale.pools()).values());
  }

  /** How many pieces were planned, where stock had fewer. */
  static void wanted(JsonWriter json, Sale planned) {
    json.name("wanted").beginArray();
    for (SaleItem item : planned.items()) {
      json.beginObject().field("sku", item.sku()).field("quantity", item.allocation()).endObject();
    }
    json.endArray();
  }
}
