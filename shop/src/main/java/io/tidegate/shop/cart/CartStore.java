package io.tidegate.shop.cart;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.cart.Cart.Merged;
import io.tidegate.shop.cart.Cart.Refusal;
import io.tidegate.shop.cart.Cart.Skipped;
import io.tidegate.shop.cart.Cart.Wanted;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Outcome;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps carts: each change loads the whole cart under its lock, decides, and writes what differs.
 */
public final class CartStore {

  private static final String COLUMNS = "sku, quantity, selected, added_at";

  // Locks the cart also where its row is new; "where false" locks without writing a new version.
  private static final Sql LOCK_CART =
      Sql.of(
          """
          insert into cart.cart (user_id) values (?)
          on conflict (user_id) do update set user_id = excluded.user_id where false
          returning 1
          """);
  private static final Sql LOCK_ITEMS =
      Sql.of(
          "select "
              + COLUMNS
              + " from cart.item where user_id = ? order by user_id, sku for update");
  private static final Sql FIND = Sql.of("select " + COLUMNS + " from cart.item where user_id = ?");
  private static final Sql PUT =
      Sql.of(
          """
          insert into cart.item (user_id, sku, quantity, selected, added_at)
          select ?, sku, quantity, selected, db.at(added_at)
          from unnest(?::text[], ?::int[], ?::boolean[], ?::bigint[])
               as d(sku, quantity, selected, added_at)
          on conflict (user_id, sku) do update
          set quantity = excluded.quantity, selected = excluded.selected
          """);
  private static final Sql LOCK_LINES =
      Sql.of(
          """
          select i.user_id, i.sku
          from unnest(?::bigint[], ?::text[]) as d(user_id, sku)
               join cart.item i on i.user_id = d.user_id and i.sku = d.sku
          order by i.user_id, i.sku for update of i
          """);
  private static final Sql REMOVE =
      Sql.of(
          """
          delete from cart.item i using unnest(?::bigint[], ?::text[]) as d(user_id, sku)
          where i.user_id = d.user_id and i.sku = d.sku
          """);
  // Locked first, so that each line is measured by what is in the cart when it is changed.
  private static final Sql TAKE =
      Sql.of(
          """
          with line as materialized (
            select i.user_id, i.sku, i.quantity - d.quantity as rest
            from unnest(?::bigint[], ?::text[], ?::int[]) as d(user_id, sku, quantity)
                 join cart.item i on i.user_id = d.user_id and i.sku = d.sku
            order by i.user_id, i.sku for update of i
          ), gone as (
            delete from cart.item i using line l
            where i.user_id = l.user_id and i.sku = l.sku and l.rest <= 0
          )
          update cart.item i set quantity = l.rest from line l
          where i.user_id = l.user_id and i.sku = l.sku and l.rest > 0
          """);
  private static final Sql FORGET = Sql.of("delete from cart.cart where user_id = ?");
  private static final Sql FORGET_SKIPPED = Sql.of("delete from cart.skipped where user_id = ?");
  private static final Sql SKIP =
      Sql.of(
          """
          insert into cart.skipped (key, position, user_id, sku, why)
          select ?, position, ?, sku, why
          from unnest(?::text[], ?::text[]) with ordinality as d(sku, why, position)
          """);
  private static final Sql SKIPPED =
      Sql.of("select sku, why from cart.skipped where key = ? order by key, position");

  private final Database database;

  /** The key of a merge came with other items before. */
  record KeyReused() {}

  public CartStore(Database database) {
    this.database = database;
  }

  /** A customer's cart. Writes nothing. */
  public Cart find(long userId) {
    return new Cart(database.read(FIND, CartStore::read, userId));
  }

  /**
   * Locks lines that an order will take from, of rank {@code CART}, and answers those that are
   * there: a batch that loads takes from only these, so that it waits for no row later.
   */
  public static Set<CartLine> lock(Tx tx, Collection<CartLine> lines) {
    if (lines.isEmpty()) {
      return Set.of();
    }
    return Set.copyOf(
        tx.lock(
            LockRank.CART,
            LOCK_LINES,
            row -> new CartLine(row.getLong(1), row.getString(2)),
            arrays(lines)));
  }

  /**
   * Takes ordered pieces out of their carts, by key in order: what was put in beside them stays,
   * and what is gone already is no error. No pieces, no statement. To be written before anything of
   * a higher rank than {@code CART}.
   *
   * @param pieces how many of each line were ordered
   */
  public static void take(Tx tx, Map<CartLine, Integer> pieces) {
    if (!pieces.isEmpty()) {
      Map<CartLine, Integer> sorted = new TreeMap<>(pieces);
      tx.write(
          TAKE,
          sorted.keySet().stream().mapToLong(CartLine::userId).toArray(),
          sorted.keySet().stream().map(CartLine::sku).toArray(String[]::new),
          sorted.values().stream().mapToInt(Integer::intValue).toArray());
    }
  }

  private static void remove(Tx tx, Collection<CartLine> lines) {
    if (!lines.isEmpty()) {
      tx.write(REMOVE, arrays(lines));
    }
  }

