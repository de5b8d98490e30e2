package io.tidegate.shop.promotion;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.promotion.PriceList.Prices;
import io.tidegate.shop.promotion.Promotion.Deal;
import io.tidegate.shop.promotion.Promotion.Tier;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Price lists and promotions in the database.
 *
 * <p>Whoever edits holds the catalogue's revision ({@link CatalogStore#lockRevision}) and raises it
 * with the edit; so ids and changes rise in the order of commits.
 */
public final class PromotionStore {

  /** What is over is read at a start for so long, for quotes that were made before its end. */
  private static final String RECENT =
      " where change > ? and (? > 0 or not withdrawn"
          + " and coalesce(ends_at > clock_timestamp() - interval '1 day', true)) order by change";

  private static final String LIVE =
      " where not withdrawn and coalesce(ends_at > clock_timestamp(), true)";

  private static final String LIST_COLUMNS =
      "select id, version, title, scope, category, skus, starts_at, ends_at, withdrawn, change,"
          + " percent, amounts, currency from promotion.price_list";
  private static final Sql LISTS_SINCE = Sql.of(LIST_COLUMNS + RECENT);
  private static final Sql LIST = Sql.of(LIST_COLUMNS + " where id = ?");
  private static final Sql LISTS_BEFORE =
      Sql.of(LIST_COLUMNS + " where id < ? order by id desc limit ?");
  private static final Sql LIVE_LISTS = Sql.of("select count(*) from promotion.price_list" + LIVE);
  private static final Sql NEXT_LIST =
      Sql.of("select nextval(pg_get_serial_sequence('promotion.price_list', 'id'))");
  private static final Sql INSERT_LIST =
      Sql.of(
          """
          insert into promotion.price_list
            (title, scope, category, skus, starts_at, ends_at, percent, amounts, currency, change, id)
          overriding system value
          values (?, ?, ?, ?, ?, ?, ?, ?::bigint[], ?, nextval('promotion.change'), ?)
          """);
  private static final Sql UPDATE_LIST =
      Sql.of(
          """
          update promotion.price_list
          set title = ?, scope = ?, category = ?, skus = ?, starts_at = ?, ends_at = ?, percent = ?,
              amounts = ?::bigint[], currency = ?, version = version + 1,
              change = nextval('promotion.change')
          where id = ? and version = ? and not withdrawn
          returning 1
          """);
  private static final Sql WITHDRAW_LIST =
      Sql.of(
          """
          update promotion.price_list
          set withdrawn = true, version = version + 1, change = nextval('promotion.change')
          where id = ? and version = ? and not withdrawn
          returning 1
          """);

  private static final String PROMOTION_COLUMNS =
      "select id, version, title, scope, category, skus, starts_at, ends_at, withdrawn, change,"
          + " kind, percent, currency, spends, saves, repeats from promotion.promotion";
  private static final Sql PROMOTIONS_SINCE = Sql.of(PROMOTION_COLUMNS + RECENT);
  private static final Sql PROMOTION = Sql.of(PROMOTION_COLUMNS + " where id = ?");
  private static final Sql PROMOTIONS_BEFORE =
      Sql.of(PROMOTION_COLUMNS + " where id < ? order by id desc limit ?");
  private static final Sql TITLES =
      Sql.of("select id, title from promotion.promotion where id = any(?)");
  private static final Sql LIVE_PROMOTIONS =
      Sql.of("select count(*) from promotion.promotion" + LIVE);
  private static final Sql NEXT_PROMOTION =
      Sql.of("select nextval(pg_get_serial_sequence('promotion.promotion', 'id'))");
  private static final Sql INSERT_PROMOTION =
      Sql.of(
          """
          insert into promotion.promotion
            (title, scope, category, skus, starts_at, ends_at, kind, percent, currency, spends,
             saves, repeats, change, id)
          overriding system value
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nextval('promotion.change'), ?)
          """);
  private static final Sql UPDATE_PROMOTION =
      Sql.of(
          """
          update promotion.promotion
          set title = ?, scope = ?, category = ?, skus = ?, starts_at = ?, ends_at = ?, kind = ?,
              percent = ?, currency = ?, spends = ?, saves = ?, repeats = ?, version = version + 1,
              change = nextval('promotion.change')
          where id = ? and version = ? and not withdrawn
          returning 1
          """);
  private static final Sql WITHDRAW_PROMOTION =
      Sql.of(
          """
          update promotion.promotion
          set withdrawn = true, version = version + 1, change = nextval('promotion.change')
          where id = ? and version = ? and not withdrawn
          returning 1
          """);

  /** The kinds of promotions, in the table and in the API. */
  static final String PERCENT_OFF = "percent_off";

