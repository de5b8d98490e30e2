package io.tidegate.server.probe;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Sql;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Placing;
import java.util.OptionalLong;

/** What the database itself says of the probe's orders, which its node number sets apart. */
final class PlacedRows {
  private static final int NODE_SHIFT = 8;

  private static final Sql ORDERS =
      Sql.of(
          """
          select count(*) from ordering.orders
          where number between ? and ? and (number >> ?) % ? = ?
          """);
  private static final Sql LAST_POSITION =
      Sql.of("select coalesce(max(position), 0) from messaging.log");
  private static final Sql EVENTS =
      Sql.of(
          """
          select count(*) from messaging.log
          where position > ? and type = 'order.placed.v1'
            and key between ? and ? and (key >> ?) % ? = ?
          """);
  private static final Sql STATEMENTS =
      Sql.of(
          """
          select sum(calls)::bigint from pg_stat_statements s
          join pg_database d on d.oid = s.dbid where d.datname = current_database()
          """);

  private final Database database;
  private final Placing placing;
  private final int node;
  private final long first;
  private final long position;

  /** Begins before the first order. */
  PlacedRows(Database database, Placing placing, int node) {
    this.database = database;
    this.placing = placing;
    this.node = node;
    this.first = placing.nextNumber(0).value();
    this.position = number(LAST_POSITION);
  }

  /** Orders that are there now. */
  long orders() {
    return number(ORDERS, first, last(), NODE_SHIFT, OrderNumber.NODES, node);
  }

  /** Their events in the log. */
  long events() {
    return number(EVENTS, position, first, last(), NODE_SHIFT, OrderNumber.NODES, node);
  }

  /** All statements that the database has run, whoever sent them; empty where it doesn't count. */
  OptionalLong statements() {
    try {
      return OptionalLong.of(number(STATEMENTS));
    } catch (DatabaseFailure _) {
      return OptionalLong.empty();
    }
  }

  private long last() {
    return placing.nextNumber(OrderNumber.BUCKETS - 1).value();
  }

  private long number(Sql sql, Object... parameters) {
    return database.read(sql, row -> row.getLong(1), parameters).getFirst();
  }
}
