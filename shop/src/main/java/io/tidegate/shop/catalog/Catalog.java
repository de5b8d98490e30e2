package io.tidegate.shop.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All goods in memory, as of a revision.
 *
 * <p>A reader that must be right names the {@link #revision} it read first, and has the database
 * compare it when it writes.
 */
public final class Catalog {

  /** A product with its SKUs, in the order of their codes. */
  public record Goods(
      String id, String category, String titleZh, String titleEn, List<String> skus) {}

  private final CatalogStore store;
  private final Map<String, Offer> offers = new ConcurrentHashMap<>();
  private volatile TreeMap<String, Goods> goods = new TreeMap<>();
  private volatile long revision;

  /** An empty view; {@link #refresh} fills it. */
  public Catalog(CatalogStore store) {
    this.store = store;
  }

  public long revision() {
    return revision;
  }

  public @Nullable Offer offer(String sku) {
    return offers.get(sku);
  }

  public Optional<Goods> product(String id) {
    return Optional.ofNullable(goods.get(id));
  }

  /** Products whose id follows {@code after}, in the order of ids. */
  public Iterable<Goods> productsAfter(String after) {
    return goods.tailMap(after, false).values();
  }

  public int size() {
    return offers.size();
  }

  /** Takes over what changed since the last call. */
  public synchronized void refresh() {
    long latest = store.revision();
    if (latest == revision) {
      return;
    }
    List<Offer> changed = store.changedSince(revision);
    boolean newGoods = changed.stream().anyMatch(offer -> !offers.containsKey(offer.sku()));
    if (newGoods) {
      loadGoods();
    }
    changed.forEach(offer -> offers.put(offer.sku(), offer));
    revision = latest;
  }

  private void loadGoods() {
    TreeMap<String, List<String>> skus = new TreeMap<>();
    store.skusByProduct(
        (product, sku) -> skus.computeIfAbsent(product, _ -> new ArrayList<>()).add(sku));
    TreeMap<String, Goods> all = new TreeMap<>();
    store.products((id, row) ->
        all.put(
            id,
            new Goods(
                id,
                row.category(),
                row.titleZh(),
                row.titleEn(),
                List.copyOf(skus.getOrDefault(id, new ArrayList<>())))));
    goods = all;
  }
}
