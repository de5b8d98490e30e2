package io.tidegate.shop.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
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

  /**
   * A product with its SKUs, in the order of their codes.
   *
   * @param position its place in lists, rising
   * @param glyph the name of the drawing that its picture is made of
   */
  public record Goods(
      String id,
      long position,
      String category,
      String titleZh,
      String titleEn,
      String glyph,
      List<String> skus) {}

  /** The same products by id and in the order of their positions. */
  private record Shelves(Map<String, Goods> byId, NavigableMap<Long, Goods> byPosition) {}

  private final CatalogStore store;
  private final Map<String, Offer> offers = new ConcurrentHashMap<>();
  private volatile Shelves goods = new Shelves(Map.of(), new TreeMap<>());
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
    return Optional.ofNullable(goods.byId().get(id));
  }

  /** Products whose position follows {@code after}, in the order of positions. */
  public Collection<Goods> productsAfter(long after) {
    return goods.byPosition().tailMap(after, false).values();
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
    Map<String, Goods> byId = new HashMap<>();
    NavigableMap<Long, Goods> byPosition = new TreeMap<>();
    for (Goods bare : store.products()) {
      List<String> codes = List.copyOf(skus.getOrDefault(bare.id(), new ArrayList<>()));
      Goods full =
          new Goods(
              bare.id(),
              bare.position(),
              bare.category(),
              bare.titleZh(),
              bare.titleEn(),
              bare.glyph(),
              codes);
      byId.put(full.id(), full);
      byPosition.put(full.position(), full);
    }
    goods = new Shelves(byId, byPosition);
  }
}
