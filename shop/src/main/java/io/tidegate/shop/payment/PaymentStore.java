package io.tidegate.shop.payment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Questions;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderMonths;
import io.tidegate.shop.kernel.OrderNumber;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Attempts, captures and ledger in the database. Writes join the transaction of whoever decides.
 */
public final class PaymentStore {

  private static final String ATTEMPT =
      "a.order_number, a.seq, a.provider, a.method, a.state, a.version, a.amount, a.currency,"
          + " a.cashier_url, a.reference, a.created_at, a.expires_at, a.captured_at, a.ask_at, a.asks,"
          + " a.asked_at";
  private static final String CAPTURE =
      "c.order_number, c.provider, c.transaction, c.attempt, c.amount, c.currency,"
          + " c.captured_at, c.verdict, c.recorded_at, c.parked_why, c.decided, c.decided_at,"
          + " c.taken_amount, c.taken_currency, c.note";
  private static final Sql LOCK_ATTEMPTS =
      Sql.of(
          "select "
              + ATTEMPT
              + " from unnest(?::bigint[]) as k(number)"
              + " join payment.attempt a on a.order_number = k.number"
              + " order by a.order_number, a.seq for update of a");
  private static final Sql FIND_ATTEMPTS =
      Sql.of(
          "select "
              + ATTEMPT
              + " from unnest(?::bigint[]) as k(number)"
              + " join payment.attempt a on a.order_number = k.number"
              + " order by a.order_number, a.seq");
  private static final Sql CAPTURES =
      Sql.of(
          "select "
              + CAPTURE
              + " from unnest(?::bigint[]) as k(number)"
              + " join payment.capture c on c.order_number = k.number");
  // The time is a sub-select: so it is read once, and the index ends at it (what waits is free).
  private static final Sql DUE =
      Sql.of(
          "select "
              + ATTEMPT
              + " from payment.attempt a where a.provider = ?"
              + " and a.ask_at <= (select clock_timestamp())"
              + " order by a.ask_at limit ? for update skip locked");
  private static final Sql DUE_ELSEWHERE =
      Sql.of(
          "select "
              + ATTEMPT
              + " from payment.attempt a where a.provider <> all(?::text[])"
              + " and a.ask_at <= (select clock_timestamp()) - ? * interval '1 millisecond'"
              + " limit ? for update skip locked");
  private static final Sql AS_SEEN =
      Sql.of(
          "select "
              + ATTEMPT
              + " from payment.attempt a where a.order_number = ? and a.seq = ? and a.version = ?"
              + " and a.ask_at is not null for update skip locked");
  private static final Sql INSERT_ATTEMPTS =
      Sql.of(
          """
          insert into payment.attempt (order_number, seq, provider, method, state, version, amount,
            currency, created_at, expires_at, ask_at)
          select n, s, p, m, st, 1, a, c, db.at(cr), db.at(e), db.at(k)
          from unnest(?::bigint[], ?::int[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::text[],
                      ?::bigint[], ?::bigint[], ?::bigint[]) d(n, s, p, m, st, a, c, cr, e, k)
          """);
  private static final Sql UPDATE_ATTEMPTS =
      Sql.of(
          """
          update payment.attempt a
          set state = d.state, version = d.version, cashier_url = nullif(d.url, ''),
              reference = d.reference, captured_at = db.at(nullif(d.captured, 0)), ask_at = db.at(nullif(d.ask, 0)),
              asks = d.asks, asked_at = db.at(nullif(d.asked, 0))
          from unnest(?::bigint[], ?::int[], ?::int[], ?::int[], ?::int[], ?::text[],
                      ?::text[], ?::bigint[], ?::bigint[], ?::int[], ?::bigint[])
               d(number, seq, expected, version, state, url, reference, captured, ask, asks, asked)
          where a.order_number = d.number and a.seq = d.seq and a.version = d.expected
          returning 1
          """);
  private static final Sql INSERT_CAPTURES =
      Sql.of(
          """
          insert into payment.capture (order_number, provider, transaction, attempt, amount,
            currency, captured_at, recorded_at, verdict, parked_why)
          select n, p, t, s, a, c, db.at(x), db.at(r), v, nullif(w, 0)
          from unnest(?::bigint[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::text[],
                      ?::bigint[], ?::bigint[], ?::int[], ?::int[]) d(n, p, t, s, a, c, x, r, v, w)
          """);
  private static final Sql DECIDE =
      Sql.of(
          """
          update payment.capture
          set decided = ?, decided_at = ?::timestamptz, taken_amount = nullif(?, 0),
              taken_currency = nullif(?, ''), note = ?
          where order_number = ? and provider = ? and transaction = ? and verdict = 4
            and decided is null returning 1
          """);
  private static final Sql PARKED =
      Sql.of(
          "select "
              + CAPTURE
              + " from payment.capture c where c.verdict = 4 and c.decided is null"
              + " and c.order_number > ? order by c.order_number"
              + " fetch first (?::bigint) rows with ties");
  private static final Sql POST =
      Sql.of(
          """
          insert into payment.ledger (order_number, at, debit, credit, amount, currency, reference)
          select n, db.at(x), de, cr, a, c, r
          from unnest(?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::text[],
                      ?::text[]) d(n, x, de, cr, a, c, r)
          """);

