package io.tidegate.shop.points;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Reclaim;
import io.tidegate.shop.kernel.Reclaims;
import io.tidegate.shop.kernel.RefundKey;
import io.tidegate.shop.points.PointEntry.Kind;
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
import java.util.stream.LongStream;

/**
 * What refunds take back and give back of points, for the orders of one transaction: loaded and
 * locked, decided one after the other, written together. The orders are locked before.
 */
public final class PointReclaimBatch {

  static final Sql BALANCES =
      Sql.of("select user_id, balance from points.account where user_id = any(?)");
  static final Sql ENTRIES =
      Sql.of(
          """
          select order_number, kind, refund, amount from points.entry
          where order_number = any(?) and kind in ('earned', 'held', 'used', 'returned')
          """);
  static final Sql RECLAIMS =
      Sql.of(
          """
          select order_number, refund, user_id, taken, lacking, state, deducted, paid
          from points.reclaim where order_number = any(?)
          """);
  static final Sql RECORD =
      Sql.of(
          """
          insert into points.entry (order_number, kind, refund, user_id, amount, at)
          select n, kind, refund, u, p, db.at(t)
          from unnest(?::bigint[], ?::text[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[])
            as g(n, kind, refund, u, p, t)
          """);
  static final Sql INSERT =
      Sql.of(
          """
          insert into points.reclaim
            (order_number, refund, user_id, taken, lacking, state, deducted, at)
          select n, refund, u, taken, lacking, state, deducted, db.at(t)
          from unnest(?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[],
            ?::bigint[], ?::bigint[]) as g(n, refund, u, taken, lacking, state, deducted, t)
          """);
  static final Sql SETTLE =
      Sql.of(
          """
          update points.reclaim r set state = g.state
          from unnest(?::bigint[], ?::int[], ?::text[]) as g(n, refund, state)
          where r.order_number = g.n and r.refund = g.refund and r.state = 'held' returning 1
          """);

  /**
   * An order of the batch.
   *
   * @param grant what it earns, where it has earned nothing yet; 0 earns nothing here
   */
  public record Of(long orderNumber, long userId, long grant) {}

  /** A new entry. */
  private record Entry(long orderNumber, Kind kind, int refund, long userId, long amount) {}

  private final Map<Long, Of> orders = new HashMap<>();
  private final Map<Long, Long> balances = new HashMap<>();
  private final Map<Long, Long> earned = new HashMap<>();
  private final Map<Long, Long> held = new HashMap<>();
  private final Map<Long, Long> returned = new HashMap<>();
  private final Set<Long> used = new HashSet<>();
  private final Set<RefundKey> returns = new HashSet<>();
  private final Reclaims reclaims;
  private final TreeMap<Long, Long> moved = new TreeMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Instant now;

  private PointReclaimBatch(Tx tx, Collection<Of> all, Collection<RefundKey> settled) {
    all.forEach(order -> orders.put(order.orderNumber(), order));
    long[] numbers = RefundKey.orders(orders.keySet(), settled);
    // Refunds change under their order's lock, so these may be read before the accounts are locked.
    List<Reclaim> known =
        tx.query(
            RECLAIMS,
            row ->
                new Reclaim(
                    new RefundKey(row.getLong(1), row.getInt(2)),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    Reclaim.State.of(row.getString(6)),
                    row.getLong(7),
                    row.getLong(8)),
            numbers);
    this.reclaims = new Reclaims(known);
    long[] users =
        LongStream.concat(
                all.stream().mapToLong(Of::userId), known.stream().mapToLong(Reclaim::userId))
            .sorted()
            .distinct()
            .toArray();
    tx.lock(LockRank.ACCOUNT, PointsStore.LOCK, row -> row.getLong(1), users);
    tx.query(BALANCES, row -> balances.put(row.getLong(1), row.getLong(2)), users);
    tx.query(
        ENTRIES,
        row -> {
          know(row.getLong(1), Kind.of(row.getString(2)), row.getInt(3), row.getLong(4));
          return true;
        },
        numbers);
    this.now = tx.now();
  }

  /**
   * Locks the customers' accounts, and reads what the orders have done with points.
   *
   * @param settled refunds that are to be released or confirmed
   */
  public static PointReclaimBatch load(
      Tx tx, Collection<Of> orders, Collection<RefundKey> settled) {
    return new PointReclaimBatch(tx, orders, settled);
  }

