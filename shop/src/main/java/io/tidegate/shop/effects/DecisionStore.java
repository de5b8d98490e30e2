package io.tidegate.shop.effects;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.effects.DecisionRow.State;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what orders bring, one row each. Whoever works on rows without holding their orders passes
 * over those that are locked: a refund has them, and it never waits for anybody in turn.
 */
final class DecisionStore {

  private static final String SELECT =
      """
      select d.order_number, d.state, d.user_id, d.paid_total, d.currency, d.points, d.coupon,
        d.coupon_kept_from, d.coupon_from, d.coupon_to, d.packet, d.tries, d.decided_at
      from effects.decision d
      """;

  static final Sql RECORDING = Sql.of("select first_number from effects.recording where one");
  static final Sql RECORD =
      Sql.of(
          "insert into effects.recording (first_number) values (?) on conflict (one) do nothing");
  static final Sql FIND = Sql.of(SELECT + "where d.order_number = any(?)");
  static final Sql LOCK =
      Sql.of(SELECT + "where d.order_number = any(?) order by d.order_number for update");
  static final Sql WAIT =
      Sql.of(
          """
          insert into effects.decision
            (order_number, user_id, paid_total, currency, state, question, next_try_at)
          select n, u, total, currency, 'waiting', question, clock_timestamp()
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[])
            as g(n, u, total, currency, question)
          on conflict (order_number) do nothing
          """);
  // What a refund decides before anybody else: it is told which rows are its own.
  static final Sql FIRST =
      Sql.of(
          """
          insert into effects.decision
            (order_number, user_id, paid_total, currency, state, points, coupon, coupon_kept_from,
             coupon_from, coupon_to, packet, decided_at, next_try_at)
          select n, u, total, currency, state, points, coupon, kept_from, db.at(since),
            db.at(until), packet, clock_timestamp(),
            case state when 'decided' then clock_timestamp() end
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[],
            ?::text[]::bigint[], ?::text[], ?::text[]::bigint[], ?::text[]::bigint[],
            ?::text[]::bigint[], ?::text[]::bigint[])
            as g(n, u, total, currency, state, points, coupon, kept_from, since, until, packet)
          on conflict (order_number) do nothing returning order_number
          """);
  static final Sql END =
      Sql.of(
          """
          update effects.decision d
          set state = g.state, points = g.points, coupon = g.coupon,
            coupon_kept_from = g.kept_from, coupon_from = db.at(g.since),
            coupon_to = db.at(g.until), packet = g.packet, question = null, why = null,
            decided_at = clock_timestamp(),
            next_try_at = case g.state
              when 'decided' then clock_timestamp() + ? * interval '1 millisecond' end
          from unnest(?::bigint[], ?::text[], ?::text[]::bigint[], ?::text[],
            ?::text[]::bigint[], ?::text[]::bigint[], ?::text[]::bigint[], ?::text[]::bigint[])
            as g(n, state, points, coupon, kept_from, since, until, packet)
          where d.order_number = g.n returning 1
          """);
  static final Sql CLAIM =
      Sql.of(
          """
          select order_number, user_id, paid_total, currency, question, tries, why
          from effects.decision
          where state = 'waiting' and (tries > 0) = ? and next_try_at <= statement_timestamp()
          order by next_try_at limit ? for update skip locked
          """);
  static final Sql CLAIM_DECIDED =
      Sql.of(
          SELECT
              + """
              where d.state = 'decided' and d.next_try_at <= statement_timestamp()
              order by d.next_try_at limit ? for update skip locked
              """);
  static final Sql BEGIN =
      Sql.of(
          """
          update effects.decision d
          set tries = d.tries + 1, next_try_at = clock_timestamp() + ? * interval '1 millisecond'
          from unnest(?::bigint[]) as c(n) where d.order_number = c.n returning 1
          """);
  // State and tries are compared by the caller: named here, they would tempt the plan to an index
  // of all that is due.
  static final Sql HELD =
      Sql.of(
          """
          select d.order_number, d.state, d.tries
          from unnest(?::bigint[]) as c(n) join effects.decision d on d.order_number = c.n
          order by d.order_number for update of d skip locked
          """);
  static final Sql AGAIN =
      Sql.of(
          """
          update effects.decision d
          set why = g.why, next_try_at = clock_timestamp() + g.wait * interval '1 millisecond'
          from unnest(?::bigint[], ?::text[], ?::bigint[]) as g(n, why, wait)
          where d.order_number = g.n returning 1
          """);
  static final Sql GRANTED =
      Sql.of(
          """
          update effects.decision d set state = 'granted', next_try_at = null
          from unnest(?::bigint[]) as g(n) where d.order_number = g.n returning 1
          """);

  private final Database database;

  DecisionStore(Database database) {
    this.database = database;
  }