  private final Database database;
  private final SharedReads<OrderNumber, List<Attempt>> ofOrder = new SharedReads<>(this::ofOrders);

  public PaymentStore(Database database) {
    this.database = database;
  }

  /** Makes the partitions of this month and the next ones. */
  public void preparePartitions(Instant now) {
    OrderMonths.prepare(database, "payment.attempt", "fillfactor=80", now);
    OrderMonths.prepare(database, "payment.capture", "fillfactor=100", now);
    OrderMonths.prepare(database, "payment.refund", "fillfactor=70", now);
    OrderMonths.prepare(database, "payment.ledger", "fillfactor=100", now);
  }

  /** An attempt as a working copy holds it: as loaded (null: new), and as decided. */
  public record Edit(@Nullable Attempt loaded, Attempt now) {}

  public static Questions.Answer<List<Attempt>> lock(Questions questions, long[] sortedOrders) {
    return questions.lock(
        LockRank.PAYMENT,
        Question.of(
            LOCK_ATTEMPTS, PaymentStore::attempt, List::<Attempt>copyOf, (Object) sortedOrders));
  }

  /** What providers have taken for these orders, whatever became of it. */
  public static List<Recorded> captures(Tx tx, long[] orders) {
    return tx.query(CAPTURES, PaymentStore::capture, (Object) orders);
  }

  /** The same as a question. */
  public static Question<List<Recorded>> whichCaptures(long[] orders) {
    return Question.of(CAPTURES, PaymentStore::capture, List::<Recorded>copyOf, (Object) orders);
  }

  public List<Recorded> captures(OrderNumber order) {
    return database.read(CAPTURES, PaymentStore::capture, (Object) new long[] {order.value()});
  }

  public List<Attempt> attempts(OrderNumber order) {
    List<Attempt> found = ofOrder.read(order);
    return found == null ? List.of() : found;
  }

  /** The attempts of orders that have some, in one query. */
  public Map<OrderNumber, List<Attempt>> ofOrders(Collection<OrderNumber> orders) {
    return database.ask(whichAttempts(orders));
  }

  /** The same as a question. */
  public static Question<Map<OrderNumber, List<Attempt>>> whichAttempts(
      Collection<OrderNumber> orders) {
    return Question.of(
        FIND_ATTEMPTS,
        PaymentStore::attempt,
        rows -> rows.stream().collect(Collectors.groupingBy(attempt -> attempt.id().order())),
        (Object) OrderNumber.values(orders));
  }

  /**
   * Takes attempts that somebody must ask this provider about, and puts off the next asking, so
   * that another node doesn't take them too.
   */
  public List<Attempt> takeDue(String provider, int most) {
    return database.write(
        "ask-payments", tx -> put(tx, Attempt::askedAgain, lock(tx, DUE, provider, most)));
  }

  /**
   * Takes attempts at all providers but these, and puts them off.
   *
   * @param overdue a node that has the provider would have taken them within this time
   */
  public List<Attempt> takeElsewhere(Set<String> providers, Duration overdue, int most) {
    return database.write(
        "ask-payments-elsewhere",
        tx ->
            put(
                tx,
                Attempt::putOff,
                lock(
                    tx,
                    DUE_ELSEWHERE,
                    providers.toArray(String[]::new),
                    overdue.toMillis(),
                    most)));
  }

