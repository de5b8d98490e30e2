package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderMonths;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.RefundId;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Customers' refunds in the database. */
public final class RefundCaseStore {

  private static final String COLUMNS =
      "c.order_number, c.seq, c.position, c.user_id, c.return_seq, c.warehouse, c.state, c.version,"
          + " c.currency, c.amount, c.deducted, c.lines, c.used, c.reason, c.actor, c.traceparent,"
          + " c.money_seq, c.approvals_wanted, c.approvals, c.done, c.undone, c.refusal,"
          + " c.created_at, c.succeeded_at, c.next_step_at, c.tries, c.history, c.step_error";
  private static final String OF_KEYS =
      "select "
          + COLUMNS
          + " from unnest(?::bigint[]) as k(number)"
          + " join aftersales.refund_case c on c.order_number = k.number"
          + " order by c.order_number, c.seq";
  static final Sql LOCK = Sql.of(OF_KEYS + " for update of c");
  static final Sql OF_ORDERS = Sql.of(OF_KEYS);
  // The time is a sub-select: so it is read once, and the index ends at it (what waits is free).
  static final Sql DUE =
      Sql.of(
          "select "
              + COLUMNS
              + " from aftersales.refund_case c"
              + " where c.next_step_at <= (select clock_timestamp())"
              + " order by c.next_step_at limit ? for update skip locked");
  // Version and history stay: who takes a case says nothing about it.
  static final Sql TAKE =
      Sql.of(
          """
          update aftersales.refund_case c
          set state = d.state, next_step_at = db.at(d.due), tries = d.tries,
              step_error = nullif(d.error, '')
          from unnest(?::bigint[], ?::int[], ?::int[], ?::int[], ?::bigint[], ?::int[], ?::text[])
               as d(number, seq, expected, state, due, tries, error)
          where c.order_number = d.number and c.seq = d.seq and c.version = d.expected
          returning 1
          """);
  static final Sql INSERT =
      Sql.of(
          """
          insert into aftersales.refund_case (order_number, seq, user_id, kind, return_seq,
            warehouse, state, version, currency, amount, deducted, lines, used, reason, actor,
            traceparent, approvals_wanted, done, created_at, next_step_at, history)
          select n, s, u, k, nullif(r, 0), nullif(w, ''), st, v, c, a, d, l, us, re, ac, tp, aw, dn,
            db.at(ca), db.at(nx), h
          from unnest(?::bigint[], ?::int[], ?::bigint[], ?::int[], ?::int[], ?::text[], ?::int[],
                      ?::int[], ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::text[],
                      ?::text[], ?::text[], ?::text[], ?::int[], ?::int[], ?::bigint[],
                      ?::bigint[], ?::text[])
               as x(n, s, u, k, r, w, st, v, c, a, d, l, us, re, ac, tp, aw, dn, ca, nx, h)
          """);
  static final Sql UPDATE =
      Sql.of(
          """
          update aftersales.refund_case c
          set state = d.state, version = d.version, money_seq = nullif(d.money, 0),
              approvals = d.approvals, done = d.done, undone = d.undone,
              refusal = nullif(d.refusal, ''), succeeded_at = db.at(nullif(d.succeeded, 0)),
              next_step_at = db.at(nullif(d.due, 0)), tries = d.tries,
              step_error = nullif(d.error, ''),
              history = c.history || d.steps
          from unnest(?::bigint[], ?::int[], ?::int[], ?::int[], ?::int[], ?::int[], ?::text[],
                      ?::int[], ?::int[], ?::text[], ?::bigint[], ?::bigint[], ?::int[],
                      ?::text[], ?::text[])
               as d(number, seq, expected, version, state, money, approvals, done, undone, refusal,
                    succeeded, due, tries, error, steps)
          where c.order_number = d.number and c.seq = d.seq and c.version = d.expected
          returning 1
          """);
  static final Sql LATEST =
      Sql.of(
          "select "
              + COLUMNS
              + " from aftersales.refund_case c where c.position < ?"
              + " order by c.position desc limit ?");
  static final Sql WAITING =
      Sql.of(
          "select "
              + COLUMNS
              + " from aftersales.refund_case c"
              + " where (c.state = 3 or (c.next_step_at is not null and c.tries >= 10))"
              + " and c.position > ? order by c.position limit ?");

  static final Sql TROUBLED =
      Sql.of(
          """
          select
            (select count(*) from aftersales.refund_case
              where state = 3 or (next_step_at is not null and tries >= 10)),
            (select count(*) from aftersales.refund_case
              where next_step_at is not null and step_error is not null)
          """);

  private final Database database;
  private final SharedReads<OrderNumber, List<RefundCase>> ofOrder =
      new SharedReads<>(this::ofOrders);

