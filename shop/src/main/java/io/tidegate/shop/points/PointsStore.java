package io.tidegate.shop.points;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.Debts;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Owed;
import io.tidegate.shop.kernel.RefundKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Keeps the accounts of points. A balance is the sum of its account's entries. */
public final class PointsStore {

  // Locks accounts by user, also those that are new; "where false" locks without writing.
  static final Sql LOCK =
      Sql.of(
          """
          insert into points.account as a (user_id)
          select u from unnest(?::bigint[]) u
          on conflict (user_id) do update set balance = a.balance where false
          returning user_id
          """);
  // What orders have earned, and what customers owe, in one round trip: few owe anything.
  static final Sql KNOWN =
      Sql.of(
          """
          select order_number, 0 as refund, 0::bigint as user_id, 0::bigint as owed
          from points.entry where order_number = any(?) and kind = 'earned'
          union all
          select order_number, refund, user_id, lacking - deducted - paid from points.reclaim
          where user_id = any(?) and state = 'confirmed' and lacking - deducted > paid
          """);
  static final Sql PAY =
      Sql.of(
          """
          update points.reclaim r set paid = r.paid + g.amount
          from unnest(?::bigint[], ?::int[], ?::bigint[]) as g(n, refund, amount)
          where r.order_number = g.n and r.refund = g.refund and r.state = 'confirmed' returning 1
          """);
  static final Sql RECORD_REPAID =
      Sql.of(
          """
          insert into points.entry (order_number, kind, user_id, amount, at)
          select n, 'repaid', u, -p, db.at(t)
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) as g(n, u, p, t)
          """);
  static final Sql INSERT =
      Sql.of(
          """
          insert into points.entry (order_number, kind, user_id, amount, at)
          select n, 'earned', u, p, db.at(t)
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) as g(n, u, p, t)
          """);
  static final Sql GAIN =
      Sql.of(
          """
          update points.account a set balance = a.balance + g.points
          from unnest(?::bigint[], ?::bigint[]) as g(user_id, points)
          where a.user_id = g.user_id returning 1
          """);
  static final Sql OPENED =
      Sql.of(
          """
          select -order_number from points.entry
          where order_number = any(?::bigint[]) and kind = 'opening'
          """);
  static final Sql RECORD_OPENING =
      Sql.of(
          """
          insert into points.entry (order_number, kind, user_id, amount, at)
          select -u, 'opening', u, p, clock_timestamp()
          from unnest(?::bigint[], ?::bigint[]) as g(u, p)
          """);
  static final Sql ACCOUNTS =
      Sql.of("select user_id, balance, held from points.account where user_id = any(?)");
  static final Sql LOCK_KNOWN =
      Sql.of(
          """
          select user_id, balance from points.account where user_id = any(?)
          order by user_id for update
          """);
  static final Sql HELD =
      Sql.of(
          """
          select h.order_number, h.user_id, -h.amount, s.kind
          from points.entry h
          left join points.entry s
            on s.order_number = h.order_number and s.kind in ('released', 'used')
          where h.order_number = any(?) and h.kind = 'held'
          """);
  static final Sql TAKE =
      Sql.of(
          """
          update points.account a set balance = a.balance - h.points, held = a.held + h.points
          from unnest(?::bigint[], ?::bigint[]) as h(user_id, points)
          where a.user_id = h.user_id and a.balance >= h.points returning 1
          """);
  static final Sql GIVE_BACK =
      Sql.of(
          """
          update points.account a set balance = a.balance + h.points, held = a.held - h.points
          from unnest(?::bigint[], ?::bigint[]) as h(user_id, points)
          where a.user_id = h.user_id and a.held >= h.points returning 1
          """);
  static final Sql SPEND =
      Sql.of(
          """
          update points.account a set held = a.held - h.points
          from unnest(?::bigint[], ?::bigint[]) as h(user_id, points)
          where a.user_id = h.user_id and a.held >= h.points returning 1
          """);
  static final Sql RECORD_HELD =
      Sql.of(
          """
          insert into points.entry (order_number, kind, user_id, amount, at)
          select n, 'held', u, -p, db.at(t)
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) as g(n, u, p, t)
          """);
  // Of what was held only, by the same customer and as much; the second of release and use finds
  // the first by the index entry_settled.
  private static final String RECORD_SETTLED =
      """
      insert into points.entry (order_number, kind, user_id, amount, at)
      select g.n, '%s', g.u, %s, db.at(g.t)
      from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) as g(n, u, p, t)
      join points.entry h
        on h.order_number = g.n and h.kind = 'held' and h.user_id = g.u and h.amount = -g.p
      returning 1
      """;
  static final Sql RECORD_RELEASED = Sql.of(RECORD_SETTLED.formatted("released", "g.p"));
  static final Sql RECORD_USED = Sql.of(RECORD_SETTLED.formatted("used", "0"));
  static final Sql PAGE =
      Sql.of(
          """
          select id, order_number, kind, amount, at from points.entry
          where user_id = ? and id < ? order by id desc limit ?
          """);
  static final Sql DONE =
      Sql.of(
          """
          select order_number, at from points.entry
          where order_number = any(?) and kind = 'earned'
          """);