  /**
   * Has an attempt asked about at another time; nothing where somebody else changed it since it was
   * seen so, or has it now.
   *
   * @param when gives it as it is to be; the same: it stays
   * @return whether it was changed
   */
  public boolean reschedule(Attempt seen, BiFunction<Attempt, Instant, Attempt> when) {
    return database.write(
        "reschedule-payment",
        tx ->
            !put(
                    tx,
                    when,
                    lock(tx, AS_SEEN, seen.id().order().value(), seen.id().seq(), seen.version()))
                .isEmpty());
  }

  private static List<Attempt> lock(Tx tx, Sql which, Object... arguments) {
    return tx.lock(LockRank.PAYMENT, which, PaymentStore::attempt, arguments);
  }

  private static List<Attempt> put(
      Tx tx, BiFunction<Attempt, Instant, Attempt> when, List<Attempt> held) {
    Instant now = tx.now();
    List<Edit> edits =
        held.stream()
            .map(each -> new Edit(each, when.apply(each, now)))
            .filter(edit -> !edit.now().equals(edit.loaded()))
            .toList();
    writeChanged(tx, edits);
    return edits.stream().map(Edit::now).toList();
  }

  /** Writes changed attempts, expecting the versions that were loaded. */
  public static void writeChanged(Tx tx, List<Edit> edits) {
    List<Edit> changed =
        edits.stream()
            .filter(edit -> edit.loaded() != null)
            .sorted(
                Comparator.comparing((Edit edit) -> edit.now().id().order())
                    .thenComparingInt(edit -> edit.now().id().seq()))
            .toList();
    if (!changed.isEmpty()) {
      update(tx, changed);
    }
  }

  /** Writes new attempts. */
  public static void writeNew(Tx tx, List<Edit> edits) {
    List<Attempt> fresh =
        sorted(edits.stream().filter(edit -> edit.loaded() == null).map(Edit::now).toList());
    if (!fresh.isEmpty()) {
      insert(tx, fresh);
    }
  }

  /** Writes captures; one that is known fails the transaction. */
  public static void record(Tx tx, List<Recorded> captures) {
    if (captures.isEmpty()) {
      return;
    }
    List<Recorded> sorted =
        captures.stream()
            .sorted(
                Comparator.comparing((Recorded row) -> row.capture().payment().order())
                    .thenComparing(row -> row.capture().provider())
                    .thenComparing(row -> row.capture().transaction()))
            .toList();
    tx.write(
        INSERT_CAPTURES,
        sorted.stream().mapToLong(row -> row.capture().payment().order().value()).toArray(),
        sorted.stream().map(row -> row.capture().provider()).toArray(String[]::new),
        sorted.stream().map(row -> row.capture().transaction()).toArray(String[]::new),
        sorted.stream().mapToInt(row -> row.capture().payment().seq()).toArray(),
        sorted.stream().mapToLong(row -> row.capture().amount().amount()).toArray(),
        sorted.stream().map(row -> row.capture().amount().currency()).toArray(String[]::new),
        sorted.stream().mapToLong(row -> micros(row.capture().capturedAt())).toArray(),
        sorted.stream().mapToLong(row -> micros(row.recordedAt())).toArray(),
        sorted.stream().mapToInt(row -> row.verdict().code()).toArray(),
        sorted.stream()
            .mapToInt(row -> row.parking() == null ? 0 : row.parking().why().code())
            .toArray());
  }

  /** Writes what was decided about parked captures that waited until now. */
  public static void decide(Tx tx, List<Recorded> decided) {
    for (Recorded row : decided) {
      Parking parking = Objects.requireNonNull(row.parking());
      Money taken = parking.taken();
      tx.writeExpecting(
          1,
          DECIDE,
          Objects.requireNonNull(parking.fate()).code(),
          parking.decidedAt(),
          taken == null ? 0L : taken.amount(),
          taken == null ? "" : taken.currency(),
          parking.note(),
          row.capture().payment().order().value(),
          row.capture().provider(),
          row.capture().transaction());
    }
  }

  /**
   * Parked captures that wait for a person, in the order of their orders' numbers.
   *
   * @param afterOrder 0 for the first page, else the order's number of the last one of a page
   * @param most of one page; a few more where an order has several, which are never cut apart
   */
  public List<Recorded> parked(long afterOrder, int most) {
    return database.read(PARKED, PaymentStore::capture, afterOrder, (long) most);
  }

