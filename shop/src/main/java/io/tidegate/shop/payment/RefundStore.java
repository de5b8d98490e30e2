package io.tidegate.shop.payment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Refunds in the database. */
public final class RefundStore {

  private static final String COLUMNS =
      "r.order_number, r.seq, r.provider, r.attempt, r.transaction, r.amount, r.currency,"
          + " r.reason, r.state, r.version, r.created_at, r.succeeded_at, r.next_try_at, r.tries,"
          + " r.last_answer";
  private static final Sql INSERT =
      Sql.of(
          """
          insert into payment.refund (order_number, seq, provider, attempt, transaction, amount,
            currency, reason, state, version, created_at, next_try_at)
          select n, s, p, at, t, a, c, re, st, 1, db.at(cr), db.at(nx)
          from unnest(?::bigint[], ?::int[], ?::text[], ?::int[], ?::text[], ?::bigint[],
                      ?::text[], ?::int[], ?::int[], ?::bigint[], ?::bigint[])
               d(n, s, p, at, t, a, c, re, st, cr, nx)
          """);
  private static final Sql DUE =
      Sql.of(
          "select "
              + COLUMNS
              + " from payment.refund r where r.next_try_at <= (select clock_timestamp())"
              + " order by r.next_try_at limit ? for update skip locked");
  private static final Sql FIND =
      Sql.of(
          "select "
              + COLUMNS
              + " from payment.refund r where r.order_number = ? order by r.order_number, r.seq");
  private static final Sql COUNTS =
      Sql.of(
          "select r.order_number, max(r.seq) from unnest(?::bigint[]) as k(number)"
              + " join payment.refund r on r.order_number = k.number group by r.order_number");
  private static final Sql UPDATE =
      Sql.of(
          """
          update payment.refund
          set state = ?, version = ?, succeeded_at = ?::timestamptz, next_try_at = ?::timestamptz,
              tries = ?, last_answer = ?
          where order_number = ? and seq = ? and version = ? returning 1
          """);

  private final Database database;

  public RefundStore(Database database) {
    this.database = database;
  }

  /** Writes new refunds, due at once. */
  public static void request(Tx tx, List<Refund> refunds) {
    if (refunds.isEmpty()) {
      return;
    }
    List<Refund> sorted =
        refunds.stream()
            .sorted(
                Comparator.comparing((Refund row) -> row.id().order())
                    .thenComparingInt(row -> row.id().seq()))
            .toList();
    tx.write(
        INSERT,
        sorted.stream().mapToLong(row -> row.id().order().value()).toArray(),
        sorted.stream().mapToInt(row -> row.id().seq()).toArray(),
        sorted.stream().map(Refund::provider).toArray(String[]::new),
        sorted.stream().mapToInt(Refund::attempt).toArray(),
        sorted.stream().map(Refund::transaction).toArray(String[]::new),
        sorted.stream().mapToLong(row -> row.amount().amount()).toArray(),
        sorted.stream().map(row -> row.amount().currency()).toArray(String[]::new),
        sorted.stream().mapToInt(row -> row.reason().code()).toArray(),
        sorted.stream().mapToInt(row -> row.state().code()).toArray(),
        sorted.stream().mapToLong(row -> PaymentStore.micros(row.createdAt())).toArray(),
        sorted.stream().mapToLong(row -> PaymentStore.micros(row.nextTryAt())).toArray());
  }

  /** The highest seq of each order that has refunds, read under the order's lock. */
  public static Map<Long, Integer> lastSeq(Tx tx, long[] orders) {
    Map<Long, Integer> last = new HashMap<>();
    tx.query(COUNTS, row -> last.put(row.getLong(1), row.getInt(2)), (Object) orders);
    return last;
  }

  /** Takes due refunds for a call each: another node sees them again only after {@code callMax}. */
  List<Refund> takeDue(int most, Duration callMax) {
    return database.write(
        "take-refunds",
        tx -> {
          List<Refund> due = tx.lock(LockRank.REFUND, DUE, RefundStore::read, most);
          Instant now = tx.now();
          List<Refund> calling = new ArrayList<>();
          for (Refund refund : due) {
            Refund next = refund.calling(now, callMax);
            update(tx, refund, next);
            calling.add(next);
          }
          return calling;
        });
  }

  /** Writes what became of a refund, expecting the version that was seen. */
  static void update(Tx tx, Refund seen, Refund next) {
    tx.writeExpecting(
        1,
        UPDATE,
        next.state().code(),
        next.version(),
        next.succeededAt(),
        next.nextTryAt(),
        next.tries(),
        next.lastAnswer(),
        next.id().order().value(),
        next.id().seq(),
        seen.version());
  }

  public List<Refund> refunds(OrderNumber order) {
    return database.read(FIND, RefundStore::read, order.value());
  }

  public Optional<Refund> find(RefundId id) {
    return refunds(id.order()).stream().filter(refund -> refund.id().equals(id)).findFirst();
  }

  private static Refund read(Row row) throws SQLException {
    return new Refund(
        new RefundId(new OrderNumber(row.getLong(1)), row.getInt(2)),
        row.getString(3),
        row.getInt(4),
        row.getString(5),
        new Money(row.getLong(6), row.getString(7)),
        Refund.Reason.of(row.getInt(8)),
        Refund.State.of(row.getInt(9)),
        row.getInt(10),
        row.getInstant(11),
        row.getInstantOrNull(12),
        row.getInstantOrNull(13),
        row.getInt(14),
        row.getStringOrNull(15));
  }
}
