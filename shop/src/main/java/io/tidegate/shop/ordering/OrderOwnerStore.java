package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.shop.kernel.OrderNumber;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** Whose orders are, for those who look at what belongs to an order. */
public final class OrderOwnerStore {

  private static final Sql OWNERS =
      Sql.of(
          "select o.number, o.user_id from unnest(?::bigint[]) as k(number)"
              + " join ordering.orders o on o.number = k.number");

  /** A row of them. */
  private record Owner(OrderNumber order, long user) {}

  private OrderOwnerStore() {}

  /** The customers of orders that are here, in one query. */
  public static Map<OrderNumber, Long> of(Database database, Collection<OrderNumber> orders) {
    long[] keys = orders.stream().mapToLong(OrderNumber::value).distinct().sorted().toArray();
    if (keys.length == 0) {
      return Map.of();
    }
    return database
        .read(
            OWNERS,
            row -> new Owner(new OrderNumber(row.getLong(1)), row.getLong(2)),
            (Object) keys)
        .stream()
        .collect(Collectors.toMap(Owner::order, Owner::user));
  }
}
