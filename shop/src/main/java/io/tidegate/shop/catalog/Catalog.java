package io.tidegate.shop.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
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
   * @param version rises with each edit of the product itself
   * @param active whether it is shown and sold
   */
  public record Goods(
      String id,
      long position,
      String category,
      String titleZh,
      String titleEn,
      String glyph,
      int version,
      boolean active,
      List<String> skus) {}

  private final CatalogStore store;
  private final Map<String, Offer> offers = new ConcurrentHashMap<>();
  private final Map<String, Goods> goods = new ConcurrentHashMap<>();
  private final NavigableMap<Long, Goods> byPosition = new ConcurrentSkipListMap<>();
  private volatile long edits; // raised by refresh only, which is synchronized
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

  /** The product at a position. */
  Optional<Goods> productAt(long position) {
    return Optional.ofNullable(byPosition.get(position));
  }

  /** The offers of a product, at their list prices; one that is newer than its offers has fewer. */
  public List<Offer> offers(Goods product) {
    List<Offer> known = new ArrayList<>(product.skus().size());
    for (String sku : product.skus()) {
      Offer offer = offers.get(sku);
      if (offer != null) {
        known.add(offer);
      }
    }
    return known;
  }

  /** Products whose position follows {@code after}, in the order of positions. */
  public Collection<Goods> productsAfter(long after) {
    return byPosition.tailMap(after, false).values();
  }

  /** Rises whenever this view has taken over a change of products or SKUs. */
  public long edits() {
    return edits;
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
    Set<String> products = new TreeSet<>(store.productsChangedSince(revision));
    changed.stream()
        .filter(offer -> !offers.containsKey(offer.sku()))
        .forEach(offer -> products.add(offer.product()));
    List<Goods> loaded = products.isEmpty() ? List.of() : store.goods(products);
    // Products first: who finds an offer finds its product.
    for (Goods each : loaded) {
      goods.put(each.id(), each);
      byPosition.put(each.position(), each);
    }
    changed.forEach(offer -> offers.put(offer.sku(), offer));
    if (!loaded.isEmpty() || !changed.isEmpty()) {
      edits++;
    }
    revision = latest;
  }
}
