package io.tidegate.shop.privacy;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.time.Instant;
import java.util.List;

/** Remembers which orders' people are to be erased later. */
final class KeptOrderStore {

  private static final Sql KEEP =
      Sql.of(
          """
          insert into privacy.kept_order (order_number, asked_at)
          select number, ? from unnest(?::bigint[]) as d(number)
          on conflict (order_number) do nothing
          """);
  private static final Sql NEXT =
      Sql.of(
          """
          select order_number from privacy.kept_order where order_number > ?
          order by order_number limit ?
          """);
  private static final Sql DONE =
      Sql.of("delete from privacy.kept_order where order_number = any(?)");

  private final Database database;

  KeptOrderStore(Database database) {
    this.database = database;
  }

  static void keep(Tx tx, List<Long> numbers, Instant at) {
    if (!numbers.isEmpty()) {
      tx.write(KEEP, at, sorted(numbers));
    }
  }

  static void done(Tx tx, List<Long> numbers) {
    if (!numbers.isEmpty()) {
      tx.write(DONE, (Object) sorted(numbers));
    }
  }

  /** Kept orders above a number, in the order of numbers. */
  List<Long> next(long after, int most) {
    return database.read(NEXT, row -> row.getLong(1), after, most);
  }

  private static long[] sorted(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).sorted().toArray();
  }
}
