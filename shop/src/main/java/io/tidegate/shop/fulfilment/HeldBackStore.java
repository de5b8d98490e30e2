package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.RowReader;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import java.time.Instant;
import java.util.List;

/** Rows of what refunds hold back. An order's task is locked before them. */
final class HeldBackStore {

  private static final Sql OF_ORDERS =
      Sql.of(
          """
          select order_number, refund, line, sku, quantity, released_at is not null
          from fulfilment.held_back where order_number = any(?::bigint[])
          order by order_number, refund, line
          """);
  private static final Sql LOCK = Sql.of(OF_ORDERS.text() + " for update");
  private static final Sql INSERT =
      Sql.of(
          """
          insert into fulfilment.held_back (order_number, refund, line, sku, quantity, held_at)
          select order_number, refund, line, sku, quantity, db.at(held)
          from unnest(?::bigint[], ?::int4[], ?::int4[], ?::text[], ?::int4[], ?::bigint[])
            as u (order_number, refund, line, sku, quantity, held)
          """);
  private static final Sql RELEASE =
      Sql.of(
          """
          update fulfilment.held_back h set released_at = db.at(u.released)
          from unnest(?::bigint[], ?::int4[], ?::int4[], ?::bigint[])
            as u (order_number, refund, line, released)
          where h.order_number = u.order_number and h.refund = u.refund and h.line = u.line
            and h.released_at is null
          returning 1
          """);
  private static final RowReader<HeldBack> READER =
      row ->
          new HeldBack(
              new HoldBack.Key(row.getLong(1), row.getInt(2)),
              new ShipItem(row.getInt(3), row.getString(4), row.getInt(5)),
              row.getBoolean(6));

  private HeldBackStore() {}

  static List<HeldBack> lock(Tx tx, long[] orders) {
    return tx.lock(LockRank.TASK, LOCK, READER, (Object) orders);
  }

  /** For whoever has locked the orders' tasks, without which nobody changes a row. */
  static List<HeldBack> find(Tx tx, long[] orders) {
    return tx.query(OF_ORDERS, READER, (Object) orders);
  }

  static void insert(Tx tx, List<HeldBack> held, Instant at) {
    if (!held.isEmpty()) {
      tx.write(
          INSERT,
          orders(held),
          refunds(held),
          lines(held),
          held.stream().map(row -> row.item().sku()).toArray(String[]::new),
          held.stream().mapToInt(row -> row.item().quantity()).toArray(),
          times(held, at));
    }
  }

  static void release(Tx tx, List<HeldBack> released, Instant at) {
    if (!released.isEmpty()) {
      tx.writeExpecting(
          released.size(),
          RELEASE,
          orders(released),
          refunds(released),
          lines(released),
          times(released, at));
    }
  }

  private static long[] orders(List<HeldBack> held) {
    return held.stream().mapToLong(row -> row.key().order()).toArray();
  }

  private static int[] refunds(List<HeldBack> held) {
    return held.stream().mapToInt(row -> row.key().refund()).toArray();
  }

  private static int[] lines(List<HeldBack> held) {
    return held.stream().mapToInt(row -> row.item().line()).toArray();
  }

  private static long[] times(List<HeldBack> held, Instant at) {
    return held.stream().mapToLong(_ -> EpochMicros.of(at)).toArray();
  }
}
