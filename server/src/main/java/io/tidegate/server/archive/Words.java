package io.tidegate.server.archive;

import io.tidegate.platform.db.Bulk;
import io.tidegate.platform.db.Sql;
import io.tidegate.shop.ordering.OrderState;
import io.tidegate.shop.ordering.Status;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What people wrote about cancellations, refunds and returns of a month, kept where it can be
 * erased.
 */
final class Words {

  /**
   * Whoever erases locks these rows first: so either their words are gone here, or the erasure
   * waits and finds what is written now.
   */
  private static final List<String> KEEP =
      List.of(
          """
          insert into reporting.archive_words (order_number, about, theirs, reason, pictures, note)
          select order_number, order_number || 'a' || seq, kind = 1, reason, '[]', null
          from aftersales.refund_case
          where order_number >= :first and order_number < :next and reason <> ''
          order by order_number, seq for share
          """,
          """
          insert into reporting.archive_words (order_number, about, theirs, reason, pictures, note)
          select order_number, order_number || 't' || seq, true, reason, pictures, note
          from aftersales.return_case
          where order_number >= :first and order_number < :next
            and (reason <> '' or pictures <> '[]' or note is not null)
          order by order_number, seq for share
          """,
          """
          insert into reporting.archive_words (order_number, about, theirs, reason, pictures, note)
          select number, number || 'c1', true, close_reason, '[]', null
          from ordering.orders
          where number >= :first and number < :next and state = %d and close_reason <> '%s'
          order by number for share
          """
              .formatted(Status.CANCELLED.code(), OrderState.Cancelled.BY_CUSTOMER));

  /** Of each table that has words: a column as it is where nobody wrote into it. */
  private static final Map<String, String> TAKE_OUT =
      Map.of(
          "aftersales.refund_case",
          "reason = '' where reason <> ''",
          "aftersales.return_case",
          "reason = '', pictures = '[]', note = null"
              + " where reason <> '' or pictures <> '[]' or note is not null",
          "ordering.orders",
          "close_reason = '%2$s' where state = %1$d and close_reason <> '%2$s'"
              .formatted(Status.CANCELLED.code(), OrderState.Cancelled.BY_CUSTOMER));

  private Words() {}

  static void keep(Bulk bulk, Month month) {
    bulk.run(
        new Sql(
            month.in(
                "delete from reporting.archive_words where order_number >= :first and order_number < :next")));
    KEEP.forEach(sql -> bulk.run(new Sql(month.in(sql.strip()))));
  }

  /** Takes them out of detached tables, which no erasure looks into. */
  static void takeOut(Bulk bulk, Month month) {
    for (LeavingTable table : LeavingTable.ALL) {
      if (!table.words().isEmpty() && Detachment.isDetached(bulk, table, month)) {
        bulk.run(
            new Sql(
                "update %s set %s"
                    .formatted(
                        table.partition(month.month()),
                        Objects.requireNonNull(TAKE_OUT.get(table.name()), table.name()))));
      }
    }
  }
}