  public RefundCaseStore(Database database) {
    this.database = database;
  }

  /** Makes the partitions of this month and the next ones. */
  public static void preparePartitions(Database database, Instant now) {
    OrderMonths.prepare(database, "aftersales.refund_case", "fillfactor=70", now);
  }

  /** All refunds of orders whose locks are held, by order and seq. */
  static Map<OrderNumber, List<RefundCase>> lock(Tx tx, long[] sortedNumbers) {
    return tx.lock(LockRank.CASE, LOCK, RefundCaseStore::read, (Object) sortedNumbers).stream()
        .collect(Collectors.groupingBy(each -> each.id().order()));
  }

  /** An order's refunds, by seq. */
  public List<RefundCase> ofOrder(OrderNumber order) {
    List<RefundCase> found = ofOrder.read(order);
    return found == null ? List.of() : found;
  }

  /** The refunds of orders that have some, by seq. */
  Map<OrderNumber, List<RefundCase>> ofOrders(Collection<OrderNumber> orders) {
    return database.ask(which(orders));
  }

  /** The same as a question. */
  static Question<Map<OrderNumber, List<RefundCase>>> which(Collection<OrderNumber> orders) {
    return Question.of(
        OF_ORDERS,
        RefundCaseStore::read,
        rows -> rows.stream().collect(Collectors.groupingBy(each -> each.id().order())),
        (Object) OrderNumber.values(orders));
  }

  /** Refunds of the shop before a position, newest first. */
  List<RefundCase> latest(long before, int most) {
    return database.read(LATEST, RefundCaseStore::read, before, most);
  }

  /** Those that wait for approval, or whose step fails again and again, oldest first. */
  List<RefundCase> waiting(long after, int most) {
    return database.read(WAITING, RefundCaseStore::read, after, most);
  }

  /** How many {@link #waiting} has, and how many a step fails of. */
  RefundBook.Counts counts() {
    return database
        .read(TROUBLED, row -> new RefundBook.Counts(row.getLong(1), row.getLong(2)))
        .getFirst();
  }

  /**
   * Takes cases whose next step is due: another node sees them again only after {@code stepMax}.
   * What is about to be stopped is shown so from here on.
   */
  List<RefundCase> takeDue(int most, Duration stepMax) {
    return database.write(
        "take-refund-steps",
        tx -> {
          List<RefundCase> due = tx.lock(LockRank.CASE, DUE, RefundCaseStore::read, most);
          Instant until = tx.now().plus(stepMax);
          List<RefundCase> taken =
              due.stream()
                  .map(each ->
                      each.state() == RefundState.REQUESTED
                              && each.kind() == RefundKind.BEFORE_SHIPPING
                          ? each.stopping(until)
                          : each.taken(until))
                  .toList();
          take(tx, taken);
          return taken;
        });
  }

  /** Writes state, due time and tries only, where nobody has changed the case. */
  private static void take(Tx tx, List<RefundCase> taken) {
    if (taken.isEmpty()) {
      return;
    }
    List<RefundCase> sorted = taken.stream().sorted(Comparator.comparing(RefundCase::id)).toList();
    tx.writeExpecting(
        sorted.size(),
        TAKE,
        sorted.stream().mapToLong(each -> each.id().order().value()).toArray(),
        sorted.stream().mapToInt(each -> each.id().seq()).toArray(),
        sorted.stream().mapToInt(RefundCase::version).toArray(),
        sorted.stream().mapToInt(each -> each.state().code()).toArray(),
        sorted.stream().mapToLong(each -> micros(each.progress().nextStepAt())).toArray(),
        sorted.stream().mapToInt(each -> each.progress().tries()).toArray(),
        texts(sorted, each -> Objects.requireNonNullElse(each.progress().error(), "")));
  }

  /** A step failed: it is due again later. */
  void putOff(RefundCase failed, String error) {
    database.write(
        "put-off-refund",
        tx -> {
          take(tx, List.of(failed.putOff(error, tx.now())));
          return true;
        });
  }

