package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.OrderNumber;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Grants in the database. */
public final class GrantStore {

  private static final String COLUMNS =
      "g.order_number, g.sale, g.pool, g.sku, g.user_id, g.quantity, g.key_hash, g.state,"
          + " g.version";
  static final Sql INSERT =
      Sql.of(
          """
          insert into flashsale.grant
            (order_number, sale, pool, sku, user_id, quantity, key_hash, state, version)
          select * from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[],
                               ?::int[], ?::int[], ?::text[], ?::int[])
          """);
  static final Sql COUNTED =
      Sql.of(
          """
          select k.sale, g.sku, k.user_id, sum(g.quantity)
          from unnest(?::bigint[], ?::bigint[]) as k(sale, user_id)
          join flashsale.grant g on g.sale = k.sale and g.user_id = k.user_id
          where g.state <> 'released'
          group by k.sale, g.sku, k.user_id
          """);
  static final Sql SINCE =
      Sql.of(
          """
          select g.pool, g.id, g.key_hash, g.user_id
          from unnest(?::bigint[], ?::bigint[]) as c(pool, id)
          join flashsale.grant g on g.pool = c.pool and g.id > c.id
          order by g.pool, g.id
          """);
  static final Sql LOCK =
      Sql.of(
          "select "
              + COLUMNS
              + " from flashsale.grant g where g.order_number = any(?::bigint[])"
              + " order by g.order_number for update");
  static final Sql FIND =
      Sql.of(
          "select " + COLUMNS + " from flashsale.grant g where g.order_number = any(?::bigint[])");
  static final Sql UPDATE =
      Sql.of(
          """
          update flashsale.grant g set state = d.state, version = d.version
          from unnest(?::bigint[], ?::int[], ?::text[], ?::int[])
               as d(order_number, expected, state, version)
          where g.order_number = d.order_number and g.version = d.expected
          returning 1
          """);

  private final Database database;
  private final SharedReads<OrderNumber, Grant> one = new SharedReads<>(this::byNumber);

  public GrantStore(Database database) {
    this.database = database;
  }

  /** A grant as gates see it. */
  record Seen(long pool, long id, int keyHash, long userId) {}

  /** A change of state, from a version to another. */
  record Change(long orderNumber, int expected, GrantState state, int version) {}

  static void insert(Tx tx, List<Grant> grants) {
    tx.write(
        INSERT,
        longs(grants, Grant::orderNumber),
        longs(grants, Grant::sale),
        longs(grants, Grant::pool),
        grants.stream().map(Grant::sku).toArray(String[]::new),
        longs(grants, Grant::userId),
        grants.stream().mapToInt(Grant::quantity).toArray(),
        grants.stream().mapToInt(Grant::keyHash).toArray(),
        grants.stream().map(grant -> grant.state().word()).toArray(String[]::new),
        grants.stream().mapToInt(Grant::version).toArray());
  }

  /** How many pieces customers have of a sale's SKUs, released ones left out. */
  static Map<Holding, Long> counted(Tx tx, Collection<Holding> buyers) {
    Map<Holding, Long> counted = new HashMap<>();
    // A buyer stands there once, whichever SKUs he wants.
    List<Holding> once =
        List.copyOf(
            buyers.stream()
                .map(buyer -> new Holding(buyer.sale(), "", buyer.userId()))
                .collect(Collectors.toSet()));
    tx.query(
            COUNTED,
            row ->
                Map.entry(
                    new Holding(row.getLong(1), row.getString(2), row.getLong(3)), row.getLong(4)),
            longs(once, Holding::sale),
            longs(once, Holding::userId))
        .forEach(row -> counted.put(row.getKey(), row.getValue()));
    return counted;
  }

  /** Grants of pools behind those that are known, oldest first. */
  static List<Seen> since(Tx tx, Map<Long, Long> lastIdByPool) {
    return tx.query(SINCE, GrantStore::seen, pools(lastIdByPool), ids(lastIdByPool));
  }

  /** The same, outside a transaction. */
  List<Seen> since(Map<Long, Long> lastIdByPool) {
    return database.read(SINCE, GrantStore::seen, pools(lastIdByPool), ids(lastIdByPool));
  }

  /** Locks the grants that these orders have, by order number. */
  static Map<Long, Grant> lock(Tx tx, Collection<Long> orderNumbers) {
    long[] numbers = orderNumbers.stream().mapToLong(Long::longValue).distinct().sorted().toArray();
    return tx.lock(LockRank.SALE, LOCK, GrantStore::grant, (Object) numbers).stream()
        .collect(Collectors.toMap(Grant::orderNumber, Function.identity()));
  }

  static void change(Tx tx, List<Change> changes) {
    if (!changes.isEmpty()) {
      tx.writeExpecting(
          changes.size(),
          UPDATE,
          longs(changes, Change::orderNumber),
          changes.stream().mapToInt(Change::expected).toArray(),
          changes.stream().map(change -> change.state().word()).toArray(String[]::new),
          changes.stream().mapToInt(Change::version).toArray());
    }
  }

  /** The grant that an order has. */
  public Optional<Grant> find(OrderNumber number) {
    return Optional.ofNullable(one.read(number));
  }

  private Map<OrderNumber, Grant> byNumber(List<OrderNumber> numbers) {
    long[] values = numbers.stream().mapToLong(OrderNumber::value).sorted().toArray();
    return database.read(FIND, GrantStore::grant, (Object) values).stream()
        .collect(
            Collectors.toMap(grant -> new OrderNumber(grant.orderNumber()), Function.identity()));
  }

  private static long[] pools(Map<Long, Long> lastIdByPool) {
    return lastIdByPool.keySet().stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] ids(Map<Long, Long> lastIdByPool) {
    return lastIdByPool.values().stream().mapToLong(Long::longValue).toArray();
  }

  private static <T> long[] longs(List<T> rows, ToLongFunction<T> column) {
    return rows.stream().mapToLong(column).toArray();
  }

  private static Seen seen(Row row) throws SQLException {
    return new Seen(row.getLong(1), row.getLong(2), row.getInt(3), row.getLong(4));
  }

  private static Grant grant(Row row) throws SQLException {
    return new Grant(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getString(4),
        row.getLong(5),
        row.getInt(6),
        row.getInt(7),
        GrantState.of(row.getString(8)),
        row.getInt(9));
  }
}
