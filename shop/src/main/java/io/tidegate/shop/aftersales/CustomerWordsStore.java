package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.util.Collection;
import java.util.List;

/**
 * What people wrote when they wanted money or goods to go back: told to them, and forgotten with
 * them. The cases stay, without the words.
 */
public final class CustomerWordsStore {

  private static final Sql FIND =
      Sql.of(
          """
          select order_number, order_number || 'a' || seq, reason, 0
          from aftersales.refund_case
          where order_number = any(?) and reason <> '' and kind = 1
          union all
          select order_number, order_number || 't' || seq, reason,
            json_array_length(pictures::json)
          from aftersales.return_case
          where order_number = any(?) and (reason <> '' or pictures <> '[]')
          order by 1, 2
          """);
  private static final Sql LOCK_REFUNDS =
      Sql.of(
          """
          select seq from aftersales.refund_case where order_number = any(?)
          order by order_number, seq for update
          """);
  private static final Sql LOCK_RETURNS =
      Sql.of(
          """
          select seq from aftersales.return_case where order_number = any(?)
          order by order_number, seq for update
          """);
  private static final Sql FORGET_REFUNDS =
      Sql.of(
          """
          update aftersales.refund_case set reason = ''
          where order_number = any(?) and reason <> '' returning 1
          """);
  private static final Sql FORGET_RETURNS =
      Sql.of(
          """
          update aftersales.return_case set reason = '', pictures = '[]', note = null
          where order_number = any(?) and (reason <> '' or pictures <> '[]' or note is not null)
          returning 1
          """);

  private final Database database;

  public CustomerWordsStore(Database database) {
    this.database = database;
  }

  /**
   * What somebody wrote about a refund or return.
   *
   * @param about the refund's or return's id
   * @param pictures how many pictures are referred to
   */
  public record Words(long order, String about, String reason, int pictures) {}

  /** All words about orders, by the order's number. */
  public List<Words> ofOrders(Collection<Long> orders) {
    long[] numbers = sorted(orders);
    return database.read(
        FIND,
        row -> new Words(row.getLong(1), row.getString(2), row.getString(3), row.getInt(4)),
        numbers,
        numbers);
  }

  /** Forgets them, in the caller's transaction, before it writes anything else. */
  public static void forget(Tx tx, Collection<Long> orders) {
    if (orders.isEmpty()) {
      return;
    }
    long[] numbers = sorted(orders);
    tx.lock(LockRank.CASE, LOCK_REFUNDS, row -> row.getInt(1), (Object) numbers);
    tx.lock(LockRank.CASE, LOCK_RETURNS, row -> row.getInt(1), (Object) numbers);
    tx.write(FORGET_REFUNDS, (Object) numbers);
    tx.write(FORGET_RETURNS, (Object) numbers);
  }

  private static long[] sorted(Collection<Long> orders) {
    return orders.stream().mapToLong(Long::longValue).distinct().sorted().toArray();
  }
}