  static final String AMOUNT_OFF = "amount_off";
  static final String SPEND_AND_SAVE = "spend_and_save";

  private final Database database;

  /**
   * A row as it is now.
   *
   * @param change rises in the order of commits
   * @param withdrawn whether it holds no more, whatever its period says
   */
  public record Changed<T>(T value, boolean withdrawn, long change) {
    void into(Map<Long, T> all, long id) {
      if (withdrawn) {
        all.remove(id);
      } else {
        all.put(id, value);
      }
    }
  }

  public PromotionStore(Database database) {
    this.database = database;
  }

  /** What was edited after this change; with 0 what holds or will hold. */
  List<Changed<PriceList>> listsSince(long change) {
    return database.read(LISTS_SINCE, PromotionStore::list, change, change);
  }

  /** What was edited after this change; with 0 what holds or will hold. */
  List<Changed<Promotion>> promotionsSince(long change) {
    return database.read(PROMOTIONS_SINCE, PromotionStore::promotion, change, change);
  }

  /** Price lists with smaller ids, newest first. */
  List<Changed<PriceList>> listsBefore(long id, int most) {
    return database.read(LISTS_BEFORE, PromotionStore::list, id, most);
  }

  /** Promotions with smaller ids, newest first. */
  List<Changed<Promotion>> promotionsBefore(long id, int most) {
    return database.read(PROMOTIONS_BEFORE, PromotionStore::promotion, id, most);
  }

  static Optional<Changed<PriceList>> findList(Tx tx, long id) {
    return tx.query(LIST, PromotionStore::list, id).stream().findFirst();
  }

  static Optional<Changed<Promotion>> findPromotion(Tx tx, long id) {
    return tx.query(PROMOTION, PromotionStore::promotion, id).stream().findFirst();
  }

  Optional<Changed<PriceList>> findList(long id) {
    return database.read(LIST, PromotionStore::list, id).stream().findFirst();
  }

  Optional<Changed<Promotion>> findPromotion(long id) {
    return database.read(PROMOTION, PromotionStore::promotion, id).stream().findFirst();
  }

  /** What promotions are called, whether or not they still hold; unknown ones are left out. */
  public Map<Long, String> titles(Collection<Long> ids) {
    Map<Long, String> titles = new HashMap<>();
    if (!ids.isEmpty()) {
      long[] wanted = ids.stream().mapToLong(Long::longValue).toArray();
      database
          .read(TITLES, row -> Map.entry(row.getLong(1), row.getString(2)), wanted)
          .forEach(row -> titles.put(row.getKey(), row.getValue()));
    }
    return titles;
  }

  /** How many hold or are planned. */
  static long liveLists(Tx tx) {
    return tx.query(LIVE_LISTS, row -> row.getLong(1)).getFirst();
  }

  /** How many hold or are planned. */
  static long livePromotions(Tx tx) {
    return tx.query(LIVE_PROMOTIONS, row -> row.getLong(1)).getFirst();
  }

  static long nextListId(Tx tx) {
    return tx.query(NEXT_LIST, row -> row.getLong(1)).getFirst();
  }

  static long nextPromotionId(Tx tx) {
    return tx.query(NEXT_PROMOTION, row -> row.getLong(1)).getFirst();
  }

  static void insert(Tx tx, PriceList list) {
    CatalogStore.raiseRevision(tx);
    tx.write(INSERT_LIST, with(values(list), list.terms().id()));
  }

  /** Writes the next version over the one before it. */
  static void update(Tx tx, PriceList list) {
    CatalogStore.raiseRevision(tx);
    tx.writeExpecting(
        1, UPDATE_LIST, with(values(list), list.terms().id(), list.terms().version() - 1));
  }

  static void withdraw(Tx tx, PriceList list) {
    CatalogStore.raiseRevision(tx);
    tx.writeExpecting(1, WITHDRAW_LIST, list.terms().id(), list.terms().version());
  }

  static void insert(Tx tx, Promotion promotion) {
    CatalogStore.raiseRevision(tx);
    tx.write(INSERT_PROMOTION, with(values(promotion), promotion.terms().id()));
  }

  /** Writes the next version over the one before it. */
  static void update(Tx tx, Promotion promotion) {
    CatalogStore.raiseRevision(tx);
    tx.writeExpecting(
        1,
        UPDATE_PROMOTION,
        with(values(promotion), promotion.terms().id(), promotion.terms().version() - 1));
  }

  static void withdraw(Tx tx, Promotion promotion) {
    CatalogStore.raiseRevision(tx);
    tx.writeExpecting(1, WITHDRAW_PROMOTION, promotion.terms().id(), promotion.terms().version());
  }