  /** What a debt of points is owed in: points are of one kind. */
  static final String OWED_IN_POINTS = "";

  private static final Sql OWED_BY =
      Sql.of(
          """
          select coalesce(sum(lacking - deducted - paid), 0)::bigint from points.reclaim
          where user_id = ? and state = 'confirmed' and lacking - deducted > paid
          """);

  private final Database database;
  private final SharedReads<Long, PointAccount> accounts = new SharedReads<>(this::accounts);

  public PointsStore(Database database) {
    this.database = database;
  }

  /**
   * Grants points in the caller's transaction: each order's once, however often it is told. Orders
   * that bring 0 points leave nothing. What a customer owes is paid first.
   */
  public void grant(Tx tx, List<PointGrant> grants) {
    List<PointGrant> worth = grants.stream().filter(grant -> grant.points() > 0).toList();
    if (worth.isEmpty()) {
      return;
    }
    long[] users = worth.stream().mapToLong(PointGrant::userId).distinct().sorted().toArray();
    long[] orders = worth.stream().mapToLong(PointGrant::orderNumber).distinct().toArray();
    tx.lock(LockRank.ACCOUNT, LOCK, row -> row.getLong(1), users);
    Set<Long> earned = new HashSet<>();
    List<Owed> owed = new ArrayList<>(0);
    tx.query(
        KNOWN,
        row -> {
          int refund = row.getInt(2);
          return refund == 0
              ? earned.add(row.getLong(1))
              : owed.add(
                  new Owed(
                      new RefundKey(row.getLong(1), refund),
                      row.getLong(3),
                      OWED_IN_POINTS,
                      row.getLong(4)));
        },
        orders,
        users);
    Debts debts = new Debts(owed);
    save(tx, GrantPoints.decide(worth, earned, debts), debts);
  }

  /**
   * Opens accounts with what customers bring along from another shop, in the caller's transaction:
   * each customer's once, however often it is told.
   *
   * @param points by customer, each at least 1
   * @return those who had brought none before
   */
  public static Set<Long> open(Tx tx, Map<Long, Long> points) {
    long[] users = points.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    tx.lock(LockRank.ACCOUNT, LOCK, row -> row.getLong(1), users);
    Set<Long> fresh = new TreeSet<>(points.keySet());
    long[] keys = Arrays.stream(users).map(user -> -user).toArray();
    tx.query(OPENED, row -> row.getLong(1), keys).forEach(fresh::remove);
    if (!fresh.isEmpty()) {
      long[] whose = fresh.stream().mapToLong(Long::longValue).toArray();
      long[] amounts = Arrays.stream(whose).map(user -> points.getOrDefault(user, 0L)).toArray();
      tx.write(RECORD_OPENING, whose, amounts);
      tx.writeExpecting(whose.length, GAIN, whose, amounts);
    }
    return fresh;
  }

  /**
   * Locks accounts before points of theirs are held, released or used.
   *
   * @return balances by user; who never had any points is missing
   */
  public static Map<Long, Long> lock(Tx tx, Collection<Long> users) {
    long[] sorted = users.stream().mapToLong(Long::longValue).distinct().sorted().toArray();
    Map<Long, Long> balances = new HashMap<>();
    tx.lock(
        LockRank.ACCOUNT, LOCK_KNOWN, row -> balances.put(row.getLong(1), row.getLong(2)), sorted);
    return balances;
  }

  /** What orders have held, and what became of it; those that never held any are missing. */
  public static Map<Long, HeldPoints> held(Tx tx, Collection<Long> orders) {
    Map<Long, HeldPoints> held = new HashMap<>();
    tx.query(
            HELD,
            row ->
                new HeldPoints(
                    row.getLong(1), row.getLong(2), row.getLong(3), state(row.getStringOrNull(4))),
            orders.stream().mapToLong(Long::longValue).distinct().sorted().toArray())
        .forEach(each -> held.put(each.orderNumber(), each));
    return held;
  }

  private static HeldPoints.State state(@Nullable String settled) {
    return switch (settled) {
      case null -> HeldPoints.State.HELD;
      case "released" -> HeldPoints.State.RELEASED;
      default -> HeldPoints.State.USED;
    };
  }

  /**
   * Takes points out of balances, for orders that wait for their payment. A balance that is too
   * small, or an order that holds some already, fails the transaction.
   */
  public static void hold(Tx tx, List<PointHold> holds) {
    move(tx, TAKE, holds);
    if (!holds.isEmpty()) {
      tx.write(RECORD_HELD, columns(holds));
    }
  }

