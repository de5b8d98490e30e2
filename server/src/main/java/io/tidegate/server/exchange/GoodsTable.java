package io.tidegate.server.exchange;

import io.tidegate.platform.db.Database;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.catalog.Category;
import io.tidegate.shop.catalog.GoodsBatch;
import io.tidegate.shop.catalog.GoodsBatch.Refusal;
import io.tidegate.shop.catalog.GoodsRules;
import io.tidegate.shop.catalog.GoodsStore;
import io.tidegate.shop.catalog.ProductForm;
import io.tidegate.shop.catalog.ProductWish;
import io.tidegate.shop.catalog.SkuForm;
import io.tidegate.shop.catalog.StoredProduct;
import io.tidegate.shop.catalog.StoredSku;
import io.tidegate.shop.inventory.StockStore;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.kernel.SkuCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Goods in a file: a SKU in each row, with its product, which all its rows tell alike. */
final class GoodsTable implements Table<GoodsTable.Line> {

  /** A row is a product and a SKU, so half as many of them are as many rows of tables. */
  private static final int ROWS_MAX = GoodsStore.ROWS_MAX / 2;

  private static final int PAGE_ROWS = 1_000;
  private static final Set<String> CATEGORIES =
      Arrays.stream(Category.values()).map(Category::code).collect(Collectors.toUnmodifiableSet());

  private final Database database;
  private final String actor;

  /**
   * A row.
   *
   * @param sku with the product's id; its variants are empty where the file has none
   * @param variants whether the file has them
   * @param active null where the cell is empty
   */
  record Line(
      String product,
      ProductWish wish,
      String code,
      SkuForm sku,
      boolean variants,
      @Nullable Boolean active) {}

  GoodsTable(Database database, String actor) {
    this.database = database;
    this.actor = actor;
  }

  @Override
  public List<String> columns() {
    return List.of(
        "product",
        "category",
        "titleZh",
        "titleEn",
        "glyph",
        "productActive",
        "sku",
        "variantZh",
        "variantEn",
        "price",
        "currency",
        "weightGrams",
        "active");
  }

  @Override
  public Set<String> needed() {
    return Set.of("product", "category", "titleZh", "titleEn", "sku", "price", "weightGrams");
  }

  @Override
  public int rowsMax() {
    return ROWS_MAX;
  }

  @Override
  public Line read(CsvRow row) {
    String product = row.needed("product", GoodsRules::isProductId, GoodsRules.PRODUCT_ID);
    ProductWish wish = wish(row);
    String code = row.needed("sku", SkuCode::isValid, GoodsRules.SKU_CODE);
    Money price = row.price("price", "currency", GoodsRules.PRICE_MAX);
    int weight = (int) row.number("weightGrams", 0, GoodsRules.WEIGHT_GRAMS_MAX);
    Boolean active = truth(row, "active");
    SkuForm sku =
        new SkuForm(
            product,
            row.text("variantZh", GoodsRules.TITLE_CHARS_MAX),
            row.text("variantEn", GoodsRules.TITLE_CHARS_MAX),
            price,
            weight,
            active == null || active);
    return new Line(product, wish, code, sku, row.has("variantZh"), active);
  }

  private static ProductWish wish(CsvRow row) {
    String glyph = row.cell("glyph");
    if (!glyph.isEmpty() && !GoodsRules.glyphs().contains(glyph)) {
      row.refuse("glyph", "is no drawing");
    }
    row.needed("titleZh");
    row.needed("titleEn");
    return new ProductWish(
        row.needed("category", CATEGORIES::contains, "is no category"),
        row.text("titleZh", GoodsRules.TITLE_CHARS_MAX),
        row.text("titleEn", GoodsRules.TITLE_CHARS_MAX),
        glyph.isEmpty() ? null : glyph,
        truth(row, "productActive"));
  }