  static void insert(Tx tx, List<RefundCase> fresh) {
    if (fresh.isEmpty()) {
      return;
    }
    List<RefundCase> sorted = fresh.stream().sorted(Comparator.comparing(RefundCase::id)).toList();
    tx.write(
        INSERT,
        sorted.stream().mapToLong(each -> each.id().order().value()).toArray(),
        sorted.stream().mapToInt(each -> each.id().seq()).toArray(),
        sorted.stream().mapToLong(RefundCase::userId).toArray(),
        sorted.stream().mapToInt(each -> each.kind().code()).toArray(),
        sorted.stream()
            .mapToInt(each -> each.received() == null ? 0 : each.received().returnSeq())
            .toArray(),
        texts(sorted, each -> each.received() == null ? "" : each.received().warehouse()),
        sorted.stream().mapToInt(each -> each.state().code()).toArray(),
        sorted.stream().mapToInt(RefundCase::version).toArray(),
        texts(sorted, each -> each.amount().currency()),
        sorted.stream().mapToLong(each -> each.amount().amount()).toArray(),
        sorted.stream().mapToLong(RefundCase::deducted).toArray(),
        texts(sorted, each -> RefundText.lines(each.lines())),
        texts(sorted, each -> RefundText.numbers(each.used())),
        texts(sorted, RefundCase::reason),
        texts(sorted, RefundCase::actor),
        texts(sorted, RefundCase::traceparent),
        sorted.stream().mapToInt(RefundCase::approvalsWanted).toArray(),
        sorted.stream().mapToInt(each -> each.progress().done()).toArray(),
        sorted.stream().mapToLong(each -> micros(each.progress().createdAt())).toArray(),
        sorted.stream().mapToLong(each -> micros(each.progress().nextStepAt())).toArray(),
        texts(sorted, each -> RefundText.steps(each.history())));
  }

  /** A case as it was loaded and as it is to be. */
  record Edit(RefundCase loaded, RefundCase now) {

    private List<RefundStep> added() {
      return now.history().subList(loaded.history().size(), now.history().size());
    }
  }

  /** Writes changed cases, expecting the versions that were loaded. */
  static void update(Tx tx, List<Edit> edits) {
    if (edits.isEmpty()) {
      return;
    }
    List<Edit> sorted =
        edits.stream().sorted(Comparator.comparing((Edit edit) -> edit.now().id())).toList();
    List<RefundCase> now = sorted.stream().map(Edit::now).toList();
    tx.writeExpecting(
        sorted.size(),
        UPDATE,
        now.stream().mapToLong(each -> each.id().order().value()).toArray(),
        now.stream().mapToInt(each -> each.id().seq()).toArray(),
        sorted.stream().mapToInt(edit -> edit.loaded().version()).toArray(),
        now.stream().mapToInt(RefundCase::version).toArray(),
        now.stream().mapToInt(each -> each.state().code()).toArray(),
        now.stream().mapToInt(each -> each.money() == null ? 0 : each.money().seq()).toArray(),
        texts(now, each -> RefundText.approvals(each.approvals())),
        now.stream().mapToInt(each -> each.progress().done()).toArray(),
        now.stream().mapToInt(each -> each.progress().undone()).toArray(),
        texts(now, each -> Objects.requireNonNullElse(each.refusal(), "")),
        now.stream().mapToLong(each -> micros(each.progress().succeededAt())).toArray(),
        now.stream().mapToLong(each -> micros(each.progress().nextStepAt())).toArray(),
        now.stream().mapToInt(each -> each.progress().tries()).toArray(),
        texts(now, each -> Objects.requireNonNullElse(each.progress().error(), "")),
        sorted.stream()
            .map(edit -> edit.added().isEmpty() ? "" : "," + RefundText.steps(edit.added()))
            .toArray(String[]::new));
  }

  private static String[] texts(List<RefundCase> cases, Function<RefundCase, String> of) {
    return cases.stream().map(of).toArray(String[]::new);
  }

  private static long micros(@Nullable Instant time) {
    return time == null ? 0 : EpochMicros.of(time);
  }

  private static RefundCase read(Row row) throws SQLException {
    OrderNumber order = new OrderNumber(row.getLong(1));
    Long returned = row.getLongOrNull(5);
    String warehouse = row.getStringOrNull(6);
    Long money = row.getLongOrNull(17);
    return new RefundCase(
        new RefundCaseId(order, row.getInt(2)),
        row.getLong(3),
        row.getLong(4),
        returned == null || warehouse == null
            ? null
            : new RequestRefund.Received(returned.intValue(), warehouse),
        RefundState.of(row.getInt(7)),
        row.getInt(8),
        RefundText.lines(row.getString(12)),
        new Money(row.getLong(10), row.getString(9)),
        row.getLong(11),
        RefundText.numbers(row.getString(13)),
        row.getString(14),
        row.getString(15),
        row.getString(16),
        money == null ? null : new RefundId(order, money.intValue()),
        row.getInt(18),
        RefundText.approvedBy(row.getString(19)),
        new RefundCase.Progress(
            row.getInt(20),
            row.getInt(21),
            row.getInstant(23),
            row.getInstantOrNull(24),
            row.getInstantOrNull(25),
            row.getInt(26),
            row.getStringOrNull(28)),
        row.getStringOrNull(22),
        RefundText.history(row.getString(27)));
  }
}
