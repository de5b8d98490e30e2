package io.tidegate.server.exchange;

import io.tidegate.platform.db.Database;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.GoodsBatch;
import io.tidegate.shop.catalog.GoodsBatch.Intent;
import io.tidegate.shop.catalog.GoodsBatch.Refusal;
import io.tidegate.shop.catalog.GoodsRules;
import io.tidegate.shop.catalog.GoodsStore;
import io.tidegate.shop.catalog.StoredSku;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** List prices in a file. */
final class PriceTable implements Table<PriceTable.Line> {

  private static final int PAGE_ROWS = 1_000;

  private final Database database;
  private final String actor;

  /** A row. */
  record Line(String code, Money price) {}

  PriceTable(Database database, String actor) {
    this.database = database;
    this.actor = actor;
  }

  @Override
  public List<String> columns() {
    return List.of("sku", "price", "currency");
  }

  @Override
  public Set<String> needed() {
    return Set.of("sku", "price");
  }

  @Override
  public int rowsMax() {
    return GoodsStore.ROWS_MAX;
  }

  @Override
  public Line read(CsvRow row) {
    return new Line(
        row.needed("sku", SkuCode::isValid, GoodsRules.SKU_CODE),
        row.price("price", "currency", GoodsRules.PRICE_MAX));
  }

  @Override
  public String key(Line row) {
    return row.code();
  }

  @Override
  public List<Fate> write(List<Line> rows) {
    List<String> codes = rows.stream().map(Line::code).toList();
    return database.write(
        "import",
        tx -> {
          GoodsBatch batch = GoodsStore.load(tx, List.of(), codes);
          List<Fate> fates = new ArrayList<>(rows.size());
          rows.forEach(row -> fates.add(put(batch, row)));
          GoodsStore.save(tx, actor, batch, (_, _) -> {});
          return fates;
        });
  }

  private static Fate put(GoodsBatch batch, Line row) {
    StoredSku now = batch.sku(row.code());
    if (now == null) {
      return GoodsTable.refused(Refusal.NOT_FOUND);
    }
    return switch (batch.put(Intent.EDIT, row.code(), null, now.form().at(row.price()))) {
      case Outcome.Applied<StoredSku, Refusal> _ -> new Fate.Written();
      case Outcome.AlreadyApplied<StoredSku, Refusal> _ -> new Fate.Same();
      case Outcome.Refused<StoredSku, Refusal>(Refusal why) -> GoodsTable.refused(why);
    };
  }

  @Override
  public long count() {
    return new CatalogStore(database).skuCount();
  }

  @Override
  public void each(Consumer<List<String>> row) {
    GoodsStore store = new GoodsStore(database);
    List<StoredSku> page = store.skusAfter("", PAGE_ROWS);
    while (!page.isEmpty()) {
      for (StoredSku sku : page) {
        Money price = sku.form().price();
        row.accept(List.of(sku.code(), price.decimal(), price.currency()));
      }
      page = store.skusAfter(page.getLast().code(), PAGE_ROWS);
    }
  }
}
