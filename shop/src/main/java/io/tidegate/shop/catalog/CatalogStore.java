package io.tidegate.shop.catalog;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.Money;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Goods in the database. */
public final class CatalogStore {

  private static final String OFFERS =
      """
      select s.code, s.product, p.title_zh, s.title_zh, p.title_en, s.title_en,
             s.price, s.currency, s.weight_grams, s.active and p.active, s.version, p.category
      from catalog.sku s join catalog.product p on p.id = s.product
      """;
  private static final Sql REVISION = Sql.of("select revision from catalog.revision");
  private static final Sql LOCK_REVISION =
      Sql.of("select revision from catalog.revision for update");
  private static final Sql REVISION_IS =
      Sql.of("select db.expect((select revision from catalog.revision), ?)");
  private static final Sql CHANGED = Sql.of(OFFERS + " where s.revision > ?");
  private static final Sql FIND = Sql.of(OFFERS + " where s.code = ?");
  private static final Sql PLACES =
      Sql.of(
          """
          select s.code, s.product, p.category
          from catalog.sku s join catalog.product p on p.id = s.product
          where s.code = any(?::text[])
          """);
  private static final Sql KNOWN =
      Sql.of("select code from catalog.sku where code = any(?::text[])");
  private static final Sql ANY = Sql.of("select not exists (select from catalog.sku)");
  private static final Sql SKU_COUNT = Sql.of("select count(*) from catalog.sku");
  private static final Sql PRODUCTS_CHANGED =
      Sql.of("select id from catalog.product where revision > ?");
  private static final Sql GOODS =
      Sql.of(
          """
          select id, position, category, title_zh, title_en, glyph, version, active,
                 array(select s.code from catalog.sku s where s.product = p.id order by s.code)
          from catalog.product p where id = any(?::text[])
          """);
  private static final Sql RAISE =
      Sql.of("update catalog.revision set revision = revision + 1 returning 1");
  private static final Sql ADD_PRODUCTS =
      Sql.of(
          """
          insert into catalog.product (id, category, title_zh, title_en, glyph)
          select id, category, title_zh, title_en, glyph
          from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
               with ordinality as d(id, category, title_zh, title_en, glyph, n)
          order by n
          on conflict (id) do nothing
          """);
  private static final Sql ADD_SKUS =
      Sql.of(
          """
          insert into catalog.sku
            (code, product, title_zh, title_en, price, currency, weight_grams, revision)
          select d.*, (select revision from catalog.revision)
          from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::int[]) d
          on conflict (code) do nothing
          """);
  private static final Sql SET_PRICE =
      Sql.of(
          """
          update catalog.sku
          set price = ?, version = version + 1,
              revision = (select revision from catalog.revision)
          where code = ? and version = ? and currency = ?
          returning 1
          """);

  private final Database database;

  public CatalogStore(Database database) {
    this.database = database;
  }

  public long revision() {
    return database.read(REVISION, row -> row.getLong(1)).getFirst();
  }

  /** The revision as a transaction sees it. */
  public static long revision(Tx tx) {
    return tx.query(REVISION, row -> row.getLong(1)).getFirst();
  }

  /** Fails the transaction when goods or prices have changed since the revision. */
  public static void expectRevision(Tx tx, long revision) {
    tx.write(REVISION_IS, revision);
  }

  /**
   * Lines up those who edit goods, price lists or promotions: they read what they change under this
   * lock, which comes before any other. Who only reads the revision doesn't wait.
   */
  public static void lockRevision(Tx tx) {
    tx.query(LOCK_REVISION, row -> row.getLong(1));
  }

  /**
   * Raises the revision, for an edit of whatever prices depend on: written before what it stands
   * for, it lines up those who edit.
   */
  public static void raiseRevision(Tx tx) {
    tx.writeExpecting(1, RAISE);
  }

