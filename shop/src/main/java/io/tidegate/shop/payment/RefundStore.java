package io.tidegate.shop.payment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Refunds in the database. */
public final class RefundStore {

  private static final String COLUMNS =
      "r.order_number, r.seq, r.provider, r.attempt, r.transaction, r.amount, r.currency,"
          + " r.reason, r.state, r.version, r.created_at, r.succeeded_at, r.next_try_at, r.tries,"
          + " r.last_answer, r.tried_since, r.replaces, r.reversed_at, r.check_at, r.checks,"
          + " r.ended, r.ended_at, r.reference, r.doubt_since,"
          + " r.keys_spent";
  private static final Sql INSERT =
      Sql.of(
          """
          insert into payment.refund (order_number, seq, provider, attempt, transaction, amount,
            currency, reason, state, version, created_at, next_try_at, replaces)
          select n, s, p, at, t, a, c, re, st, 1, db.at(cr), db.at(nx), nullif(rp, 0)
          from unnest(?::bigint[], ?::int[], ?::text[], ?::int[], ?::text[], ?::bigint[],
                      ?::text[], ?::int[], ?::int[], ?::bigint[], ?::bigint[], ?::int[])
               d(n, s, p, at, t, a, c, re, st, cr, nx, rp)
          """);
  private static final Sql DUE =
      Sql.of(
          "select "
              + COLUMNS
              + " from payment.refund r where r.provider = ?"
              + " and r.next_try_at <= (select clock_timestamp())"
              + " order by r.next_try_at limit ? for update skip locked");
  private static final Sql CHECKS_DUE =
      Sql.of(
          "select "
              + COLUMNS
              + " from payment.refund r where r.provider = ?"
              + " and r.check_at <= (select clock_timestamp())"
              + " order by r.check_at limit ? for update skip locked");
  private static final Sql DUE_ELSEWHERE =
      Sql.of(
          "select "
              + COLUMNS
              + " from payment.refund r where r.provider <> all(?::text[])"
              + " and r.next_try_at <= (select clock_timestamp())"
              + " order by r.next_try_at limit ? for update skip locked");
  private static final Sql LOCK =
      Sql.of(
          "select "
              + COLUMNS
              + " from unnest(?::bigint[]) as k(number)"
              + " join payment.refund r on r.order_number = k.number"
              + " order by r.order_number, r.seq for update of r");
  // An order's refunds are never cut apart, so that its number is where a list goes on.
  private static final Sql WAITING =
      Sql.of(
          "select "
              + COLUMNS
              + """
               from (
                (select * from payment.refund where state not in (5, 7) and order_number > ?
                  and (state in (4, 6) or tries >= ? or coalesce(tried_since, created_at)
                    <= (select clock_timestamp()) - ? * interval '1 millisecond')
                  order by order_number fetch first (?::bigint) rows with ties)
                union all
                (select * from payment.refund where doubt_since is not null and order_number > ?
                  and state in (5, 7)
                  order by order_number fetch first (?::bigint) rows with ties)) r
              order by r.order_number fetch first (?::bigint) rows with ties
              """);
  private static final Sql WAITING_COUNT =
      Sql.of(
          """
          select
            (select count(*) from payment.refund where state not in (5, 7)
              and (state in (4, 6) or tries >= ? or coalesce(tried_since, created_at)
                <= (select clock_timestamp()) - ? * interval '1 millisecond'))
            + (select count(*) from payment.refund
              where doubt_since is not null and state in (5, 7))
          """);
  private static final Sql AUTOMATIC =
      Sql.of(
          "select "
              + COLUMNS
              + """
               from (select * from payment.refund where reason <> 3 and order_number < ?
                order by order_number desc fetch first (?::bigint) rows with ties) r
              order by r.order_number desc, r.seq desc
              """);
  private static final Sql ASK_NOW =
      Sql.of(
          """
          update payment.refund
          set next_try_at = case when state in (1, 2, 3) then clock_timestamp() else next_try_at end,
              check_at = case when state in (5, 7) then clock_timestamp() else check_at end
          where order_number = ? and seq = ?
            and (state in (1, 2, 3, 5) or state = 7 and succeeded_at is null)
          """);
  private static final Sql SET_DUE =
      Sql.of(
          """
          update payment.refund set next_try_at = ?::timestamptz, check_at = ?::timestamptz
          where order_number = ? and seq = ? and version = ? returning 1
          """);
  private static final Sql FIND =
      Sql.of(
          "select "
              + COLUMNS
              + " from unnest(?::bigint[]) as k(number)"
              + " join payment.refund r on r.order_number = k.number"
              + " order by r.order_number, r.seq");
  private static final Sql COUNTS =
      Sql.of(
          "select r.order_number, max(r.seq) from unnest(?::bigint[]) as k(number)"
              + " join payment.refund r on r.order_number = k.number group by r.order_number");
  private static final Sql UPDATE =
      Sql.of(
          """
          update payment.refund
          set state = ?, version = ?, succeeded_at = ?::timestamptz, next_try_at = ?::timestamptz,
              tries = ?, last_answer = ?, tried_since = ?::timestamptz,
              reversed_at = ?::timestamptz, check_at = ?::timestamptz, checks = ?,
              ended = nullif(?, 0), ended_at = ?::timestamptz, reference = ?,
              doubt_since = ?::timestamptz, keys_spent = ?
          where order_number = ? and seq = ? and version = ? returning 1
          """);