  /** See {@link Cart#put}. */
  Outcome<Cart, Refusal> put(
      long userId, String sku, int quantity, @Nullable Boolean selected, Predicate<String> isSold) {
    return database.write(
        "cart-put",
        tx -> {
          Cart before = lockCart(tx, userId);
          return save(tx, userId, before, before.put(sku, quantity, selected, isSold, tx.now()));
        });
  }

  /** See {@link Cart#remove}. */
  void remove(long userId, String sku) {
    change("cart-remove", userId, cart -> cart.remove(sku));
  }

  /** See {@link Cart#select}. */
  Outcome<Cart, Refusal> select(long userId, boolean selected, @Nullable Set<String> skus) {
    return change("cart-select", userId, cart -> cart.select(selected, skus));
  }

  /** See {@link Cart#clear}. */
  void clear(long userId) {
    change("cart-clear", userId, Cart::clear);
  }

  /** Takes a customer's cart out, also its lock: nothing of it stays. */
  public static void forget(Tx tx, long userId) {
    Cart before = lockCart(tx, userId);
    removeAll(tx, userId, before.items());
    tx.write(FORGET_SKIPPED, userId);
    tx.write(FORGET, userId);
  }

  /**
   * See {@link Cart#merge}: once for each key, for adding twice is not the same as once.
   *
   * @param key its reference means nothing
   */
  Outcome<Merged, KeyReused> merge(
      long userId, List<Wanted> others, Entry key, Predicate<String> isSold) {
    return database.write(
        "cart-merge",
        tx -> {
          Entry known =
              IdempotencyTable.claim(tx, List.of(key)).get(IdempotencyTable.mapKey(key.key()));
          if (known != null && !known.sameCommand(key.commandHash())) {
            return Outcome.refused(new KeyReused());
          }
          Cart before = lockCart(tx, userId);
          if (known != null) {
            return Outcome.alreadyApplied(new Merged(before, skipped(tx, key)));
          }
          Merged merged = before.merge(others, isSold, tx.now());
          save(tx, userId, before, Outcome.applied(merged.cart()));
          skip(tx, userId, key, merged.skipped());
          // The claim is a write, which a transaction without others would not commit.
          IdempotencyTable.refer(tx, Map.of(IdempotencyTable.mapKey(key.key()), 0L));
          return Outcome.applied(merged);
        });
  }

  private static void skip(Tx tx, long userId, Entry key, List<Skipped> skipped) {
    if (!skipped.isEmpty()) {
      tx.write(
          SKIP,
          key.key(),
          userId,
          skipped.stream().map(Skipped::sku).toArray(String[]::new),
          skipped.stream().map(each -> each.why().name()).toArray(String[]::new));
    }
  }

  private static List<Skipped> skipped(Tx tx, Entry key) {
    return tx.query(
        SKIPPED,
        row -> new Skipped(row.getString(1), Refusal.valueOf(row.getString(2))),
        key.key());
  }

  private Outcome<Cart, Refusal> change(
      String name, long userId, Function<Cart, Outcome<Cart, Refusal>> decision) {
    return database.write(
        name,
        tx -> {
          Cart before = lockCart(tx, userId);
          return save(tx, userId, before, decision.apply(before));
        });
  }

  /** The items too, for an order removes them without the cart's own lock. */
  private static Cart lockCart(Tx tx, long userId) {
    tx.rank(LockRank.CART);
    tx.query(LOCK_CART, row -> row.getInt(1), userId);
    return new Cart(tx.lock(LockRank.CART, LOCK_ITEMS, CartStore::read, userId));
  }

  private static Outcome<Cart, Refusal> save(
      Tx tx, long userId, Cart before, Outcome<Cart, Refusal> outcome) {
    if (outcome instanceof Outcome.Applied<Cart, Refusal>(Cart after)) {
      List<CartItem> put =
          after.items().stream()
              .filter(item -> !before.find(item.sku()).equals(Optional.of(item)))
              .sorted(Comparator.comparing(CartItem::sku))
              .toList();
      if (!put.isEmpty()) {
        tx.write(
            PUT,
            userId,
            put.stream().map(CartItem::sku).toArray(String[]::new),
            put.stream().mapToInt(CartItem::quantity).toArray(),
            selected(put),
            put.stream().mapToLong(item -> EpochMicros.of(item.addedAt())).toArray());
      }
      removeAll(
          tx,
          userId,
          before.items().stream().filter(item -> after.find(item.sku()).isEmpty()).toList());
    }
    return outcome;
  }

  private static void removeAll(Tx tx, long userId, List<CartItem> gone) {
    remove(tx, gone.stream().map(item -> new CartLine(userId, item.sku())).toList());
  }

  private static boolean[] selected(List<CartItem> items) {
    boolean[] selected = new boolean[items.size()];
    for (int i = 0; i < selected.length; i++) {
      selected[i] = items.get(i).selected();
    }
    return selected;
  }

  private static @Nullable Object[] arrays(Collection<CartLine> lines) {
    Set<CartLine> sorted = new TreeSet<>(lines);
    return new @Nullable Object[] {
      sorted.stream().mapToLong(CartLine::userId).toArray(),
      sorted.stream().map(CartLine::sku).toArray(String[]::new)
    };
  }

  private static CartItem read(Row row) throws SQLException {
    return new CartItem(row.getString(1), row.getInt(2), row.getBoolean(3), row.getInstant(4));
  }
}
