package io.tidegate.server;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.DemoCatalogue;
import io.tidegate.shop.catalog.Product;
import io.tidegate.shop.catalog.Sku;
import io.tidegate.shop.inventory.OnHandStore;
import io.tidegate.shop.inventory.StockStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Fills an empty shop with the demo goods and their stock, which is spread over the warehouses
 * (S6).
 *
 * <p>It goes in chunks, each a transaction that adds what is missing: so it may be broken off,
 * begun again, asked for more SKUs at a later start, and run on several nodes at once. A catalogue
 * that does not begin with the demo's own goods is somebody's own, and is left alone.
 */
public final class DemoGoods {

  private static final int CHUNK_SKUS = 1_000;

  /** More SKUs are asked for by benches, which must not run out of stock. */
  private static final int BENCH_SKUS = 1_000;

  private static final long BENCH_STOCK = 1_000_000;

  /** Any number that no other advisory lock of this database has. */
  private static final long LOCK_KEY = 4_021_110;

  private static final Sql LOCK = Sql.of("select pg_advisory_xact_lock(?)");

  private final Database database;
  private final CatalogStore catalog;
  private final String[] warehouses;

  /**
   * @param warehouses ids of the warehouses that goods lie in, at least one
   */
  public DemoGoods(Database database, List<String> warehouses) {
    this.database = database;
    this.catalog = new CatalogStore(database);
    this.warehouses = warehouses.toArray(String[]::new);
  }

  /**
   * Loads what is missing.
   *
   * @param skuCount how many SKUs the shop shall have; 0: all that are written by hand
   * @param progress told after each chunk how many SKUs were looked at so far
   * @return how many SKUs this call has added
   */
  public long load(int skuCount, LongConsumer progress) {
    long wanted =
        skuCount > 0
            ? skuCount
            : DemoCatalogue.products().mapToLong(product -> product.skus().size()).sum();
    if (catalog.skuCount() >= wanted) {
      return 0;
    }
    boolean forBenches = skuCount > BENCH_SKUS;
    Iterator<Product> products =
        (skuCount > 0 ? DemoCatalogue.products(skuCount) : DemoCatalogue.products()).iterator();
    long seen = 0;
    long added = 0;
    while (products.hasNext()) {
      List<Product> chunk = chunk(products);
      boolean first = seen == 0;
      long here = database.write("demo-goods", tx -> add(tx, chunk, first, forBenches));
      if (here < 0) {
        return 0;
      }
      added += here;
      seen += skus(chunk);
      progress.accept(seen);
    }
    return added;
  }

  private static List<Product> chunk(Iterator<Product> products) {
    List<Product> chunk = new ArrayList<>();
    for (int skus = 0; skus < CHUNK_SKUS && products.hasNext(); ) {
      Product next = products.next();
      chunk.add(next);
      skus += next.skus().size();
    }
    return chunk;
  }

  private static int skus(List<Product> products) {
    return products.stream().mapToInt(product -> product.skus().size()).sum();
  }

  /** How many were added; negative where the catalogue is not the demo's. */
  private long add(Tx tx, List<Product> chunk, boolean first, boolean forBenches) {
    tx.query(LOCK, _ -> true, LOCK_KEY);
    List<Sku> skus = chunk.stream().flatMap(product -> product.skus().stream()).toList();
    Set<String> known =
        CatalogStore.known(tx, skus.stream().map(sku -> sku.code().value()).toList());
    if (first && known.isEmpty() && !CatalogStore.isEmpty(tx)) {
      return -1;
    }
    List<Sku> missing = skus.stream().filter(sku -> !known.contains(sku.code().value())).toList();
    if (missing.isEmpty()) {
      return 0;
    }
    String[] codes = missing.stream().map(sku -> sku.code().value()).toArray(String[]::new);
    long[] quantities =
        missing.stream().mapToLong(sku -> forBenches ? BENCH_STOCK : sku.stockUnits()).toArray();
    CatalogStore.add(tx, chunk);
    OnHandStore.open(tx, codes, quantities, warehouses);
    StockStore.open(tx, codes, quantities);
    return missing.size();
  }
}
