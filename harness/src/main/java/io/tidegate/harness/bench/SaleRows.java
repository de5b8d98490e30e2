package io.tidegate.harness.bench;

import java.util.List;

/**
 * What the database says of one sale. Orders are told from others by the pool that their items
 * name, so that they are counted where they are, and not where the sale's own rows say.
 *
 * @param pieces of orders that are neither closed nor cancelled
 * @param orders all that were ever placed
 * @param perUserMost pieces that one customer has of those
 * @param granted pieces of grants that were not released
 * @param allocation as the pool has it, or had it
 * @param free in the pool; 0 once it is closed
 */
public record SaleRows(
    long pieces, long orders, long perUserMost, long granted, long allocation, long free) {

  /** Items of orders, one a row; their first element is the encoding's version. */
  private static final String ITEMS =
      " from ordering.orders o, json_array_elements(o.items::json) with ordinality i(line, n),"
          + " flashsale.item s where s.sale = %s and i.n > 1"
          + " and (i.line->>5)::bigint = s.pool";

  /**
   * Reads them.
   *
   * @param database its JDBC URL
   */
  public static SaleRows of(String database, String sale) throws BenchFailure {
    try (DatabaseFigures figures = DatabaseFigures.connect(database)) {
      return of(figures, sale);
    }
  }

  /** One number; -1 where the database does not tell. */
  public static long number(String database, String sql) throws BenchFailure {
    try (DatabaseFigures figures = DatabaseFigures.connect(database)) {
      return figures.number(sql).orElse(-1L);
    }
  }

  static SaleRows of(DatabaseFigures database, String sale) throws BenchFailure {
    long id = Long.parseLong(sale);
    String items = ITEMS.formatted(id);
    String live = items + " and o.state not in (7, 8)";
    String row =
        "select (select coalesce(sum((i.line->>2)::bigint), 0)"
            + live
            + "), (select count(distinct o.number)"
            + items
            + "), (select coalesce(max(n), 0) from (select sum((i.line->>2)::bigint) n"
            + live
            + " group by o.user_id) u), (select coalesce(sum(quantity), 0) from flashsale.grant"
            + " where sale = "
            + id
            + " and state <> 'released'), (select coalesce(sum(p.allocation), 0) from"
            + " inventory.pool p join flashsale.item s on s.pool = p.id where s.sale = "
            + id
            + "), (select coalesce(sum(p.free), 0) from inventory.pool p join flashsale.item s"
            + " on s.pool = p.id where s.sale = "
            + id
            + ")";
    List<Long> told = database.rows(row).getFirst().stream().map(Long::parseLong).toList();
    return new SaleRows(
        told.get(0), told.get(1), told.get(2), told.get(3), told.get(4), told.get(5));
  }
}
