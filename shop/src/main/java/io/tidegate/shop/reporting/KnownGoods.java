package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.flashsale.SaleStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Goods and pools as the database knows them, those that were asked for last in memory. An edit of
 * the catalogue has all of them read again.
 */
final class KnownGoods implements LakeGoods {

  /** Some 10 MB. */
  private static final int KEPT_MAX = 50_000;

  private final CatalogStore catalog;
  private final SaleStore sales;
  private final Map<String, Place> places = new Latest<>();
  private final Map<String, String> saleOfPool = new Latest<>();
  private long revision = -1;

  KnownGoods(Database database) {
    this.catalog = new CatalogStore(database);
    this.sales = new SaleStore(database);
  }

  /** The entries that were used last. */
  private static final class Latest<V> extends LinkedHashMap<String, V> {
    private static final long serialVersionUID = 1L;

    Latest() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
      return size() > KEPT_MAX;
    }
  }

  @Override
  public synchronized Map<String, Place> places(Collection<String> skus) {
    if (skus.isEmpty()) {
      return Map.of();
    }
    long now = catalog.revision();
    if (now != revision) {
      places.clear();
      revision = now;
    }
    return found(
        places,
        skus,
        missing -> {
          Map<String, Place> read = new HashMap<>();
          catalog
              .places(missing)
              .forEach((sku, place) -> read.put(sku, new Place(place.product(), place.category())));
          return read;
        });
  }

  @Override
  public synchronized Map<String, String> sales(Collection<String> pools) {
    return found(
        saleOfPool,
        pools,
        missing -> {
          Map<String, String> read = new HashMap<>();
          sales
              .ofPools(missing.stream().mapToLong(Long::parseLong).toArray())
              .forEach((pool, sale) -> read.put(Long.toString(pool), Long.toString(sale)));
          return read;
        });
  }

  private static <V> Map<String, V> found(
      Map<String, V> kept, Collection<String> wanted, Function<List<String>, Map<String, V>> read) {
    Map<String, V> found = new HashMap<>();
    Set<String> missing = new TreeSet<>();
    for (String each : wanted) {
      V known = kept.get(each);
      if (known == null) {
        missing.add(each);
      } else {
        found.put(each, known);
      }
    }
    if (!missing.isEmpty()) {
      Map<String, V> fresh = read.apply(List.copyOf(missing));
      kept.putAll(fresh);
      found.putAll(fresh);
    }
    return found;
  }
}
