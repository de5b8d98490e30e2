package io.tidegate.server.archive;

import io.tidegate.shop.kernel.OrderMonths;
import java.time.YearMonth;
import java.util.List;
import java.util.Set;

/**
 * A table whose months leave the database.
 *
 * @param number the column with the order's number
 * @param version the column that each change raises; empty: rows are written once
 * @param words columns in which people wrote: no file has them
 */
record LeavingTable(String name, String number, String version, Set<String> words) {

  /**
   * All of them, in the order in which they are locked. {@code customer.consignee} is not among
   * them: who is in it stays erasable.
   */
  static final List<LeavingTable> ALL =
      List.of(
          new LeavingTable("ordering.orders", "number", "version", Set.of("close_reason")),
          of("ordering.refunded_line", ""),
          of("payment.attempt", "version"),
          of("payment.capture", ""),
          of("payment.refund", "version"),
          of("payment.ledger", ""),
          of("fulfilment.task", "version"),
          of("fulfilment.shipment", "version"),
          of("fulfilment.tracking", ""),
          of("fulfilment.held_back", ""),
          of("inventory.given_back", ""),
          new LeavingTable("aftersales.refund_case", "order_number", "version", Set.of("reason")),
          new LeavingTable(
              "aftersales.return_case",
              "order_number",
              "version",
              Set.of("reason", "pictures", "note")));

  private static LeavingTable of(String name, String version) {
    return new LeavingTable(name, "order_number", version, Set.of());
  }

  String partition(YearMonth month) {
    return OrderMonths.partition(name, month);
  }
}
