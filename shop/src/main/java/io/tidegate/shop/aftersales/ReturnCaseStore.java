package io.tidegate.shop.aftersales;

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
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Returns in the database. */
public final class ReturnCaseStore {

  private static final String COLUMNS =
      "r.order_number, r.seq, r.user_id, r.state, r.version, r.lines, r.accepted, r.reason,"
          + " r.pictures, r.why, r.note, r.courier, r.waybill, r.warehouse, r.refund, r.history";
  private static final int ID_COLUMN = 17;
  // Joined with its keys, and not "= any": so a look-up touches one partition.
  private static final Sql LOCK =
      Sql.of(
          "select "
              + COLUMNS
              + " from unnest(?::bigint[]) as k(number)"
              + " join aftersales.return_case r on r.order_number = k.number"
              + " order by r.order_number, r.seq for update of r");
  private static final Sql READ =
      Sql.of(
          "select "
              + COLUMNS
              + " from unnest(?::bigint[]) as k(number)"
              + " join aftersales.return_case r on r.order_number = k.number"
              + " order by r.order_number, r.seq");
  private static final Sql INSERT =
      Sql.of(
          """
          insert into aftersales.return_case (order_number, seq, user_id, state, version, lines,
            reason, pictures, history, created_at)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::timestamptz)
          """);
  private static final Sql UPDATE =
      Sql.of(
          """
          update aftersales.return_case r
          set state = d.state, version = d.version, accepted = d.accepted, why = d.why,
              note = d.note, courier = d.courier, waybill = d.waybill, warehouse = d.warehouse,
              refund = nullif(d.refund, 0), history = d.history
          from unnest(?::bigint[], ?::int[], ?::int[], ?::int[], ?::int[], ?::text[], ?::text[],
                      ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::text[])
               as d(order_number, seq, expected, version, state, accepted, why, note, courier,
                    waybill, warehouse, refund, history)
          where r.order_number = d.order_number and r.seq = d.seq and r.version = d.expected
          returning 1
          """);
  private static final Sql NEWEST =
      Sql.of(
          "select "
              + COLUMNS
              + ", r.id from aftersales.return_case r where r.id < ? order by r.id desc limit ?");
  private static final Sql IN_STATE =
      Sql.of(
          "select "
              + COLUMNS
              + ", r.id from aftersales.return_case r where r.state = ? and r.id < ?"
              + " order by r.id desc limit ?");

  private final Database database;
  private final SharedReads<OrderNumber, List<ReturnCase>> ofOrder =
      new SharedReads<>(this::ofOrders);

  public ReturnCaseStore(Database database) {
    this.database = database;
  }

  /** A return in a list, with its place there. */
  public record Listed(long id, ReturnCase returned) {}

  /** Makes the partitions of this month and the next ones. */
  public static void preparePartitions(Database database, Instant now) {
    OrderMonths.prepare(database, "aftersales.return_case", "fillfactor=80", now);
  }

  /** The returns of an order, by seq. */
  public List<ReturnCase> of(OrderNumber order) {
    List<ReturnCase> found = ofOrder.read(order);
    return found == null ? List.of() : found;
  }

  public Optional<ReturnCase> find(ReturnId id) {
    return of(id.order()).stream().filter(one -> one.id().equals(id)).findFirst();
  }

  /**
   * Returns below an id, newest first.
   *
   * @param state null: in every state
   */
  public List<Listed> list(@Nullable ReturnState state, long below, int most) {
    return state == null
        ? database.read(NEWEST, ReturnCaseStore::listed, below, most)
        : database.read(IN_STATE, ReturnCaseStore::listed, state.code(), below, most);
  }

  /** All returns of these orders, by order and seq; comes after the locks on the orders. */
  static List<ReturnCase> lock(Tx tx, long[] sortedOrders) {
    return tx.lock(LockRank.CASE, LOCK, ReturnCaseStore::read, (Object) sortedOrders);
  }

  /** Writes new returns. */
  static void insert(Tx tx, List<ReturnCase> made) {
    for (ReturnCase each : made) { // one at a time: each command of a customer makes one
      tx.write(
          INSERT,
          each.id().order().value(),
          each.id().seq(),
          each.userId(),
          each.state().code(),
          each.version(),
          ReturnText.lines(each.lines()),
          each.reason(),
          ReturnText.texts(each.pictures()),
          ReturnText.history(each.history()),
          each.createdAt());
    }
  }

  /** A return as it was loaded and as it is now. */
  record Changed(ReturnCase loaded, ReturnCase now) {}

  /** Writes changed returns, expecting the versions that were loaded. */
  static void update(Tx tx, List<Changed> changed) {
    if (changed.isEmpty()) {
      return;
    }
    List<Changed> sorted =
        changed.stream()
            .sorted(
                Comparator.comparing((Changed one) -> one.now().id().order())
                    .thenComparingInt(one -> one.now().id().seq()))
            .toList();
    List<ReturnCase> rows = sorted.stream().map(Changed::now).toList();
    tx.writeExpecting(
        rows.size(),
        UPDATE,
        rows.stream().mapToLong(row -> row.id().order().value()).toArray(),
        rows.stream().mapToInt(row -> row.id().seq()).toArray(),
        sorted.stream().mapToInt(one -> one.loaded().version()).toArray(),
        rows.stream().mapToInt(ReturnCase::version).toArray(),
        rows.stream().mapToInt(row -> row.state().code()).toArray(),
        rows.stream().map(row -> ReturnText.lines(row.accepted())).toArray(String[]::new),
        rows.stream().map(ReturnCase::why).toArray(String[]::new),
        rows.stream().map(ReturnCase::note).toArray(String[]::new),
        rows.stream().map(ReturnCase::courier).toArray(String[]::new),
        rows.stream().map(ReturnCase::waybill).toArray(String[]::new),
        rows.stream().map(ReturnCase::warehouse).toArray(String[]::new),
        rows.stream().mapToInt(row -> row.refund() == null ? 0 : row.refund()).toArray(),
        rows.stream().map(row -> ReturnText.history(row.history())).toArray(String[]::new));
  }

  private Map<OrderNumber, List<ReturnCase>> ofOrders(List<OrderNumber> orders) {
    return database.ask(which(orders));
  }

  /** The returns of orders that have some, by seq. */
  static Question<Map<OrderNumber, List<ReturnCase>>> which(Collection<OrderNumber> orders) {
    return Question.of(
        READ,
        ReturnCaseStore::read,
        rows -> rows.stream().collect(Collectors.groupingBy(one -> one.id().order())),
        (Object) OrderNumber.values(orders));
  }

  private static Listed listed(Row row) throws SQLException {
    return new Listed(row.getLong(ID_COLUMN), read(row));
  }

  private static ReturnCase read(Row row) throws SQLException {
    Long refund = row.getLongOrNull(15);
    return new ReturnCase(
        new ReturnId(new OrderNumber(row.getLong(1)), row.getInt(2)),
        row.getLong(3),
        ReturnState.of(row.getInt(4)),
        row.getInt(5),
        ReturnText.lines(row.getString(6)),
        ReturnText.lines(row.getString(7)),
        row.getString(8),
        ReturnText.texts(row.getString(9)),
        row.getStringOrNull(10),
        row.getStringOrNull(11),
        row.getStringOrNull(12),
        row.getStringOrNull(13),
        row.getStringOrNull(14),
        refund == null ? null : refund.intValue(),
        ReturnText.history(row.getString(16)));
  }
}
