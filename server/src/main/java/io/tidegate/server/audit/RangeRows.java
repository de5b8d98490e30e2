package io.tidegate.server.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The orders and parcels of one range in one snapshot: read once, for all promises that single
 * orders can show, and for the sums that stock must equal.
 *
 * <p>Decoding here rather than in SQL makes it several times as fast, and each row is read once.
 */
final class RangeRows {

  private static final String TASKS =
      "select order_number, state in ('leaving', 'delivered') from fulfilment.task"
          + " where order_number >= :first and order_number < :next";
  private static final String PARCELS =
      """
      select order_number, seq, state, items, problem is not null,
        planned_at is not null, picked_at is not null, shipped_at is not null,
        delivered_at is not null, cancelled_at is not null
      from fulfilment.shipment where order_number >= :first and order_number < :next
      """;
  private static final List<String> PARCEL_EVENTS =
      List.of(
          "shipment.planned.v1",
          "shipment.picked.v1",
          "shipment.shipped.v1",
          "shipment.delivered.v1",
          "shipment.cancelled.v1");
  private static final String MONEY =
      """
      select c.order_number, x.type
      from payment.capture c
      cross join lateral (values ('payment.parked.v1', c.verdict = 4),
        ('payment.given_back.v1', c.verdict <> 4 or c.decided = 1),
        ('payment.dismissed.v1', c.decided = 2)) x(type, told)
      where c.verdict <> 1 and x.told and c.order_number >= :first and c.order_number < :next
      union all
      select r.order_number, x.type
      from payment.refund r
      cross join lateral (values ('refund.succeeded.v1', r.succeeded_at),
        ('refund.reversed.v1', r.reversed_at), ('refund.ended.v1', r.ended_at)) x(type, at)
      where x.at is not null and r.order_number >= :first and r.order_number < :next
      """;
  private static final String ORDERS =
      """
      select number, state, previous, version, items_total, discount_total, freight, total,
        refunded_total, paid_at is not null, closed_at is not null, items, '[' || history || ']',
        hashint8extended(number, 0), discounts
      from ordering.orders where number >= :first and number < :next
      """;

  /** An order as it is stored; what is a text is null where it can't be read. */
  record StoredOrder(
      long number,
      int state,
      int previous,
      int version,
      long itemsTotal,
      long discountTotal,
      long freight,
      long total,
      long refundedTotal,
      boolean paid,
      boolean closed,
      @Nullable List<Stored.Line> lines,
      @Nullable List<Stored.Discount> discounts,
      @Nullable List<Stored.Step> steps) {

    private static StoredOrder of(ResultSet row) throws SQLException {
      return new StoredOrder(
          row.getLong(1),
          row.getInt(2),
          row.getInt(3),
          row.getInt(4),
          row.getLong(5),
          row.getLong(6),
          row.getLong(7),
          row.getLong(8),
          row.getLong(9),
          row.getBoolean(10),
          row.getBoolean(11),
          Stored.items(row.getBytes(12)),
          Stored.discounts(row.getBytes(15)),
          Stored.history(row.getBytes(13)));
    }

    boolean isEnded() {
      return state >= 6;
    }
  }

  /** Looks at an order with its goods, or at goods of none. */
  interface OrderCheck {
    void check(long number, @Nullable StoredOrder order, Goods goods);
  }

  private final Range range;
  private final Told wanted = new Told();
  private final Map<Long, Goods> goods = new HashMap<>();

  private RangeRows(Range range) {
    this.range = range;
  }

  /**
   * Reads a range's rows into its sums.
   *
   * @return what the log must tell of them
   */
  static Told read(AuditSession.Snapshot snapshot, Range range, OrderCheck check)
      throws SQLException {
    RangeRows rows = new RangeRows(range);
    range.pieces = new HashMap<>();
    range.pools = new HashMap<>();
    range.orders = 0;
    range.numbers = 0;
    range.ended = true;
    range.touched = false;
    snapshot.each(range.in(TASKS), row -> rows.of(row).left = row.getBoolean(2));
    snapshot.each(range.in(PARCELS), rows::parcel);
    snapshot.each(range.in(Goods.HELD), row -> rows.of(row).held.add(Goods.Held.of(row)));
    snapshot.each(range.in(Goods.GIVEN_BACK), rows::givenBack);
    snapshot.each(
        range.in(Goods.RESTOCKED), row -> rows.of(row).restocked.add(Goods.Restocked.of(row)));
    snapshot.each(range.in(MONEY), row -> rows.wanted.other(row.getLong(1), row.getString(2)));
    snapshot.each(range.in(ORDERS), row -> rows.order(row, check));
    rows.goods.forEach((number, orphans) -> check.check(number, null, orphans));
    return rows.wanted;
  }