  private void know(long order, Kind kind, int refund, long amount) {
    switch (kind) {
      case EARNED -> earned.put(order, amount);
      case HELD -> held.put(order, -amount);
      case USED -> used.add(order);
      case RETURNED -> {
        returned.merge(order, amount, Math::addExact);
        returns.add(new RefundKey(order, refund));
      }
      case RELEASED, RECLAIMED, RESTORED, REPAID, OPENING -> {}
    }
  }

  /**
   * Takes back what the order would not have earned for the part that is kept. Where it has not
   * earned yet, it earns now: the grant that comes later finds it, and brings nothing (P3).
   */
  public Reclaim hold(RefundKey key, long keeps) {
    Reclaim known = reclaims.get(key);
    if (known != null) {
      return known;
    }
    Of order = order(key);
    if (order.grant() > 0 && earned.putIfAbsent(order.orderNumber(), order.grant()) == null) {
      record(order.orderNumber(), Kind.EARNED, 0, order.userId(), order.grant());
    }
    long brought = earned.getOrDefault(order.orderNumber(), 0L);
    long balance = balances.getOrDefault(order.userId(), 0L);
    Reclaim reclaim = reclaims.hold(key, order.userId(), brought, keeps, balance);
    record(key.orderNumber(), Kind.RECLAIMED, key.refund(), order.userId(), -reclaim.taken());
    return reclaim;
  }

  /** What refunds take back, as it is decided so far. */
  public Reclaims reclaims() {
    return reclaims;
  }

  /** The refund was refused: what it took comes back. */
  public void release(RefundKey key) {
    Reclaim released = reclaims.release(key);
    if (released != null) {
      long back = released.taken();
      record(key.orderNumber(), Kind.RESTORED, key.refund(), released.userId(), back);
    }
  }

  /**
   * Gives points back that the order has used, once for each refund.
   *
   * @throws IllegalStateException where the order has not used so many
   */
  public void giveBack(RefundKey key, long points) {
    Of order = order(key);
    if (points == 0 || !returns.add(key)) {
      return;
    }
    long all = returned.merge(order.orderNumber(), points, Math::addExact);
    long spent =
        used.contains(order.orderNumber()) ? held.getOrDefault(order.orderNumber(), 0L) : 0;
    if (points < 0 || all > spent) {
      throw new IllegalStateException(
          "%d points back of %d that order %d used".formatted(all, spent, order.orderNumber()));
    }
    record(key.orderNumber(), Kind.RETURNED, key.refund(), order.userId(), points);
  }

  private Of order(RefundKey key) {
    Of order = orders.get(key.orderNumber());
    if (order == null) {
      throw new IllegalStateException("not in this batch: " + key);
    }
    return order;
  }

  private void record(long order, Kind kind, int refund, long user, long amount) {
    if (amount != 0) {
      balances.merge(user, amount, Math::addExact);
      moved.merge(user, amount, Math::addExact);
      entries.add(new Entry(order, kind, refund, user, amount));
    }
  }

  /** Writes what was decided. */
  public void save(Tx tx) {
    moved.values().removeIf(amount -> amount == 0);
    if (!moved.isEmpty()) {
      tx.writeExpecting(
          moved.size(),
          PointsStore.GAIN,
          moved.keySet().stream().mapToLong(Long::longValue).toArray(),
          moved.values().stream().mapToLong(Long::longValue).toArray());
    }
    List<Reclaim> changed = reclaims.changed();
    if (!changed.isEmpty()) {
      tx.writeExpecting(
          changed.size(),
          SETTLE,
          Reclaims.orders(changed),
          Reclaims.refunds(changed),
          Reclaims.states(changed));
    }
    if (!entries.isEmpty()) {
      // The order of events stays within an order: entries are listed by their ids.
      entries.sort(Comparator.comparingLong(Entry::orderNumber));
      tx.write(
          RECORD,
          entries.stream().mapToLong(Entry::orderNumber).toArray(),
          entries.stream().map(entry -> entry.kind().code()).toArray(String[]::new),
          entries.stream().mapToInt(Entry::refund).toArray(),
          entries.stream().mapToLong(Entry::userId).toArray(),
          entries.stream().mapToLong(Entry::amount).toArray(),
          times(entries.size()));
    }
    List<Reclaim> added = reclaims.added();
    if (!added.isEmpty()) {
      tx.write(
          INSERT,
          Reclaims.orders(added),
          Reclaims.refunds(added),
          Reclaims.users(added),
          Reclaims.taken(added),
          Reclaims.lacking(added),
          Reclaims.states(added),
          Reclaims.deducted(added),
          times(added.size()));
    }
  }

  private long[] times(int count) {
    long[] times = new long[count];
    Arrays.fill(times, EpochMicros.of(now));
    return times;
  }
}