  private final Database database;
  private final SharedReads<OrderNumber, List<Refund>> ofOrder = new SharedReads<>(this::ofOrders);

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
        sorted.stream().mapToLong(row -> PaymentStore.micros(row.nextTryAt())).toArray(),
        sorted.stream()
            .mapToInt(row -> Objects.requireNonNullElse(row.course().replaces(), 0))
            .toArray());
  }

  /** Locks all refunds of these orders, in the order of their keys. */
  public static List<Refund> lock(Tx tx, long[] sortedOrders) {
    return tx.lock(LockRank.REFUND, LOCK, RefundStore::read, (Object) sortedOrders);
  }

  /**
   * Refunds that wait for a person: refused, taken back by the provider, without an end for too
   * long, or in doubt after their end. In the order of their numbers.
   *
   * @param afterOrder 0 for the first page, else the order's number of the last refund of a page
   * @param most of one page; a few more where an order has several, which are never cut apart
   */
  public List<Refund> waiting(long afterOrder, int most) {
    return database.read(
        WAITING,
        RefundStore::read,
        afterOrder,
        Refund.PERSON_AFTER_TRIES,
        Refund.PERSON_AFTER.toMillis(),
        (long) most,
        afterOrder,
        (long) most,
        (long) most);
  }

  /** How many {@link #waiting} has. */
  public long waiting() {
    return database
        .read(
            WAITING_COUNT,
            row -> row.getLong(1),
            Refund.PERSON_AFTER_TRIES,
            Refund.PERSON_AFTER.toMillis())
        .getFirst();
  }

  /**
   * What goes back without a customer's request, newest order first.
   *
   * @param most of one page; a few more where an order has several, which are never cut apart
   */
  public List<Refund> automatic(long beforeOrder, int most) {
    return database.read(AUTOMATIC, RefundStore::read, beforeOrder, (long) most);
  }

  /**
   * Has the provider asked at once what became of a refund, or whether it still stands. Of one that
   * waits for a person nothing is asked; of one that was ended, whether it went back all the same.
   */
  public static void askNow(Tx tx, RefundId id) {
    tx.write(ASK_NOW, id.order().value(), id.seq());
  }

  /**
   * Has a provider asked soon about a refund that it told of, however often it was asked before. Of
   * one that waits for a person nothing is asked, nor where it told of a success that stands.
   *
   * @param provider whose it must be
   * @param knownAfter it is asked no sooner than after this
   * @param success whether it told that the refund succeeded
   * @return whether there is such a one
   */
  public boolean hurry(RefundId id, String provider, Duration knownAfter, boolean success) {
    return database.write(
        "hurry-refund",
        tx -> {
          Optional<Refund> held = held(tx, id).filter(each -> each.provider().equals(provider));
          held.filter(each -> !(success && each.standsClearly()))
              .ifPresent(each -> setDue(tx, each, each.hurried(tx.now().plus(knownAfter))));
          return held.isPresent();
        });
  }

  /**
   * Takes a refund that was taken before for another call.
   *
   * @return it as it is due now; empty where somebody else has it, or is to have it soon
   */
  Optional<Refund> takeOn(Refund taken, Duration callMax) {
    return database.write(
        "take-refund-on",
        tx -> {
          Optional<Refund> held =
              held(tx, taken.id())
                  .filter(each -> each.version() == taken.version() && !each.isHurriedSince(taken));
          Optional<Refund> next = held.map(each -> each.prolonged(tx.now().plus(callMax)));
          next.ifPresent(each -> setDue(tx, taken, each));
          return next;
        });
  }

  private static void setDue(Tx tx, Refund held, Refund next) {
    if (!next.equals(held)) {
      tx.writeExpecting(
          1,
          SET_DUE,
          next.nextTryAt(),
          next.course().checkAt(),
          held.id().order().value(),
          held.id().seq(),
          held.version());
    }
  }

  /** A refund as it is now, locked with the others of its order. */
  static Optional<Refund> held(Tx tx, RefundId id) {
    return lock(tx, new long[] {id.order().value()}).stream()
        .filter(refund -> refund.id().equals(id))
        .findFirst();
  }

  /** The highest seq of each order that has refunds, read under the order's lock. */
  public static Map<Long, Integer> lastSeq(Tx tx, long[] orders) {
    Map<Long, Integer> last = new HashMap<>();
    tx.query(COUNTS, row -> last.put(row.getLong(1), row.getInt(2)), (Object) orders);
    return last;
  }

  /**
   * Takes a provider's due refunds for a call each: another node sees them again only after {@code
   * callMax}.
   */
  List<Refund> takeDue(String provider, int most, Duration callMax) {
    return take("take-refunds", (refund, now) -> refund.calling(now, callMax), DUE, provider, most);
  }

  /** Takes due refunds of all providers but these. */
  List<Refund> takeElsewhere(Set<String> providers, int most, Duration callMax) {
    return take(
        "take-refunds",
        (refund, now) -> refund.calling(now, callMax),
        DUE_ELSEWHERE,
        providers.toArray(String[]::new),
        most);
  }

  /** Takes a provider's refunds that are to be looked at again, as {@link #takeDue} does. */
  List<Refund> takeChecks(String provider, int most, Duration callMax) {
    return take(
        "check-refunds",
        (refund, now) -> refund.checking(now, callMax),
        CHECKS_DUE,
        provider,
        most);
  }

  private List<Refund> take(
      String name, BiFunction<Refund, Instant, Refund> step, Sql due, Object whose, int most) {
    return database.write(
        name,
        tx -> {
          List<Refund> found = tx.lock(LockRank.REFUND, due, RefundStore::read, whose, most);
          Instant now = tx.now();
          List<Refund> taken = new ArrayList<>();
          for (Refund refund : found) {
            Refund next = step.apply(refund, now);
            update(tx, refund, next);
            taken.add(next);
          }
          return taken;
        });
  }

  /** Writes what became of a refund, expecting the version that was seen. */
  static void update(Tx tx, Refund seen, Refund next) {
    Refund.End end = next.course().end();
    tx.writeExpecting(
        1,
        UPDATE,
        next.state().code(),
        next.version(),
        next.succeededAt(),
        next.nextTryAt(),
        next.tries(),
        next.lastAnswer(),
        next.course().triedSince(),
        next.course().reversedAt(),
        next.course().checkAt(),
        next.course().checks(),
        end == null ? 0 : end.how().code(),
        end == null ? null : end.at(),
        end == null ? null : end.reference(),
        next.course().doubtSince(),
        next.course().keysSpent(),
        next.id().order().value(),
        next.id().seq(),
        seen.version());
  }

  public List<Refund> refunds(OrderNumber order) {
    List<Refund> found = ofOrder.read(order);
    return found == null ? List.of() : found;
  }

  /** The refunds of orders that have some, in one query. */
  public Map<OrderNumber, List<Refund>> ofOrders(Collection<OrderNumber> orders) {
    return database.ask(whichRefunds(orders));
  }

  /** The same as a question. */
  public static Question<Map<OrderNumber, List<Refund>>> whichRefunds(
      Collection<OrderNumber> orders) {
    return Question.of(
        FIND,
        RefundStore::read,
        rows -> rows.stream().collect(Collectors.groupingBy(refund -> refund.id().order())),
        (Object) OrderNumber.values(orders));
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
        row.getStringOrNull(15),
        course(row));
  }

  private static RefundCourse course(Row row) throws SQLException {
    Instant since = row.getInstantOrNull(16);
    int replaces = row.getInt(17); // 0 for null: no number has seq 0
    int ended = row.getInt(21);
    return new RefundCourse(
        since == null ? row.getInstant(11) : since,
        replaces == 0 ? null : replaces,
        row.getInstantOrNull(18),
        row.getInstantOrNull(19),
        row.getInt(20),
        ended == 0
            ? null
            : new Refund.End(Refund.How.of(ended), row.getInstant(22), row.getStringOrNull(23)),
        row.getInstantOrNull(24),
        row.getInt(25));
  }
}
