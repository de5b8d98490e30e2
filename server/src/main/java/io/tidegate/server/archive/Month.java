package io.tidegate.server.archive;

import io.tidegate.shop.kernel.OrderNumber;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * A month of orders, and the numbers that they can have.
 *
 * @param first the lowest
 * @param next the lowest of the next month
 */
record Month(YearMonth month, long first, long next) {

  static Month of(YearMonth month) {
    return new Month(month, first(month), first(month.plusMonths(1)));
  }

  private static long first(YearMonth month) {
    return OrderNumber.firstAt(
        month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli());
  }

  /** Its first day, as SQL takes it. */
  String day() {
    return month.atDay(1).toString();
  }

  /** The text with its bounds in place of {@code :first} and {@code :next}. */
  String in(String sql) {
    return sql.replace(":first", Long.toString(first)).replace(":next", Long.toString(next));
  }
}
