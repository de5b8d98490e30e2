package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.util.Collection;

/** What people wrote when they cancelled an order: it stands at the order, and in no event. */
public final class CancelWordsStore {

  private static final String THEIRS =
      """
       from ordering.orders
       where number = any(?::bigint[]) and number between ? and ?
         and state = %d and close_reason <> '%s'
      """
          .formatted(Status.CANCELLED.code(), OrderState.Cancelled.BY_CUSTOMER);

  static final Sql LOCK = Sql.of("select number" + THEIRS + " order by number for update");
  static final Sql FORGET =
      Sql.of(
          """
          update ordering.orders set close_reason = '%s'
          where number = any(?::bigint[]) and number between ? and ? returning 1
          """
              .formatted(OrderState.Cancelled.BY_CUSTOMER));

  private CancelWordsStore() {}

  /**
   * Forgets them, in the caller's transaction, before it locks anything of a higher rank. The
   * orders' versions stay: nothing about them changes but the words.
   */
  public static void forget(Tx tx, Collection<Long> orders) {
    if (orders.isEmpty()) {
      return;
    }
    long[] numbers = orders.stream().mapToLong(Long::longValue).distinct().sorted().toArray();
    long[] theirs =
        tx
            .lock(
                LockRank.ORDER,
                LOCK,
                row -> row.getLong(1),
                numbers,
                numbers[0],
                numbers[numbers.length - 1])
            .stream()
            .mapToLong(Long::longValue)
            .toArray();
    if (theirs.length > 0) {
      tx.writeExpecting(theirs.length, FORGET, theirs, theirs[0], theirs[theirs.length - 1]);
    }
  }
}
