package io.tidegate.shop.points;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.points.GrantPoints.Known;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
  static final Sql KNOWN =
      Sql.of(
          """
          select order_number, bool_or(kind = 'earned')
          from points.entry
          where order_number = any(?) and (kind = 'earned' or before_grant)
          group by order_number
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
  static final Sql BALANCE = Sql.of("select balance from points.account where user_id = ?");
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

  private final Database database;

  public PointsStore(Database database) {
    this.database = database;
  }

  /**
   * Grants points in the caller's transaction: each order's once, however often it is told. Orders
   * that bring 0 points leave nothing.
   */
  public void grant(Tx tx, List<PointGrant> grants) {
    List<PointGrant> worth = grants.stream().filter(grant -> grant.points() > 0).toList();
    if (worth.isEmpty()) {
      return;
    }
    long[] users = worth.stream().mapToLong(PointGrant::userId).distinct().sorted().toArray();
    long[] orders = worth.stream().mapToLong(PointGrant::orderNumber).distinct().toArray();
    tx.lock(LockRank.ACCOUNT, LOCK, row -> row.getLong(1), users);
    save(tx, GrantPoints.decide(worth, known(tx, orders)));
  }

  /** Points that can be spent; 0 for who never had any. */
  public long balance(long userId) {
    return database.read(BALANCE, row -> row.getLong(1), userId).stream().findFirst().orElse(0L);
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
  public Map<Long, Instant> find(Collection<Long> orderNumbers) {
    Map<Long, Instant> found = new HashMap<>();
    long[] numbers = orderNumbers.stream().mapToLong(Long::longValue).toArray();
    database.read(DONE, row -> found.put(row.getLong(1), row.getInstant(2)), numbers);
    return found;
  }

  private static Map<Long, Known> known(Tx tx, long[] orders) {
    Map<Long, Known> known = new HashMap<>();
    tx.query(
        KNOWN,
        row -> known.put(row.getLong(1), row.getBoolean(2) ? Known.EARNED : Known.RECLAIMED_BEFORE),
        orders);
    return known;
  }

  private static void save(Tx tx, GrantPoints.Decision decision) {
    List<PointGrant> entries = decision.entries();
    if (entries.isEmpty()) {
      return;
    }
    tx.writeExpecting(
        decision.gains().size(),
        GAIN,
        decision.gains().keySet().stream().mapToLong(Long::longValue).toArray(),
        decision.gains().values().stream().mapToLong(Long::longValue).toArray());
    tx.write(
        INSERT,
        entries.stream().mapToLong(PointGrant::orderNumber).toArray(),
        entries.stream().mapToLong(PointGrant::userId).toArray(),
        entries.stream().mapToLong(PointGrant::points).toArray(),
        entries.stream().mapToLong(entry -> EpochMicros.of(entry.at())).toArray());
  }
}
