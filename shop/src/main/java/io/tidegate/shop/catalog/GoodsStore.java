package io.tidegate.shop.catalog;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.catalog.GoodsBatch.Edited;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.staff.ActText;
import io.tidegate.shop.staff.StaffStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Products and SKUs as staff edit them, many in one transaction, each edit on record. */
public final class GoodsStore {

  /** Rows of one transaction: longer ones would stop those who edit, and throw back who orders. */
  public static final int ROWS_MAX = 200;

  private static final String PRODUCT_COLUMNS =
      "select id, version, category, title_zh, title_en, glyph, active from catalog.product";
  private static final Sql PRODUCTS = Sql.of(PRODUCT_COLUMNS + " where id = any(?::text[])");
  private static final String SKU_COLUMNS =
      "select code, version, product, title_zh, title_en, price, currency, weight_grams, active"
          + " from catalog.sku";
  private static final Sql SKUS = Sql.of(SKU_COLUMNS + " where code = any(?::text[])");
  private static final Sql SKUS_AFTER =
      Sql.of(SKU_COLUMNS + " where code > ? order by code limit ?");
  private static final Sql SKUS_OF =
      Sql.of(SKU_COLUMNS + " where product = any(?::text[]) order by code");
  private static final Sql COUNTS =
      Sql.of("select product, count(*) from catalog.sku where product = any(?::text[]) group by 1");
  private static final Sql ADD_PRODUCTS =
      Sql.of(
          """
          insert into catalog.product
            (id, version, category, title_zh, title_en, glyph, active, revision)
          select d.*, (select revision from catalog.revision)
          from unnest(?::text[], ?::int[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[]) d
          """);
  private static final Sql EDIT_PRODUCTS =
      Sql.of(
          """
          update catalog.product p
          set version = d.version, category = d.category, title_zh = d.title_zh,
              title_en = d.title_en, glyph = d.glyph, active = d.active,
              revision = (select revision from catalog.revision)
          from unnest(?::text[], ?::int[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[])
               as d(id, version, category, title_zh, title_en, glyph, active)
          where p.id = d.id and p.version = d.version - 1
          returning 1
          """);

  /** What a SKU is called and whether it is sold is said by its product too. */
  private static final Sql TOUCH_SKUS =
      Sql.of(
          """
          update catalog.sku set revision = (select revision from catalog.revision)
          where product = any(?::text[])
          """);

  private static final Sql ADD_SKUS =
      Sql.of(
          """
          insert into catalog.sku
            (code, version, product, title_zh, title_en, price, currency, weight_grams, active,
             revision)
          select d.*, (select revision from catalog.revision)
          from unnest(?::text[], ?::int[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[],
               ?::int[], ?::boolean[]) d
          """);
  private static final Sql EDIT_SKUS =
      Sql.of(
          """
          update catalog.sku s
          set version = d.version, title_zh = d.title_zh, title_en = d.title_en, price = d.price,
              weight_grams = d.weight_grams, active = d.active,
              revision = (select revision from catalog.revision)
          from unnest(?::text[], ?::int[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[],
               ?::int[], ?::boolean[])
               as d(code, version, product, title_zh, title_en, price, currency, weight_grams, active)
          where s.code = d.code and s.version = d.version - 1 and s.product = d.product
            and s.currency = d.currency
          returning 1
          """);

  private final Database database;

  /** Gives new SKUs a stock of nothing, in the transaction that makes them. */
  @FunctionalInterface
  public interface Stocking {
    void open(Tx tx, String[] codes);
  }

  public GoodsStore(Database database) {
    this.database = database;
  }

  public Optional<StoredProduct> product(String id) {
    return products(List.of(id)).stream().findFirst();
  }

  public List<StoredProduct> products(Collection<String> ids) {
    return database.read(PRODUCTS, GoodsStore::product, (Object) array(ids));
  }

  public Optional<StoredSku> sku(String code) {
    return database.read(SKUS, GoodsStore::sku, (Object) new String[] {code}).stream().findFirst();
  }

  /** The SKUs of products, in the order of their codes. */
  public List<StoredSku> skusOf(Collection<String> products) {
    return database.read(SKUS_OF, GoodsStore::sku, (Object) array(products));
  }

  /** SKUs behind a code, in the order of codes. */
  public List<StoredSku> skusAfter(String code, int most) {
    return database.read(SKUS_AFTER, GoodsStore::sku, code, most);
  }

  /**
   * Loads what is edited. Those who edit goods do it one after the other, so nothing of it changes
   * until this transaction ends.
   */
  public static GoodsBatch load(Tx tx, Collection<String> products, Collection<String> skus) {
    CatalogStore.lockRevision(tx);
    String[] ids = array(products);
    Map<String, Integer> counts = new HashMap<>();
    tx.query(COUNTS, row -> counts.put(row.getString(1), row.getInt(2)), (Object) ids);
    return new GoodsBatch(
        tx.query(PRODUCTS, GoodsStore::product, (Object) ids),
        tx.query(SKUS, GoodsStore::sku, (Object) array(skus)),
        counts);
  }

