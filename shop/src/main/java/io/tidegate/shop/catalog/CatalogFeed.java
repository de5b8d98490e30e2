package io.tidegate.shop.catalog;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.catalog.GoodsBatch.Intent;
import io.tidegate.shop.catalog.GoodsBatch.Refusal;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes products, their SKUs and prices from a catalogue outside. Each product has a version there:
 * late and double ones change nothing. A product is taken with all of its SKUs that are named, or
 * not at all; those that are not named stay as they are.
 */
public final class CatalogFeed {

  /** Products of one request, each a transaction of its own. */
  public static final int PRODUCTS_MAX = 50;

  /** Who is on record. */
  static final String ACTOR = "catalog-feed";

  private static final Sql FED = Sql.of("select version from catalog.fed where product = ?");
  private static final Sql KEEP =
      Sql.of(
          """
          insert into catalog.fed as f (product, version) values (?, ?)
          on conflict (product) do update
          set version = excluded.version, fed_at = clock_timestamp()
          where f.version < excluded.version
          returning 1
          """);

  private final Database database;
  private final Catalog catalog;
  private final GoodsStore.Stocking stocking;

  /** A product as the catalogue has it. */
  record FedProduct(String id, long version, ProductWish wish, List<FedSku> skus) {
    FedProduct {
      skus = List.copyOf(skus);
    }
  }

  /** One of its SKUs; what is null stays as it is. */
  record FedSku(
      String code,
      @Nullable String titleZh,
      @Nullable String titleEn,
      Money price,
      int weightGrams,
      @Nullable Boolean active) {

    /**
     * @param now as it is; null where it is new: then it is sold, without titles of its own
     */
    SkuForm over(String product, @Nullable SkuForm now) {
      String zh = now == null ? "" : now.titleZh();
      String en = now == null ? "" : now.titleEn();
      boolean sold = now == null || now.active();
      return new SkuForm(
          product,
          titleZh == null ? zh : titleZh,
          titleEn == null ? en : titleEn,
          price,
          weightGrams,
          active == null ? sold : active);
    }
  }

  /**
   * A feed.
   *
   * @param stocking gives new SKUs a stock; stock is known above
   */
  public CatalogFeed(Database database, Catalog catalog, GoodsStore.Stocking stocking) {
    this.database = database;
    this.catalog = catalog;
    this.stocking = stocking;
  }

  /** Takes products one after the other, and says what came of each. */
  List<Outcome<FedProduct, Refusal>> take(List<FedProduct> products) {
    List<Outcome<FedProduct, Refusal>> outcomes =
        products.stream()
            .map(product -> database.write("catalog-feed", tx -> take(tx, product)))
            .toList();
    catalog.refresh();
    return outcomes;
  }

  /** Under the lock of the revision, so that what was fed before stays what it is. */
  private Outcome<FedProduct, Refusal> take(Tx tx, FedProduct product) {
    String id = product.id();
    GoodsBatch batch =
        GoodsStore.load(tx, List.of(id), product.skus().stream().map(FedSku::code).toList());
    List<Long> fed = tx.query(FED, row -> row.getLong(1), id);
    if (!fed.isEmpty() && product.version() <= fed.getFirst()) {
      return Outcome.alreadyApplied(product);
    }
    StoredProduct now = batch.product(id);
    if (batch.put(Intent.PUT, id, null, product.wish().over(now == null ? null : now.form()))
        instanceof Outcome.Refused<StoredProduct, Refusal>(Refusal why)) {
      return Outcome.refused(why);
    }
    for (FedSku sku : product.skus()) {
      StoredSku known = batch.sku(sku.code());
      SkuForm form = sku.over(id, known == null ? null : known.form());
      if (batch.put(Intent.PUT, sku.code(), null, form)
          instanceof Outcome.Refused<StoredSku, Refusal>(Refusal why)) {
        return Outcome.refused(why); // nothing was written yet
      }
    }
    GoodsStore.save(tx, ACTOR, batch, stocking);
    tx.writeExpecting(1, KEEP, id, product.version());
    return Outcome.applied(product);
  }
}
