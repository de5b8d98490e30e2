package io.tidegate.shop.kernel;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * Makes the monthly partitions of a table whose key is the order number, ahead of their time.
 *
 * <p>There is no default partition: it would forbid detaching concurrently and stop PostgreSQL from
 * reading partitions in order.
 */
public final class OrderMonths {

  /** This month and at least three more. */
  public static final int AHEAD_MONTHS = 3;

  private OrderMonths() {}

  /**
   * Makes what is missing, last month to {@link #AHEAD_MONTHS} ahead.
   *
   * @param table with its schema, such as {@code ordering.orders}
   * @param options storage parameters of a partition, such as {@code fillfactor=85}
   */
  public static void prepare(Database database, String table, String options, Instant now) {
    YearMonth month = YearMonth.from(now.atOffset(ZoneOffset.UTC));
    for (int i = -1; i <= AHEAD_MONTHS; i++) {
      create(database, table, options, month.plusMonths(i));
    }
  }

  /** A month's partition of a table. */
  public static String partition(String table, YearMonth month) {
    return "%s_%04d_%02d".formatted(table, month.getYear(), month.getMonthValue());
  }

  private static void create(Database database, String table, String options, YearMonth month) {
    String name = partition(table, month);
    boolean exists =
        database
            .read(Sql.of("select to_regclass(?) is not null"), row -> row.getBoolean(1), name)
            .getFirst();
    if (exists) {
      return;
    }
    database.write(
        "partition",
        tx -> {
          tx.write(
              Sql.of(
                  "create table if not exists %s partition of %s for values from (%d) to (%d) with (%s)"
                      .formatted(name, table, first(month), first(month.plusMonths(1)), options)));
          return true;
        });
  }

  private static long first(YearMonth month) {
    long millis = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    return OrderNumber.firstAt(millis);
  }
}
