package io.tidegate.shop.marketing;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Reclaim;
import io.tidegate.shop.kernel.Reclaims;
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
import org.jspecify.annotations.Nullable;

/**
 * What refunds take back and give back of coupons, for the orders of one transaction: loaded and
 * locked, decided one after the other, written together. The orders are locked before.
 */
public final class CouponReclaimBatch {

  // Written while loading, so that what comes after can lock it. An order that has brought a coupon
  // brings no second one, whatever the rule says by now.
  static final Sql BRING =
      Sql.of(
          """
          insert into marketing.coupon
            (template, user_id, order_number, state, granted_at, valid_from, valid_to)
          select template, u, n, 'granted', db.at(valid_from), db.at(valid_from), db.at(valid_to)
          from unnest(?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[])
            as g(n, u, template, valid_from, valid_to)
          where not exists (select from marketing.coupon c where c.order_number = g.n)
          on conflict (order_number, template) do nothing returning id
          """);
  static final Sql RECLAIMS =
      Sql.of(
          """
          select order_number, refund, user_id, taken, lacking, state, deducted, paid
          from marketing.coupon_reclaim where order_number = any(?)
          """);
  static final Sql RETURNED =
      Sql.of("select order_number from marketing.coupon_return where order_number = any(?)");
  static final Sql MOVE =
      Sql.of(
          """
          update marketing.coupon c set state = g.next
          from unnest(?::bigint[], ?::text[], ?::text[]) as g(id, before, next)
          where c.id = g.id and c.state = g.before returning 1
          """);
  static final Sql FREE =
      Sql.of(
          """
          update marketing.coupon c
          set state = 'granted', held_by = null, valid_to = greatest(c.valid_to, db.at(g.until))
          from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as g(id, order_number, until)
          where c.id = g.id and c.state = 'used' and c.held_by = g.order_number returning 1
          """);
  static final Sql RECORD_RETURN =
      Sql.of(
          """
          insert into marketing.coupon_return (order_number, refund, coupon, at)
          select n, refund, coupon, db.at(t)
          from unnest(?::bigint[], ?::int[], ?::bigint[], ?::bigint[]) as g(n, refund, coupon, t)
          """);
  static final Sql INSERT =
      Sql.of(
          """
          insert into marketing.coupon_reclaim
            (order_number, refund, user_id, coupon, template, taken, lacking, state, deducted, at)
          select n, refund, u, coupon, template, taken, lacking, state, deducted, db.at(t)
          from unnest(?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[],
            ?::bigint[], ?::text[], ?::bigint[], ?::bigint[])
            as g(n, refund, u, coupon, template, taken, lacking, state, deducted, t)
          """);
  static final Sql SETTLE =
      Sql.of(
          """
          update marketing.coupon_reclaim r set state = g.state
          from unnest(?::bigint[], ?::int[], ?::text[]) as g(n, refund, state)
          where r.order_number = g.n and r.refund = g.refund and r.state = 'held' returning 1
          """);

  /**
   * An order of the batch.
   *
   * @param grant the coupon that it brings, where it has brought none yet; null brings none here
   * @param used the coupon that it used, where that may be given back
   */
  public record Of(
      long orderNumber, long userId, @Nullable CouponGrant grant, @Nullable Long used) {}

  private record Returned(RefundKey key, long coupon) {}

  /** Where a coupon was when it was locked, and where it is to be. */
  private record Moved(GrantState before, GrantState next) {}

  private final Map<Long, Of> orders = new HashMap<>();
  private final Map<Long, Coupon> coupons;
  private final Map<Long, Coupon> brought = new HashMap<>();
  private final Reclaims reclaims;
  private final Set<Long> returned;
  private final TreeMap<Long, Moved> moved = new TreeMap<>();
  private final List<Returned> returns = new ArrayList<>(0);
  private final Instant now;

