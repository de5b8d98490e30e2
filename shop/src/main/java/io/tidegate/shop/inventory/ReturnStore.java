package io.tidegate.shop.inventory;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.OrderMonths;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The ledger of what refunds gave back. */
final class ReturnStore {

  private static final String TABLE = "inventory.given_back";

  /** Rows are never changed. */
  private static final String PARTITION_OPTIONS = "fillfactor=100";

  private static final Sql KNOWN =
      Sql.of(
          """
          select order_number, refund, sku from inventory.given_back
          where order_number = any(?::bigint[])
          """);
  private static final Sql INSERT =
      Sql.of(
          """
          insert into inventory.given_back (order_number, refund, sku, quantity, warehouse, at)
          select order_number, refund, sku, quantity, warehouse, db.at(at)
          from unnest(?::bigint[], ?::int4[], ?::text[], ?::int4[], ?::text[], ?::bigint[])
            as u (order_number, refund, sku, quantity, warehouse, at)
          """);

  private ReturnStore() {}

  static void prepare(Database database, Instant now) {
    OrderMonths.prepare(database, TABLE, PARTITION_OPTIONS, now);
  }

  /**
   * Those that have not happened yet, each once, by key. Another transaction that does the same one
   * meanwhile makes this one fail and try again: the ledger's key says so.
   */
  static List<StockReturn> fresh(Tx tx, List<StockReturn> wanted) {
    Map<StockReturn.Key, StockReturn> fresh =
        new TreeMap<>(
            Comparator.comparingLong(StockReturn.Key::order)
                .thenComparingInt(StockReturn.Key::refund)
                .thenComparing(StockReturn.Key::sku));
    for (StockReturn each : wanted) {
      if (fresh.put(each.key(), each) != null) {
        throw new IllegalArgumentException("twice in one call: " + each.key());
      }
    }
    Set<StockReturn.Key> known =
        new HashSet<>(
            tx.query(
                KNOWN,
                row -> new StockReturn.Key(row.getLong(1), row.getInt(2), row.getString(3)),
                (Object)
                    wanted.stream().mapToLong(StockReturn::order).sorted().distinct().toArray()));
    fresh.keySet().removeAll(known);
    return new ArrayList<>(fresh.values());
  }

  static void insert(Tx tx, List<StockReturn> returns) {
    tx.write(
        INSERT,
        returns.stream().mapToLong(StockReturn::order).toArray(),
        returns.stream().mapToInt(StockReturn::refund).toArray(),
        texts(returns, StockReturn::sku),
        returns.stream().mapToInt(StockReturn::quantity).toArray(),
        returns.stream().map(StockReturn::warehouse).toArray(String[]::new),
        returns.stream().mapToLong(each -> EpochMicros.of(each.at())).toArray());
  }

  /** Pieces for each shelf they were received on. */
  static SortedMap<OnHand.Place, Integer> received(List<StockReturn> returns) {
    SortedMap<OnHand.Place, Integer> received = new TreeMap<>();
    for (StockReturn each : returns) {
      if (each.warehouse() != null) {
        OnHand.Place place = new OnHand.Place(each.sku(), Objects.requireNonNull(each.warehouse()));
        received.merge(place, each.quantity(), Math::addExact);
      }
    }
    return received;
  }

  private static String[] texts(List<StockReturn> returns, Function<StockReturn, String> of) {
    return returns.stream().map(of).toArray(String[]::new);
  }
}