  /**
   * Writes what was edited, and puts it on record.
   *
   * @return how many products and SKUs were written; 0 leaves everything as it is
   */
  public static int save(Tx tx, String actor, GoodsBatch batch, Stocking stocking) {
    List<Edited<StoredProduct>> products = batch.editedProducts();
    List<Edited<StoredSku>> skus = batch.editedSkus();
    if (products.isEmpty() && skus.isEmpty()) {
      return 0;
    }
    CatalogStore.raiseRevision(tx);
    List<StoredProduct> newProducts = added(products);
    List<StoredProduct> oldProducts = edited(products);
    if (!newProducts.isEmpty()) {
      tx.write(ADD_PRODUCTS, productArrays(newProducts));
    }
    if (!oldProducts.isEmpty()) {
      tx.writeExpecting(oldProducts.size(), EDIT_PRODUCTS, productArrays(oldProducts));
      tx.write(TOUCH_SKUS, (Object) texts(oldProducts, StoredProduct::id));
    }
    List<StoredSku> newSkus = added(skus);
    List<StoredSku> oldSkus = edited(skus);
    if (!newSkus.isEmpty()) {
      tx.write(ADD_SKUS, skuArrays(newSkus));
      stocking.open(tx, texts(newSkus, StoredSku::code));
    }
    if (!oldSkus.isEmpty()) {
      tx.writeExpecting(oldSkus.size(), EDIT_SKUS, skuArrays(oldSkus));
    }
    List<ActText> acts = new ArrayList<>();
    products.forEach(each -> acts.add(act(each.before(), each.after())));
    skus.forEach(each -> acts.add(act(each.before(), each.after())));
    StaffStore.record(tx, actor, acts);
    return products.size() + skus.size();
  }

  private static ActText act(@Nullable StoredProduct before, StoredProduct after) {
    ProductForm form = after.form();
    return ActText.of(
        before == null ? "product.add" : "product.edit",
        "product " + after.id(),
        json ->
            json.field("version", after.version())
                .field("category", form.category())
                .field("active", form.active()));
  }

  private static ActText act(@Nullable StoredSku before, StoredSku after) {
    String subject = "sku " + after.code();
    Money price = after.form().price();
    if (before != null && before.form().equals(after.form().at(before.form().price()))) {
      return ActText.of(
          "price.set",
          subject,
          json ->
              json.field("from", before.form().price().amount())
                  .field("to", price.amount())
                  .field("currency", price.currency())
                  .field("version", after.version()));
    }
    return ActText.of(
        before == null ? "sku.add" : "sku.edit",
        subject,
        json -> {
          json.field("version", after.version()).field("product", after.form().product());
          if (before != null && !before.form().price().equals(price)) {
            json.field("from", before.form().price().amount());
          }
          details(json, after.form());
        });
  }

  private static void details(JsonWriter json, SkuForm form) {
    json.field("to", form.price().amount())
        .field("currency", form.price().currency())
        .field("weightGrams", form.weightGrams())
        .field("active", form.active());
  }

  private static <T> List<T> added(List<Edited<T>> all) {
    return all.stream().filter(each -> each.before() == null).map(Edited::after).toList();
  }

  private static <T> List<T> edited(List<Edited<T>> all) {
    return all.stream().filter(each -> each.before() != null).map(Edited::after).toList();
  }

  private static Object[] productArrays(List<StoredProduct> all) {
    boolean[] active = new boolean[all.size()];
    for (int i = 0; i < active.length; i++) {
      active[i] = all.get(i).form().active();
    }
    return new Object[] {
      texts(all, StoredProduct::id),
      all.stream().mapToInt(StoredProduct::version).toArray(),
      texts(all, product -> product.form().category()),
      texts(all, product -> product.form().titleZh()),
      texts(all, product -> product.form().titleEn()),
      texts(all, product -> product.form().glyph()),
      active
    };
  }

  private static Object[] skuArrays(List<StoredSku> all) {
    boolean[] active = new boolean[all.size()];
    for (int i = 0; i < active.length; i++) {
      active[i] = all.get(i).form().active();
    }
    return new Object[] {
      texts(all, StoredSku::code),
      all.stream().mapToInt(StoredSku::version).toArray(),
      texts(all, sku -> sku.form().product()),
      texts(all, sku -> sku.form().titleZh()),
      texts(all, sku -> sku.form().titleEn()),
      all.stream().mapToLong(sku -> sku.form().price().amount()).toArray(),
      texts(all, sku -> sku.form().price().currency()),
      all.stream().mapToInt(sku -> sku.form().weightGrams()).toArray(),
      active
    };
  }

  private static <T> String[] texts(List<T> all, Function<T, String> text) {
    return all.stream().map(text).toArray(String[]::new);
  }

  private static String[] array(Collection<String> texts) {
    return texts.stream().distinct().sorted().toArray(String[]::new);
  }

  private static StoredProduct product(Row row) throws SQLException {
    return new StoredProduct(
        row.getString(1),
        row.getInt(2),
        new ProductForm(
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getBoolean(7)));
  }

  private static StoredSku sku(Row row) throws SQLException {
    return new StoredSku(
        row.getString(1),
        row.getInt(2),
        new SkuForm(
            row.getString(3),
            row.getString(4),
            row.getString(5),
            new Money(row.getLong(6), row.getString(7)),
            row.getInt(8),
            row.getBoolean(9)));
  }
}