  /** Gives held points back. Where one is not held any more, the transaction fails. */
  public static void release(Tx tx, List<PointHold> holds) {
    move(tx, GIVE_BACK, holds);
    settle(tx, RECORD_RELEASED, holds);
  }

  /** Spends held points. Where one is not held any more, the transaction fails. */
  public static void use(Tx tx, List<PointHold> holds) {
    move(tx, SPEND, holds);
    settle(tx, RECORD_USED, holds);
  }

  /** Accounts change in the order of their users, whatever the order of holds. */
  private static void move(Tx tx, Sql sql, List<PointHold> holds) {
    TreeMap<Long, Long> byUser = new TreeMap<>();
    holds.forEach(hold -> byUser.merge(hold.userId(), hold.points(), Math::addExact));
    if (!byUser.isEmpty()) {
      tx.writeExpecting(
          byUser.size(),
          sql,
          byUser.keySet().stream().mapToLong(Long::longValue).toArray(),
          byUser.values().stream().mapToLong(Long::longValue).toArray());
    }
  }

  private static void settle(Tx tx, Sql sql, List<PointHold> holds) {
    if (!holds.isEmpty()) {
      tx.writeExpecting(holds.size(), sql, columns(holds));
    }
  }

  private static @Nullable Object[] columns(List<PointHold> holds) {
    List<PointHold> sorted =
        holds.stream().sorted(Comparator.comparingLong(PointHold::orderNumber)).toList();
    return new @Nullable Object[] {
      sorted.stream().mapToLong(PointHold::orderNumber).toArray(),
      sorted.stream().mapToLong(PointHold::userId).toArray(),
      sorted.stream().mapToLong(PointHold::points).toArray(),
      sorted.stream().mapToLong(hold -> EpochMicros.of(hold.at())).toArray()
    };
  }

  /** What a customer owes: points that refunds should have taken back and that were spent. */
  public long owed(long userId) {
    return database.read(OWED_BY, row -> row.getLong(1), userId).getFirst();
  }

  /** Points that can be spent; 0 for who never had any. */
  public long balance(long userId) {
    return account(userId).balance();
  }

  /** A customer's points; none for who never had any. */
  public PointAccount account(long userId) {
    PointAccount account = accounts.read(userId);
    return account == null ? PointAccount.EMPTY : account;
  }

  private Map<Long, PointAccount> accounts(List<Long> users) {
    Map<Long, PointAccount> found = new HashMap<>();
    database.read(
        ACCOUNTS,
        row -> found.put(row.getLong(1), new PointAccount(row.getLong(2), row.getLong(3))),
        (Object) users.stream().mapToLong(Long::longValue).toArray());
    return found;
  }

  /**
   * A page of a customer's entries, newest first.
   *
   * @param before the id of the page's predecessor; {@code Long.MAX_VALUE} for the first page
   */
  public List<PointEntry> entries(long userId, long before, int limit) {
    return database.read(
        PAGE,
        row ->
            new PointEntry(
                row.getLong(1),
                row.getLong(2),
                PointEntry.Kind.of(row.getString(3)),
                row.getLong(4),
                row.getInstant(5)),
        userId,
        before,
        limit);
  }

  /** When orders earned their points; those that have not are left out. */
  public static Question<Map<Long, Instant>> whenEarned(Collection<OrderNumber> orders) {
    return Question.byNumber(DONE, row -> row.getInstant(2), (Object) OrderNumber.values(orders));
  }

  private static void save(Tx tx, GrantPoints.Decision decision, Debts debts) {
    if (decision.entries().isEmpty()) {
      return;
    }
    if (!decision.gains().isEmpty()) {
      tx.writeExpecting(
          decision.gains().size(),
          GAIN,
          decision.gains().keySet().stream().mapToLong(Long::longValue).toArray(),
          decision.gains().values().stream().mapToLong(Long::longValue).toArray());
    }
    if (debts.paid() > 0) {
      tx.writeExpecting(debts.paid(), PAY, debts.columns());
    }
    tx.write(INSERT, grantColumns(decision.entries()));
    if (!decision.repaid().isEmpty()) {
      tx.write(RECORD_REPAID, grantColumns(decision.repaid()));
    }
  }

  private static @Nullable Object[] grantColumns(List<PointGrant> grants) {
    return new @Nullable Object[] {
      grants.stream().mapToLong(PointGrant::orderNumber).toArray(),
      grants.stream().mapToLong(PointGrant::userId).toArray(),
      grants.stream().mapToLong(PointGrant::points).toArray(),
      grants.stream().mapToLong(grant -> EpochMicros.of(grant.at())).toArray()
    };
  }
}