  /**
   * An order that was taken, to ask what it brings.
   *
   * @param tries with this one: the claim, which who comes after its lease raises
   * @param why what became of the try before; null where there was none
   */
  record Claimed(GrantQuestion question, int tries, @Nullable String why) {}

  /** The first order whose decision is on record; empty where none ever is. */
  Optional<Long> recording() {
    return database.read(RECORDING, row -> row.getLong(1)).stream().findFirst();
  }

  /** Has all orders from this one on recorded, unless earlier ones are already. */
  void record(long first) {
    database.write(
        "record-decisions-from",
        tx -> {
          tx.write(RECORD, first);
          return true;
        });
  }

  static Question<Map<Long, DecisionRow>> which(Collection<OrderNumber> orders) {
    return Question.of(
        FIND, DecisionStore::read, DecisionStore::byOrder, (Object) OrderNumber.values(orders));
  }

  static Map<Long, DecisionRow> lock(Tx tx, Collection<Long> orders) {
    return byOrder(tx.lock(LockRank.DECISION, LOCK, DecisionStore::read, (Object) numbers(orders)));
  }

  /** Has orders wait for who decides; those that have a row keep it. */
  static void await(Tx tx, Collection<GrantQuestion> questions) {
    if (questions.isEmpty()) {
      return;
    }
    List<GrantQuestion> sorted =
        questions.stream().sorted(Comparator.comparingLong(GrantQuestion::order)).toList();
    tx.write(
        WAIT,
        longs(sorted, GrantQuestion::order),
        longs(sorted, GrantQuestion::userId),
        longs(sorted, question -> question.paidTotal().amount()),
        sorted.stream().map(question -> question.paidTotal().currency()).toArray(String[]::new),
        sorted.stream().map(GrantQuestion::json).toArray(String[]::new));
  }

  /**
   * Writes rows of orders that have none, now, and locks them. The transaction must write something
   * besides, as a refund's does: one that only reads is not committed.
   *
   * @return the orders whose rows these are; of the others somebody was first
   */
  static List<Long> first(Tx tx, List<Ended> rows) {
    List<Ended> sorted = rows.stream().sorted(Comparator.comparingLong(Ended::order)).toList();
    return tx.lock(
        LockRank.DECISION,
        FIRST,
        row -> row.getLong(1),
        longs(sorted, Ended::order),
        longs(sorted, Ended::userId),
        longs(sorted, row -> row.paidTotal().amount()),
        sorted.stream().map(row -> row.paidTotal().currency()).toArray(String[]::new),
        sorted.stream().map(row -> row.state().code()).toArray(String[]::new),
        numbersOrNull(sorted, Ended::points),
        sorted.stream().map(Ended::template).toArray(String[]::new),
        numbersOrNull(sorted, Ended::keptFrom),
        numbersOrNull(sorted, Ended::since),
        numbersOrNull(sorted, Ended::until),
        numbersOrNull(sorted, Ended::packet));
  }

  /**
   * Ends the waiting of orders whose rows are locked.
   *
   * @param grantWithin how long the caller has to grant what it decides, before others do
   */
  static void end(Tx tx, List<Ended> rows, Duration grantWithin) {
    if (rows.isEmpty()) {
      return;
    }
    List<Ended> sorted = rows.stream().sorted(Comparator.comparingLong(Ended::order)).toList();
    tx.writeExpecting(
        sorted.size(),
        END,
        grantWithin.toMillis(),
        longs(sorted, Ended::order),
        sorted.stream().map(row -> row.state().code()).toArray(String[]::new),
        numbersOrNull(sorted, Ended::points),
        sorted.stream().map(Ended::template).toArray(String[]::new),
        numbersOrNull(sorted, Ended::keptFrom),
        numbersOrNull(sorted, Ended::since),
        numbersOrNull(sorted, Ended::until),
        numbersOrNull(sorted, Ended::packet));
  }

  /**
   * Takes orders that wait; nobody else gets them before the lease ends.
   *
   * @param again those that were asked about before, or else those that never were
   */
  List<Claimed> claim(boolean again, int max, Duration lease) {
    return database.write(
        "claim-decisions",
        tx -> {
          List<Claimed> due = tx.lock(LockRank.DECISION, CLAIM, DecisionStore::claimed, again, max);
          if (!due.isEmpty()) {
            tx.writeExpecting(
                due.size(),
                BEGIN,
                lease.toMillis(),
                longs(due, claimed -> claimed.question().order()));
          }
          return due;
        });
  }

  /** Takes what is decided and not granted: whoever decided it has ended. */
  List<Decision> claimDecided(int max, Duration lease) {
    return database.write(
        "claim-grants",
        tx -> {
          List<Decision> due =
              tx.lock(LockRank.DECISION, CLAIM_DECIDED, DecisionStore::read, max).stream()
                  .map(DecisionRow::decision)
                  .filter(decision -> decision != null)
                  .toList();
          if (!due.isEmpty()) {
            tx.writeExpecting(due.size(), BEGIN, lease.toMillis(), longs(due, Decision::order));
          }
          return due;
        });
  }

