package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.OrderMonths;
import io.tidegate.shop.kernel.OrderNumber;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Refunded pieces in the database, and the orders that they belong to. */
final class RefundedStore {

  private static final int PREVIOUS = 18;

  static final Sql LOCK =
      Sql.of(
          "select "
              + OrderStore.COLUMNS
              + ", o.previous from unnest(?::bigint[]) as k(number)"
              + " join ordering.orders o on o.number = k.number"
              + " order by o.number for update of o");
  static final Sql OF_ORDERS =
      Sql.of(
          """
          select r.order_number, r.refund, r.line, r.quantity, r.amount, r.restocked,
            r.reversed_at is not null
          from unnest(?::bigint[]) as k(number)
          join ordering.refunded_line r on r.order_number = k.number
          order by r.order_number, r.refund, r.line
          """);
  static final Sql UPDATE =
      Sql.of(
          """
          update ordering.orders o
          set state = d.state, previous = d.previous, version = d.version,
              refunded_total = d.refunded_total, history = o.history || ',' || d.steps
          from unnest(?::bigint[], ?::int[], ?::int[], ?::int[], ?::int[], ?::bigint[], ?::text[])
               as d(number, expected, version, state, previous, refunded_total, steps)
          where o.number = d.number and o.version = d.expected
          returning 1
          """);
  // The same refund may succeed again after the provider took it back.
  static final Sql INSERT =
      Sql.of(
          """
          insert into ordering.refunded_line as r
            (order_number, refund, line, quantity, amount, restocked)
          select n, f, l, q, a, b
          from unnest(?::bigint[], ?::int[], ?::int[], ?::int[], ?::bigint[], ?::boolean[])
               as d(n, f, l, q, a, b)
          on conflict (order_number, refund, line) do update set reversed_at = null
          """);
  static final Sql REVERSE =
      Sql.of(
          """
          update ordering.refunded_line r set reversed_at = db.at(d.at)
          from unnest(?::bigint[], ?::int[], ?::int[], ?::bigint[]) as d(number, refund, line, at)
          where r.order_number = d.number and r.refund = d.refund and r.line = d.line
            and r.reversed_at is null
          returning 1
          """);

  private final Database database;
  private final SharedReads<OrderNumber, List<RefundedLine>> ofOrder =
      new SharedReads<>(this::ofOrders);

  RefundedStore(Database database) {
    this.database = database;
  }

  void preparePartitions(Instant now) {
    OrderMonths.prepare(database, "ordering.refunded_line", "fillfactor=90", now);
  }

  /** An order and the state that its last step came from. */
  record Locked(Order order, Status before) {}

  static List<Locked> lock(Tx tx, long[] sortedNumbers) {
    return tx.lock(
        LockRank.ORDER,
        LOCK,
        row -> {
          Order order = OrderStore.read(row);
          int previous = row.getInt(PREVIOUS);
          return new Locked(order, previous == 0 ? order.status() : Status.of(previous));
        },
        (Object) sortedNumbers);
  }

  /** Read under the orders' locks: whoever writes them holds these. */
  static Map<OrderNumber, List<RefundedLine>> lines(Tx tx, long[] numbers) {
    return tx.query(OF_ORDERS, RefundedStore::read, (Object) numbers).stream()
        .collect(Collectors.groupingBy(RefundedLine::order));
  }

  /** What of an order went back; reversed rows too. */
  List<RefundedLine> lines(OrderNumber order) {
    List<RefundedLine> found = ofOrder.read(order);
    return found == null ? List.of() : found;
  }

  Map<OrderNumber, List<RefundedLine>> ofOrders(Collection<OrderNumber> orders) {
    return database.ask(whichLines(orders));
  }

  static Question<Map<OrderNumber, List<RefundedLine>>> whichLines(Collection<OrderNumber> orders) {
    return Question.of(
        OF_ORDERS,
        RefundedStore::read,
        rows -> rows.stream().collect(Collectors.groupingBy(RefundedLine::order)),
        (Object) OrderNumber.values(orders));
  }

  /**
   * An order as it was loaded and as it is to be.
   *
   * @param from the state that its last step comes from
   */
  record Edit(Order loaded, Order now, Status from, List<Step> steps) {}

  /** Writes changed orders, expecting the versions that were loaded. */
  static void update(Tx tx, List<Edit> edits) {
    if (edits.isEmpty()) {
      return;
    }
    tx.writeExpecting(
        edits.size(),
        UPDATE,
        edits.stream().mapToLong(edit -> edit.now().number().value()).toArray(),
        edits.stream().mapToInt(edit -> edit.loaded().version()).toArray(),
        edits.stream().mapToInt(edit -> edit.now().version()).toArray(),
        edits.stream().mapToInt(edit -> edit.now().status().code()).toArray(),
        edits.stream().mapToInt(edit -> edit.from().code()).toArray(),
        edits.stream().mapToLong(edit -> edit.now().refundedTotal()).toArray(),
        edits.stream().map(edit -> OrderText.steps(edit.steps())).toArray(String[]::new));
  }

  static void insert(Tx tx, List<RefundedLine> rows) {
    if (rows.isEmpty()) {
      return;
    }
    List<RefundedLine> sorted = sorted(rows);
    boolean[] restocked = new boolean[sorted.size()];
    for (int i = 0; i < restocked.length; i++) {
      restocked[i] = sorted.get(i).restocked();
    }
    tx.write(
        INSERT,
        sorted.stream().mapToLong(row -> row.order().value()).toArray(),
        sorted.stream().mapToInt(RefundedLine::refund).toArray(),
        sorted.stream().mapToInt(RefundedLine::line).toArray(),
        sorted.stream().mapToInt(RefundedLine::quantity).toArray(),
        sorted.stream().mapToLong(RefundedLine::amount).toArray(),
        restocked);
  }

  static void reverse(Tx tx, List<RefundedLine> rows, Instant at) {
    if (rows.isEmpty()) {
      return;
    }
    List<RefundedLine> sorted = sorted(rows);
    long[] micros = new long[sorted.size()];
    Arrays.fill(micros, at.toEpochMilli() * 1_000);
    tx.writeExpecting(
        sorted.size(),
        REVERSE,
        sorted.stream().mapToLong(row -> row.order().value()).toArray(),
        sorted.stream().mapToInt(RefundedLine::refund).toArray(),
        sorted.stream().mapToInt(RefundedLine::line).toArray(),
        micros);
  }

  private static List<RefundedLine> sorted(List<RefundedLine> rows) {
    return rows.stream()
        .sorted(
            Comparator.comparing(RefundedLine::order)
                .thenComparingInt(RefundedLine::refund)
                .thenComparingInt(RefundedLine::line))
        .toList();
  }

  private static RefundedLine read(Row row) throws SQLException {
    return new RefundedLine(
        new OrderNumber(row.getLong(1)),
        row.getInt(2),
        row.getInt(3),
        row.getInt(4),
        row.getLong(5),
        row.getBoolean(6),
        row.getBoolean(7));
  }
}
