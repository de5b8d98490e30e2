package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import java.util.List;

/** Which numbers orders have: for whoever gives numbers of the past. */
public final class OrderNumberStore {

  /** A moment and bucket have so many. */
  private static final int SPAN = 1 << 12;

  private static final Sql TAKEN =
      Sql.of(
          """
          select o.number from unnest(?::bigint[]) p
          join ordering.orders o on o.number >= p and o.number < p + ?
          """);

  private final Database database;

  public OrderNumberStore(Database database) {
    this.database = database;
  }

  /** The numbers that are taken of these moments and buckets, each named by its lowest number. */
  public List<Long> taken(long[] firsts) {
    return database.read(TAKEN, row -> row.getLong(1), firsts, SPAN);
  }
}
