package io.tidegate.server.fill;

import io.tidegate.platform.messaging.Event;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * Writes one chunk in one transaction, so that a chunk is there in whole or not at all. Rows that
 * others lock too come last and in the order of ranks and keys, so that a running shop waits
 * little.
 */
final class ChunkWriter {

  /** First of all: whoever takes log positions must be seen to run by then. */
  private static final String TAKE_ID = "select pg_current_xact_id()";

  private static final String POSITIONS =
      "select array_agg(p order by p) from (select nextval(pg_get_serial_sequence("
          + "'messaging.log', 'position')) as p from generate_series(1, ?)) x";
  private static final String POINTS =
      """
      insert into points.account as a (user_id, balance)
      select u, p from unnest(?::bigint[], ?::bigint[]) as g(u, p) order by u
      on conflict (user_id) do update set balance = a.balance + excluded.balance
      """;
  private static final String SHELVES =
      """
      insert into inventory.on_hand as h (sku, warehouse, quantity, planned)
      select s, w, q, p from unnest(?::text[], ?::text[], ?::int[], ?::int[]) as g(s, w, q, p)
      order by s collate "C", w collate "C"
      on conflict (sku, warehouse) do update
      set quantity = h.quantity + excluded.quantity, planned = h.planned + excluded.planned
      """;
  private static final String LOCK_STOCK =
      "select count(*) from (select 1 from inventory.stock where sku = any(?::text[])"
          + " order by sku for update) x";

  /** The goods came for these orders: what is available to others stays as it is. */
  private static final String STOCK =
      """
      update inventory.stock s
      set total = s.total + d.locked + d.sold, locked = s.locked + d.locked, sold = s.sold + d.sold
      from unnest(?::text[], ?::bigint[], ?::bigint[]) as d(sku, locked, sold)
      where s.sku = d.sku
      """;

  /** As a correction by hand is written: the movement, and the act of who made it (C6). */
  private static final String MOVEMENTS =
      """
      with moved as (
        insert into inventory.movement (sku, warehouse, delta, reason, actor, told)
        select sku, 'all', locked + sold, 'goods of made-up orders', 'fill', ''
        from unnest(?::text[], ?::bigint[], ?::bigint[]) as d(sku, locked, sold)
        returning id, sku, warehouse, delta, actor)
      insert into staff.act (actor, act, subject, detail)
      select actor, 'stock.adjust', 'sku ' || sku,
        jsonb_build_object('movement', id::text, 'warehouse', warehouse, 'delta', delta)
      from moved
      """;

  private static final String DONE = "insert into fill.chunk (run, chunk) values (?, ?)";

  private final Connection connection;
  private final PastEvents pastEvents;

  /**
   * @param connection without autocommit
   */
  ChunkWriter(Connection connection, PastEvents pastEvents) {
    this.connection = connection;
    this.pastEvents = pastEvents;
  }

  /**
   * Writes it.
   *
   * @param chunk its index
   * @param chunks how many there are
   */
  void write(long run, int chunk, int chunks, ChunkRows rows) throws SQLException, IOException {
    try {
      run(TAKE_ID);
      CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
      for (CopyRows table : rows.tables()) {
        table.send(copies);
      }
      for (CopyRows table : rows.perks().tables()) {
        table.send(copies);
      }
      long[] positions = positions(rows.events().size());
      pastEvents
          .rows(rows.events(), positions, (double) chunk / chunks, (chunk + 1.0) / chunks)
          .send(copies);
      points(rows.perks());
      shelves(rows.goods());
      stock(rows.goods());
      receipts(rows.events(), positions);
      update(DONE, run, chunk);
      connection.commit();
    } catch (SQLException | IOException | RuntimeException e) {
      connection.rollback();
      throw e;
    }
  }

  private long[] positions(int count) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(POSITIONS)) {
      statement.setInt(1, count);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        Long[] boxed = (Long[]) row.getArray(1).getArray();
        long[] positions = new long[boxed.length];
        for (int i = 0; i < positions.length; i++) {
          positions[i] = boxed[i];
        }
        return positions;
      }
    }
  }

  private void points(PerkRows rows) throws SQLException {
    Object[] users = rows.pointsByUser().keySet().toArray();
    Object[] points = rows.pointsByUser().values().toArray();
    update(POINTS, array("bigint", users), array("bigint", points));
  }

  private void shelves(Goods goods) throws SQLException {
    var shelves = goods.shelves();
    update(
        SHELVES,
        array("text", shelves.keySet().stream().map(Goods.Shelf::sku).toArray()),
        array("text", shelves.keySet().stream().map(Goods.Shelf::warehouse).toArray()),
        array("int", shelves.values().stream().map(pieces -> pieces[0]).toArray()),
        array("int", shelves.values().stream().map(pieces -> pieces[1]).toArray()));
  }

  private void stock(Goods goods) throws SQLException {
    Object skus = array("text", goods.stock().keySet().toArray());
    Object locked =
        array("bigint", goods.stock().values().stream().map(pieces -> pieces[0]).toArray());
    Object sold =
        array("bigint", goods.stock().values().stream().map(pieces -> pieces[1]).toArray());
    update(MOVEMENTS, skus, locked, sold);
    run(LOCK_STOCK, skus);
    int changed = update(STOCK, skus, locked, sold);
    if (changed != goods.stock().size()) {
      throw new SQLException("of " + goods.stock().size() + " SKUs " + changed + " have stock");
    }
  }

  private void receipts(List<Event> events, long[] positions) throws SQLException {
    for (Map.Entry<String, PastEvents.Receipts> entry :
        pastEvents.receipts(events, positions).entrySet()) {
      update(
          PastEvents.RECEIPTS,
          entry.getKey(),
          array("bigint", entry.getValue().ranges()),
          array("text", entry.getValue().bits()));
    }
  }

  private Object array(String type, Object[] values) throws SQLException {
    return connection.createArrayOf(type, values);
  }

  private int update(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepared(sql, parameters)) {
      return statement.executeUpdate();
    }
  }

  private void run(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepared(sql, parameters)) {
      statement.execute();
    }
  }

  private PreparedStatement prepared(String sql, Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }
}