  private static List<@Nullable Object> values(PriceList list) {
    List<@Nullable Object> values = values(list.terms());
    switch (list.prices()) {
      case Prices.PercentOfList(int percent) -> {
        values.add(percent);
        values.add(null);
        values.add(null);
      }
      case Prices.PerSku(Map<String, Long> amounts, String currency) -> {
        values.add(null);
        values.add(
            skus(list.terms().scope()).stream()
                .mapToLong(sku -> Objects.requireNonNull(amounts.get(sku)))
                .toArray());
        values.add(currency);
      }
    }
    return values;
  }

  private static List<@Nullable Object> values(Promotion promotion) {
    List<@Nullable Object> values = values(promotion.terms());
    boolean repeats = false;
    List<Tier> tiers = List.of();
    switch (promotion.deal()) {
      case Deal.PercentOff(int percent) -> {
        values.add(PERCENT_OFF);
        values.add(percent);
        values.add(null);
      }
      case Deal.AmountOff(long amount, String currency) -> {
        values.add(AMOUNT_OFF);
        values.add(null);
        values.add(currency);
        tiers = List.of(new Tier(amount, amount));
      }
      case Deal.SpendAndSave(List<Tier> own, String currency, boolean again) -> {
        values.add(SPEND_AND_SAVE);
        values.add(null);
        values.add(currency);
        tiers = own;
        repeats = again;
      }
    }
    values.add(tiers.stream().mapToLong(Tier::spend).toArray());
    values.add(tiers.stream().mapToLong(Tier::save).toArray());
    values.add(repeats);
    return values;
  }

  private static List<@Nullable Object> values(Terms terms) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(terms.title());
    switch (terms.scope()) {
      case Scope.Shop() -> {
        values.add("shop");
        values.add(null);
      }
      case Scope.InCategory(String category) -> {
        values.add("category");
        values.add(category);
      }
      case Scope.OfSkus _ -> {
        values.add("skus");
        values.add(null);
      }
    }
    values.add(skus(terms.scope()).toArray(String[]::new));
    values.add(terms.period().startsAt());
    values.add(terms.period().endsAt());
    return values;
  }

  /** The SKUs of a scope that names some, sorted: amounts are in the same order. */
  private static List<String> skus(Scope scope) {
    return switch (scope) {
      case Scope.Shop _, Scope.InCategory _ -> List.of();
      case Scope.OfSkus(Set<String> skus) -> skus.stream().sorted().toList();
    };
  }

  private static @Nullable Object[] with(List<@Nullable Object> values, Object... more) {
    values.addAll(Arrays.asList(more));
    return values.toArray();
  }

  private static Changed<PriceList> list(Row row) throws SQLException {
    Terms terms = terms(row);
    Long percent = row.getLongOrNull(11);
    Prices prices;
    if (percent == null) {
      String[] skus = row.getStrings(6);
      long[] amounts = row.getLongs(12);
      Map<String, Long> perSku = new HashMap<>();
      for (int i = 0; i < skus.length; i++) {
        perSku.put(skus[i], amounts[i]);
      }
      prices = new Prices.PerSku(perSku, row.getString(13));
    } else {
      prices = new Prices.PercentOfList(percent.intValue());
    }
    return new Changed<>(new PriceList(terms, prices), row.getBoolean(9), row.getLong(10));
  }

  private static Changed<Promotion> promotion(Row row) throws SQLException {
    Terms terms = terms(row);
    long[] spends = row.getLongs(14);
    long[] saves = row.getLongs(15);
    Deal deal =
        switch (row.getString(11)) {
          case PERCENT_OFF -> new Deal.PercentOff(row.getInt(12));
          case AMOUNT_OFF -> new Deal.AmountOff(saves[0], row.getString(13));
          case SPEND_AND_SAVE -> {
            List<Tier> tiers = new ArrayList<>(spends.length);
            for (int i = 0; i < spends.length; i++) {
              tiers.add(new Tier(spends[i], saves[i]));
            }
            yield new Deal.SpendAndSave(tiers, row.getString(13), row.getBoolean(16));
          }
          case String other -> throw new IllegalStateException("no kind of promotion: " + other);
        };
    return new Changed<>(new Promotion(terms, deal), row.getBoolean(9), row.getLong(10));
  }

  private static Terms terms(Row row) throws SQLException {
    Scope scope =
        switch (row.getString(4)) {
          case "shop" -> new Scope.Shop();
          case "category" -> new Scope.InCategory(row.getString(5));
          case String _ -> new Scope.OfSkus(Set.of(row.getStrings(6)));
        };
    return new Terms(
        row.getLong(1),
        row.getInt(2),
        row.getString(3),
        scope,
        new Period(row.getInstant(7), row.getInstantOrNull(8)));
  }
}
