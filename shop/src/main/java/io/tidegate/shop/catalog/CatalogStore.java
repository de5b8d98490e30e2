package io.tidegate.shop.catalog;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.Money;
import java.sql.SQLException;
import java.util.List;
import java.util.function.BiConsumer;

/** Goods in the database. */
public final class CatalogStore {

  private static final Sql REVISION = Sql.of("select revision from catalog.revision");
  private static final Sql REVISION_IS =
      Sql.of("select db.expect((select revision from catalog.revision), ?)");
  private static final Sql CHANGED =
      Sql.of(
          """
          select s.code, s.product, p.title_zh, s.title_zh, p.title_en, s.title_en,
                 s.price, s.currency, s.weight_grams, s.active, s.version
          from catalog.sku s join catalog.product p on p.id = s.product
          where s.revision > ?
          """);
  private static final Sql PRODUCTS =
      Sql.of("select id, category, title_zh, title_en from catalog.product");
  private static final Sql SKUS = Sql.of("select product, code from catalog.sku order by code");
  private static final Sql RAISE =
      Sql.of("update catalog.revision set revision = revision + 1 returning 1");
  private static final Sql ADD_PRODUCTS =
      Sql.of(
          """
          insert into catalog.product (id, category, title_zh, title_en)
          select * from unnest(?::text[], ?::text[], ?::text[], ?::text[])
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

  /** A product's own texts. */
  record ProductRow(String category, String titleZh, String titleEn) {}

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

  /** Raises the revision: written before what it stands for, it lines up those who edit. */
  static void raiseRevision(Tx tx) {
    tx.writeExpecting(1, RAISE);
  }

  static void addProducts(
      Tx tx, String[] ids, String[] categories, String[] titlesZh, String[] titlesEn) {
    tx.write(ADD_PRODUCTS, ids, categories, titlesZh, titlesEn);
  }

  static void addSkus(
      Tx tx,
      String[] codes,
      String[] products,
      String[] titlesZh,
      String[] titlesEn,
      long[] prices,
      String[] currencies,
      int[] weights) {
    tx.write(ADD_SKUS, codes, products, titlesZh, titlesEn, prices, currencies, weights);
  }

  /** Sets a price, expecting the version that the editor saw. */
  static void setPrice(Tx tx, String sku, int expectedVersion, Money price) {
    tx.writeExpecting(1, SET_PRICE, price.amount(), sku, expectedVersion, price.currency());
  }

  List<Offer> changedSince(long revision) {
    return database.read(CHANGED, CatalogStore::read, revision);
  }

  void products(BiConsumer<String, ProductRow> each) {
    database.read(
        PRODUCTS,
        row -> {
          each.accept(
              row.getString(1),
              new ProductRow(row.getString(2), row.getString(3), row.getString(4)));
          return true;
        });
  }

  void skusByProduct(BiConsumer<String, String> each) {
    database.read(
        SKUS,
        row -> {
          each.accept(row.getString(1), row.getString(2));
          return true;
        });
  }

  private static Offer read(Row row) throws SQLException {
    String variantZh = row.getString(4);
    String title = variantZh.isEmpty() ? row.getString(3) : row.getString(3) + " " + variantZh;
    return new Offer(
        row.getString(1),
        row.getString(2),
        title,
        variantZh,
        row.getString(6),
        new Money(row.getLong(7), row.getString(8)),
        row.getInt(9),
        row.getBoolean(10),
        row.getInt(11));
  }
}