  /**
   * Adds products and their SKUs; what is there already stays as it is. Those who edit goods do it
   * one after the other.
   */
  public static void add(Tx tx, List<Product> products) {
    raiseRevision(tx);
    tx.write(
        ADD_PRODUCTS,
        texts(products, Product::id),
        texts(products, product -> product.category().code()),
        texts(products, Product::titleZh),
        texts(products, Product::titleEn),
        texts(products, Product::glyph));
    List<Sku> skus = products.stream().flatMap(product -> product.skus().stream()).toList();
    String[] owners =
        products.stream()
            .flatMap(product -> product.skus().stream().map(_ -> product.id()))
            .toArray(String[]::new);
    tx.write(
        ADD_SKUS,
        texts(skus, sku -> sku.code().value()),
        owners,
        texts(skus, Sku::variantZh),
        texts(skus, Sku::variantEn),
        skus.stream().mapToLong(sku -> sku.price().amount()).toArray(),
        texts(skus, sku -> sku.price().currency()),
        skus.stream().mapToInt(Sku::weightGrams).toArray());
  }

  private static <T> String[] texts(List<T> all, Function<T, String> text) {
    return all.stream().map(text).toArray(String[]::new);
  }

  /** Which of these codes exist. */
  public static Set<String> known(Tx tx, Collection<String> codes) {
    return Set.copyOf(
        tx.query(KNOWN, row -> row.getString(1), (Object) codes.toArray(String[]::new)));
  }

  /** Whether there is nothing yet. */
  public static boolean isEmpty(Tx tx) {
    return tx.query(ANY, row -> row.getBoolean(1)).getFirst();
  }

  /** How many SKUs there are; for starts, not for requests. */
  public long skuCount() {
    return database.read(SKU_COUNT, row -> row.getLong(1)).getFirst();
  }

  /**
   * Where a SKU stands.
   *
   * @param product its product's id
   */
  public record Place(String product, String category) {}

  /** Where those of these SKUs stand that there are. */
  public Map<String, Place> places(Collection<String> skus) {
    Map<String, Place> places = new HashMap<>();
    database
        .read(
            PLACES,
            row -> Map.entry(row.getString(1), new Place(row.getString(2), row.getString(3))),
            (Object) skus.toArray(String[]::new))
        .forEach(place -> places.put(place.getKey(), place.getValue()));
    return places;
  }

  /** A SKU as a transaction sees it. */
  static Optional<Offer> find(Tx tx, String sku) {
    return tx.query(FIND, CatalogStore::read, sku).stream().findFirst();
  }

  /** Sets a price, expecting the version that the editor saw. */
  static void setPrice(Tx tx, String sku, int expectedVersion, Money price) {
    tx.writeExpecting(1, SET_PRICE, price.amount(), sku, expectedVersion, price.currency());
  }

  List<Offer> changedSince(long revision) {
    return database.read(CHANGED, CatalogStore::read, revision);
  }

  /** Ids of products that were edited after a revision. */
  List<String> productsChangedSince(long revision) {
    return database.read(PRODUCTS_CHANGED, row -> row.getString(1), revision);
  }

  /** Products with their SKUs. */
  List<Catalog.Goods> goods(Collection<String> ids) {
    return database.read(
        GOODS,
        row ->
            new Catalog.Goods(
                row.getString(1),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getInt(7),
                row.getBoolean(8),
                List.of(row.getStrings(9))),
        (Object) ids.toArray(String[]::new));
  }

  private static Offer read(Row row) throws SQLException {
    String variantZh = row.getString(4);
    String title = variantZh.isEmpty() ? row.getString(3) : row.getString(3) + " " + variantZh;
    return new Offer(
        row.getString(1),
        row.getString(2),
        row.getString(12),
        title,
        variantZh,
        row.getString(6),
        new Money(row.getLong(7), row.getString(8)),
        row.getInt(9),
        row.getBoolean(10),
        row.getInt(11));
  }
}