  private CouponReclaimBatch(Tx tx, Collection<Of> all, Collection<RefundKey> settled) {
    all.forEach(order -> orders.put(order.orderNumber(), order));
    long[] numbers = RefundKey.orders(orders.keySet(), settled);
    bring(tx, all);
    this.coupons =
        CouponStore.lockOfOrders(
            tx, numbers, all.stream().map(Of::used).filter(id -> id != null).toList());
    coupons.values().stream()
        .sorted(Comparator.comparingLong(Coupon::id).reversed())
        .forEach(coupon -> {
          Long order = coupon.orderNumber();
          if (order != null) {
            brought.put(order, coupon);
          }
        });
    this.reclaims =
        new Reclaims(
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
                numbers));
    this.returned =
        new HashSet<>(
            all.stream().allMatch(order -> order.used() == null)
                ? List.of()
                : tx.query(RETURNED, row -> row.getLong(1), numbers));
    this.now = tx.now();
  }

  /**
   * Locks the coupons that orders have brought and used; those that are to come come first.
   *
   * @param settled refunds that are to be released or confirmed
   */
  public static CouponReclaimBatch load(
      Tx tx, Collection<Of> orders, Collection<RefundKey> settled) {
    return new CouponReclaimBatch(tx, orders, settled);
  }

  private static void bring(Tx tx, Collection<Of> all) {
    List<CouponGrant> grants = new ArrayList<>();
    for (Of order : all) {
      if (order.grant() != null) {
        grants.add(order.grant());
      }
    }
    if (!grants.isEmpty()) {
      tx.lock(LockRank.COUPON, BRING, row -> row.getLong(1), CouponStore.columns(grants));
    }
  }

  /**
   * Takes back the coupon that the order brought, unless it is earned by the part that is kept. One
   * that an order holds or has used is lacking.
   */
  public Reclaim hold(RefundKey key, boolean keeps) {
    Reclaim known = reclaims.get(key);
    if (known != null) {
      return known;
    }
    Of order = order(key);
    Coupon coupon = brought.get(key.orderNumber());
    boolean there = coupon != null && state(coupon) == GrantState.GRANTED;
    Reclaim reclaim =
        reclaims.hold(key, order.userId(), coupon == null ? 0 : 1, keeps ? 1 : 0, there ? 1 : 0);
    if (reclaim.taken() > 0 && coupon != null) {
      move(coupon, GrantState.RECLAIMED);
    }
    return reclaim;
  }

  /** What refunds take back, as it is decided so far. */
  public Reclaims reclaims() {
    return reclaims;
  }

  /** The coupon that an order has brought. */
  public @Nullable Coupon brought(long orderNumber) {
    return brought.get(orderNumber);
  }

  /** The refund was refused: what it took comes back. */
  public void release(RefundKey key) {
    Reclaim released = reclaims.release(key);
    Coupon coupon = brought.get(key.orderNumber());
    if (released != null && released.taken() > 0 && coupon != null) {
      move(coupon, GrantState.GRANTED);
    }
  }

  /**
   * Gives the coupon back that the order has used, once whatever the refund. It is good for some
   * days more, also where it has ended meanwhile.
   *
   * @throws IllegalStateException where the order has not used it
   */
  public void giveBack(RefundKey key) {
    Long id = order(key).used();
    if (id == null || returned.contains(key.orderNumber())) {
      return;
    }
    Coupon coupon = coupons.get(id);
    Long by = coupon == null ? null : coupon.heldBy();
    if (coupon == null
        || coupon.state() != GrantState.USED
        || by == null
        || by != key.orderNumber()) {
      throw new IllegalStateException("coupon " + id + " is not used by " + key.orderNumber());
    }
    returned.add(key.orderNumber());
    returns.add(new Returned(key, id));
  }

  private Of order(RefundKey key) {
    Of order = orders.get(key.orderNumber());
    if (order == null) {
      throw new IllegalStateException("not in this batch: " + key);
    }
    return order;
  }

  private GrantState state(Coupon coupon) {
    Moved to = moved.get(coupon.id());
    return to == null ? coupon.state() : to.next();
  }

  private void move(Coupon coupon, GrantState next) {
    if (coupon.state() == next) {
      moved.remove(coupon.id());
    } else {
      moved.put(coupon.id(), new Moved(coupon.state(), next));
    }
  }

  /** Writes what was decided. */
  public void save(Tx tx) {
    if (!moved.isEmpty()) {
      tx.writeExpecting(
          moved.size(),
          MOVE,
          moved.keySet().stream().mapToLong(Long::longValue).toArray(),
          moved.values().stream().map(each -> each.before().code()).toArray(String[]::new),
          moved.values().stream().map(each -> each.next().code()).toArray(String[]::new));
    }
    saveReturns(tx);
    List<Reclaim> changed = reclaims.changed();
    if (!changed.isEmpty()) {
      tx.writeExpecting(
          changed.size(),
          SETTLE,
          Reclaims.orders(changed),
          Reclaims.refunds(changed),
          Reclaims.states(changed));
    }
    List<Reclaim> added = reclaims.added();
    if (!added.isEmpty()) {
      List<Coupon> of = added.stream().map(this::coupon).toList();
      tx.write(
          INSERT,
          Reclaims.orders(added),
          Reclaims.refunds(added),
          Reclaims.users(added),
          of.stream().mapToLong(Coupon::id).toArray(),
          of.stream().map(coupon -> coupon.terms().template()).toArray(String[]::new),
          Reclaims.taken(added),
          Reclaims.lacking(added),
          Reclaims.states(added),
          Reclaims.deducted(added),
          times(added.size(), now));
    }
  }

  private void saveReturns(Tx tx) {
    if (returns.isEmpty()) {
      return;
    }
    List<Returned> byCoupon =
        returns.stream().sorted(Comparator.comparingLong(Returned::coupon)).toList();
    tx.writeExpecting(
        byCoupon.size(),
        FREE,
        byCoupon.stream().mapToLong(Returned::coupon).toArray(),
        byCoupon.stream().mapToLong(each -> each.key().orderNumber()).toArray(),
        times(byCoupon.size(), now.plus(Coupon.GOOD_AFTER_RETURN_MIN)));
    List<Returned> byKey = returns.stream().sorted(Comparator.comparing(Returned::key)).toList();
    tx.write(
        RECORD_RETURN,
        byKey.stream().mapToLong(each -> each.key().orderNumber()).toArray(),
        byKey.stream().mapToInt(each -> each.key().refund()).toArray(),
        byKey.stream().mapToLong(Returned::coupon).toArray(),
        times(byKey.size(), now));
  }

  private Coupon coupon(Reclaim reclaim) {
    Coupon coupon = brought.get(reclaim.key().orderNumber());
    if (coupon == null) {
      throw new IllegalStateException("no coupon of " + reclaim.key());
    }
    return coupon;
  }

  private static long[] times(int count, Instant at) {
    long[] times = new long[count];
    Arrays.fill(times, EpochMicros.of(at));
    return times;
  }
}