  /** Locks those of some rows that nobody else holds: the number of tries of each that is so. */
  static Map<Long, Integer> held(Tx tx, State state, Collection<Long> orders) {
    Map<Long, Integer> held = new HashMap<>();
    tx.lock(
        LockRank.DECISION,
        HELD,
        row -> State.of(row.getString(2)) == state ? held.put(row.getLong(1), row.getInt(3)) : null,
        (Object) numbers(orders));
    return held;
  }

  /** When an order is asked about again, and why. */
  record Again(long order, String why, Duration after) {}

  /** Puts off rows that are locked. */
  static void again(Tx tx, List<Again> rows) {
    if (!rows.isEmpty()) {
      List<Again> sorted = rows.stream().sorted(Comparator.comparingLong(Again::order)).toList();
      tx.writeExpecting(
          sorted.size(),
          AGAIN,
          longs(sorted, Again::order),
          sorted.stream().map(Again::why).toArray(String[]::new),
          longs(sorted, row -> row.after().toMillis()));
    }
  }

  /** All that these orders bring has come; their rows are locked. */
  static void granted(Tx tx, Collection<Long> orders) {
    if (!orders.isEmpty()) {
      tx.writeExpecting(orders.size(), GRANTED, (Object) numbers(orders));
    }
  }

  /**
   * A row in its new state.
   *
   * @param decision null where it is withheld
   */
  record Ended(long order, long userId, Money paidTotal, @Nullable Decision decision) {

    static Ended decided(Decision decision) {
      return new Ended(decision.order(), decision.userId(), decision.paidTotal(), decision);
    }

    State state() {
      return decision == null ? State.WITHHELD : State.DECIDED;
    }

    @Nullable Long points() {
      return decision == null ? null : (Long) decision.points();
    }

    @Nullable Long packet() {
      return decision == null ? null : (Long) decision.packet();
    }

    @Nullable String template() {
      Decision.Coupon coupon = coupon();
      return coupon == null ? null : coupon.template();
    }

    @Nullable Long keptFrom() {
      Decision.Coupon coupon = coupon();
      return coupon == null ? null : (Long) coupon.keptFrom();
    }

    @Nullable Long since() {
      Decision.Coupon coupon = coupon();
      return coupon == null ? null : (Long) EpochMicros.of(coupon.from());
    }

    @Nullable Long until() {
      Decision.Coupon coupon = coupon();
      return coupon == null ? null : (Long) EpochMicros.of(coupon.to());
    }

    private Decision.@Nullable Coupon coupon() {
      return decision == null ? null : decision.coupon();
    }
  }

  private static DecisionRow read(Row row) throws SQLException {
    State state = State.of(row.getString(2));
    Long points = row.getLongOrNull(6);
    Instant at = row.getInstantOrNull(13);
    return new DecisionRow(
        row.getLong(1),
        state,
        points == null
            ? null
            : new Decision(
                row.getLong(1),
                row.getLong(3),
                new Money(row.getLong(4), row.getString(5)),
                points,
                coupon(row),
                row.getLong(11)),
        row.getInt(12),
        at);
  }

  private static Decision.@Nullable Coupon coupon(Row row) throws SQLException {
    String template = row.getStringOrNull(7);
    return template == null
        ? null
        : new Decision.Coupon(template, row.getLong(8), row.getInstant(9), row.getInstant(10));
  }

  private static Claimed claimed(Row row) throws SQLException {
    return new Claimed(
        new GrantQuestion(
            row.getLong(1),
            row.getLong(2),
            new Money(row.getLong(3), row.getString(4)),
            row.getString(5)),
        row.getInt(6) + 1,
        row.getStringOrNull(7));
  }

  private static Map<Long, DecisionRow> byOrder(List<DecisionRow> rows) {
    Map<Long, DecisionRow> byOrder = new HashMap<>();
    rows.forEach(row -> byOrder.put(row.order(), row));
    return byOrder;
  }

  private static long[] numbers(Collection<Long> orders) {
    return orders.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
  }

  private static <T> long[] longs(List<T> rows, ToLongFunction<T> number) {
    return rows.stream().mapToLong(number).toArray();
  }

  /** What may be null goes as text, since arrays of numbers have no null here. */
  private static <T> @Nullable String[] numbersOrNull(
      List<T> rows, Function<T, @Nullable Long> number) {
    @Nullable String[] texts = new @Nullable String[rows.size()];
    for (int i = 0; i < texts.length; i++) {
      Long value = number.apply(rows.get(i));
      texts[i] = value == null ? null : value.toString();
    }
    return texts;
  }
}