  private Goods of(ResultSet row) throws SQLException {
    return goods.computeIfAbsent(row.getLong(1), _ -> new Goods());
  }

  /** What was received lies on a shelf again, as if it had not been picked. */
  private void givenBack(ResultSet row) throws SQLException {
    Goods.GivenBack back = Goods.GivenBack.of(row);
    of(row).givenBack.add(back);
    Range.Pieces pieces = range.of(back.sku());
    pieces.picked -= back.received() ? back.quantity() : 0;
    pieces.refunded = true;
  }

  private void parcel(ResultSet row) throws SQLException {
    long number = row.getLong(1);
    Goods.Parcel parcel =
        new Goods.Parcel(row.getInt(2), row.getString(3), Stored.parcel(row.getBytes(4)));
    of(row).parcels.add(parcel);
    for (int i = 0; i < PARCEL_EVENTS.size(); i++) {
      if (row.getBoolean(6 + i)) {
        wanted.other(number, PARCEL_EVENTS.get(i));
      }
    }
    boolean planned = parcel.state().equals("planned") && !row.getBoolean(5);
    if (parcel.lines() != null && (planned || parcel.isPicked())) {
      for (Stored.Packed line : parcel.lines()) {
        Range.Pieces pieces = range.of(line.sku());
        pieces.picked += planned ? 0 : line.quantity();
        pieces.planned += planned ? line.quantity() : 0;
      }
    }
  }

  private void order(ResultSet row, OrderCheck check) throws SQLException {
    StoredOrder order = StoredOrder.of(row);
    range.orders++;
    range.numbers += row.getLong(14);
    range.ended &= order.isEnded();
    Goods own = goods.remove(order.number());
    Goods known = own == null ? new Goods() : own;
    pieces(order, known);
    moves(order);
    facts(order);
    check.check(order.number(), order, known);
  }

  /** What its pieces are: sold from its payment on, but for those that were restocked. */
  private void pieces(StoredOrder order, Goods own) {
    if (order.lines() == null) {
      return;
    }
    boolean locked = order.state() == 1;
    boolean sold = order.state() >= 2 && order.state() <= 6 || order.state() == 9;
    if (locked || sold) {
      for (Stored.Line line : order.lines()) {
        Range.Pieces pieces = range.of(line.sku());
        pieces.locked += locked ? line.quantity() : 0;
        pieces.sold += sold ? line.quantity() : 0;
        fromPool(line, line.quantity());
      }
    }
    for (Goods.Restocked row : own.restocked) {
      if (row.line() <= order.lines().size()) {
        Stored.Line line = order.lines().get(row.line() - 1);
        Range.Pieces pieces = range.of(line.sku());
        pieces.sold -= row.quantity();
        pieces.refunded = true;
        fromPool(line, -row.quantity());
      }
    }
  }

  private void fromPool(Stored.Line line, long quantity) {
    Long pool = line.pool();
    if (pool != null) {
      range.pools.merge(pool, quantity, Long::sum);
    }
  }

  /** No row says that a line moved, but the order's events do, with its lines (S3). */
  private void moves(StoredOrder order) {
    long lines = Stored.lines(order.lines());
    wanted.move(order.number(), Told.PLACED, lines);
    if (order.state() >= 2 && order.state() <= 6 || order.state() == 9) {
      wanted.move(order.number(), Told.SOLD, lines);
    }
    if (order.state() == 7 || order.state() == 8) {
      wanted.move(order.number(), Told.RELEASED, lines);
    }
  }

  /** Each step tells an event (E1). */
  private void facts(StoredOrder order) {
    if (order.steps() == null) {
      return;
    }
    for (Stored.Step step : order.steps()) {
      boolean partly = step.from() == step.to() || step.from() == 9;
      wanted.fact(order.number(), step.version(), partly ? Told.PARTLY : (int) step.to());
      if (step.version() == 1 && step.from() == 0 && step.to() == 2) {
        wanted.fact(order.number(), 1, 1); // placed and paid at once: nothing was to pay
      }
    }
  }
}
