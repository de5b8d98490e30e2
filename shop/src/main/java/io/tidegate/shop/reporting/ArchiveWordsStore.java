package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.aftersales.CustomerWordsStore;
import java.util.Collection;
import java.util.List;

/** What people wrote about archived orders: in no file, and erasable. */
public final class ArchiveWordsStore {

  private static final Sql FIND =
      Sql.of(
          """
          select order_number, about, reason, pictures from reporting.archive_words
          where order_number = any(?) order by order_number, about
          """);
  private static final Sql SHOWN =
      Sql.of(
          """
          select order_number, about, reason, json_array_length(pictures::json)
          from reporting.archive_words
          where order_number = any(?) and theirs and (reason <> '' or pictures <> '[]')
            and strpos(about, 'c') = 0
          order by order_number, about
          """);
  private static final Sql FORGET =
      Sql.of("delete from reporting.archive_words where order_number = any(?)");
  private final Database database;

  /**
   * Words about a cancellation, a refund or a return.
   *
   * @param about its id
   * @param pictures a JSON array of texts
   */
  record Words(long order, String about, String reason, String pictures) {}

  public ArchiveWordsStore(Database database) {
    this.database = database;
  }

  /** All words about orders, of which their documents have marks. */
  List<Words> ofOrders(Collection<Long> orders) {
    return orders.isEmpty()
        ? List.of()
        : database.read(
            FIND,
            row -> new Words(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)),
            (Object) numbers(orders));
  }

  /** What customers themselves wrote about refunds and returns; a cancellation's is its order's. */
  public List<CustomerWordsStore.Words> shown(Collection<Long> orders) {
    return orders.isEmpty()
        ? List.of()
        : database.read(
            SHOWN,
            row ->
                new CustomerWordsStore.Words(
                    row.getLong(1), row.getString(2), row.getString(3), row.getInt(4)),
            (Object) numbers(orders));
  }

  /** Forgets what was written about orders. */
  public static void forget(Tx tx, Collection<Long> orders) {
    if (!orders.isEmpty()) {
      tx.write(FORGET, (Object) numbers(orders));
    }
  }

  private static long[] numbers(Collection<Long> orders) {
    return orders.stream().mapToLong(Long::longValue).distinct().sorted().toArray();
  }
}