  private static @Nullable Boolean truth(CsvRow row, String column) {
    return row.cell(column).isEmpty() ? null : row.truth(column, true);
  }

  @Override
  public String key(Line row) {
    return row.code();
  }

  @Override
  public Told told(Line row) {
    return new Told("product", row.product(), row.wish());
  }

  @Override
  public List<Fate> write(List<Line> rows) {
    List<String> products = rows.stream().map(Line::product).toList();
    List<String> codes = rows.stream().map(Line::code).toList();
    return database.write(
        "import",
        tx -> {
          GoodsBatch batch = GoodsStore.load(tx, products, codes);
          List<Fate> fates = new ArrayList<>(rows.size());
          rows.forEach(row -> fates.add(put(batch, row)));
          GoodsStore.save(
              tx,
              actor,
              batch,
              (same, added) -> StockStore.open(same, added, new long[added.length]));
          return fates;
        });
  }

  private static Fate put(GoodsBatch batch, Line row) {
    StoredProduct product = batch.product(row.product());
    StoredSku sku = batch.sku(row.code());
    ProductForm productForm = row.wish().over(product == null ? null : product.form());
    SkuForm form = row.sku();
    if (sku != null) {
      SkuForm now = sku.form();
      form =
          new SkuForm(
              form.product(),
              row.variants() ? form.titleZh() : now.titleZh(),
              row.variants() ? form.titleEn() : now.titleEn(),
              form.price(),
              form.weightGrams(),
              row.active() == null ? now.active() : form.active());
    }
    return switch (batch.putBoth(row.product(), productForm, row.code(), form)) {
      case Outcome.Applied<StoredSku, Refusal> _ -> new Fate.Written();
      case Outcome.AlreadyApplied<StoredSku, Refusal> _ ->
          product != null && productForm.equals(product.form())
              ? new Fate.Same()
              : new Fate.Written();
      case Outcome.Refused<StoredSku, Refusal>(Refusal why) -> refused(why);
    };
  }

  static Fate refused(Refusal why) {
    return switch (why) {
      case NOT_FOUND -> new Fate.Refused("sku", "is no SKU");
      case NO_PRODUCT -> new Fate.Refused("product", "is no product");
      case OTHER_PRODUCT -> new Fate.Refused("product", "is not the one that the SKU belongs to");
      case OTHER_CURRENCY -> new Fate.Refused("currency", "is not the one that the SKU has");
      case FULL ->
          new Fate.Refused("product", "has " + GoodsBatch.SKUS_PER_PRODUCT_MAX + " SKUs already");
      case EXISTS, STALE -> new Fate.Refused("", "was changed meanwhile");
    };
  }

  @Override
  public long count() {
    return new CatalogStore(database).skuCount();
  }

  @Override
  public void each(Consumer<List<String>> row) {
    GoodsStore store = new GoodsStore(database);
    String after = "";
    while (true) {
      List<StoredSku> page = store.skusAfter(after, PAGE_ROWS);
      if (page.isEmpty()) {
        return;
      }
      after = page.getLast().code();
      Map<String, StoredProduct> products =
          store.products(page.stream().map(sku -> sku.form().product()).toList()).stream()
              .collect(Collectors.toMap(StoredProduct::id, Function.identity()));
      for (StoredSku sku : page) {
        StoredProduct product = products.get(sku.form().product());
        if (product != null) {
          row.accept(cells(product, sku));
        }
      }
    }
  }

  private static List<String> cells(StoredProduct product, StoredSku sku) {
    ProductForm shown = product.form();
    SkuForm form = sku.form();
    return List.of(
        product.id(),
        shown.category(),
        shown.titleZh(),
        shown.titleEn(),
        shown.glyph(),
        Boolean.toString(shown.active()),
        sku.code(),
        form.titleZh(),
        form.titleEn(),
        form.price().decimal(),
        form.price().currency(),
        Integer.toString(form.weightGrams()),
        Boolean.toString(form.active()));
  }
}