  public static void post(Tx tx, List<Posting> postings) {
    if (postings.isEmpty()) {
      return;
    }
    tx.write(
        POST,
        postings.stream().mapToLong(row -> row.order().value()).toArray(),
        postings.stream().mapToLong(row -> micros(row.at())).toArray(),
        postings.stream().map(Posting::debit).toArray(String[]::new),
        postings.stream().map(Posting::credit).toArray(String[]::new),
        postings.stream().mapToLong(row -> row.amount().amount()).toArray(),
        postings.stream().map(row -> row.amount().currency()).toArray(String[]::new),
        postings.stream().map(Posting::reference).toArray(String[]::new));
  }

  private static void insert(Tx tx, List<Attempt> fresh) {
    tx.write(
        INSERT_ATTEMPTS,
        fresh.stream().mapToLong(row -> row.id().order().value()).toArray(),
        fresh.stream().mapToInt(row -> row.id().seq()).toArray(),
        fresh.stream().map(Attempt::provider).toArray(String[]::new),
        fresh.stream().map(Attempt::method).toArray(String[]::new),
        fresh.stream().mapToInt(row -> row.state().code()).toArray(),
        fresh.stream().mapToLong(row -> row.amount().amount()).toArray(),
        fresh.stream().map(row -> row.amount().currency()).toArray(String[]::new),
        fresh.stream().mapToLong(row -> micros(row.createdAt())).toArray(),
        fresh.stream().mapToLong(row -> micros(row.expiresAt())).toArray(),
        fresh.stream().mapToLong(row -> micros(row.askAt())).toArray());
  }

  private static void update(Tx tx, List<Edit> changed) {
    List<Attempt> now = changed.stream().map(Edit::now).toList();
    tx.writeExpecting(
        changed.size(),
        UPDATE_ATTEMPTS,
        now.stream().mapToLong(row -> row.id().order().value()).toArray(),
        now.stream().mapToInt(row -> row.id().seq()).toArray(),
        changed.stream()
            .mapToInt(edit -> Objects.requireNonNull(edit.loaded()).version())
            .toArray(),
        now.stream().mapToInt(Attempt::version).toArray(),
        now.stream().mapToInt(row -> row.state().code()).toArray(),
        now.stream()
            .map(row -> row.cashierUrl() == null ? "" : row.cashierUrl())
            .toArray(String[]::new),
        now.stream().map(Attempt::reference).toArray(String[]::new),
        now.stream().mapToLong(row -> micros(row.capturedAt())).toArray(),
        now.stream().mapToLong(row -> micros(row.askAt())).toArray(),
        now.stream().mapToInt(Attempt::asks).toArray(),
        now.stream().mapToLong(row -> micros(row.askedAt())).toArray());
  }

  private static List<Attempt> sorted(List<Attempt> attempts) {
    return attempts.stream()
        .sorted(
            Comparator.comparing((Attempt row) -> row.id().order())
                .thenComparingInt(row -> row.id().seq()))
        .toList();
  }

  /** Epoch microseconds; 0 for no time. */
  static long micros(@Nullable Instant time) {
    return time == null ? 0 : time.toEpochMilli() * 1_000;
  }

  private static Attempt attempt(Row row) throws SQLException {
    return new Attempt(
        new PaymentId(new OrderNumber(row.getLong(1)), row.getInt(2)),
        row.getString(3),
        row.getString(4),
        Attempt.State.of(row.getInt(5)),
        row.getInt(6),
        new Money(row.getLong(7), row.getString(8)),
        row.getStringOrNull(9),
        row.getString(10),
        row.getInstant(11),
        row.getInstant(12),
        row.getInstantOrNull(13),
        row.getInstantOrNull(14),
        row.getInt(15),
        row.getInstantOrNull(16));
  }

  private static Recorded capture(Row row) throws SQLException {
    Capture capture =
        new Capture(
            new PaymentId(new OrderNumber(row.getLong(1)), row.getInt(4)),
            row.getString(2),
            row.getString(3),
            new Money(row.getLong(5), row.getString(6)),
            row.getInstant(7));
    Capture.Verdict verdict = Capture.Verdict.of(row.getInt(8));
    return new Recorded(
        capture,
        verdict,
        row.getInstant(9),
        verdict == Capture.Verdict.PARKED ? parking(row) : null);
  }

  private static Parking parking(Row row) throws SQLException {
    int fate = row.getInt(11);
    long taken = row.getLong(13);
    return new Parking(
        Parking.Why.of(row.getInt(10)),
        fate == 0 ? null : Parking.Fate.of(fate),
        row.getInstantOrNull(12),
        taken == 0 ? null : new Money(taken, row.getString(14)),
        row.getStringOrNull(15));
  }
}
