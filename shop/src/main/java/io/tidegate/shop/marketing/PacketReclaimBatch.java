package io.tidegate.shop.marketing;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Money;
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
 * What refunds take back and give back of red packets, for the orders of one transaction: loaded
 * and locked, decided one after the other, written together. The orders are locked before, and
 * accounts of points too.
 */
public final class PacketReclaimBatch {

  // Written while loading, so that what comes after can lock it.
  static final Sql BRING =
      Sql.of(
          """
          insert into marketing.red_packet (order_number, user_id, amount, currency, at)
          select n, u, amount, currency, db.at(t)
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[])
            as g(n, u, amount, currency, t)
          on conflict (order_number) do nothing returning id
          """);
  static final Sql RECLAIMS =
      Sql.of(
          """
          select order_number, refund, user_id, taken, lacking, state, deducted, paid
          from marketing.red_packet_reclaim where order_number = any(?)
          """);
  static final Sql RETURNED =
      Sql.of(
          """
          select order_number, refund from marketing.red_packet_return
          where order_number = any(?)
          """);
  static final Sql MOVE =
      Sql.of(
          """
          update marketing.red_packet r
          set reclaimed = r.reclaimed + g.reclaimed, used = r.used - g.returned
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
            as g(user_id, id, reclaimed, returned)
          where r.user_id = g.user_id and r.id = g.id returning 1
          """);
  // No more comes back than was taken: the table's CHECK refuses it.
  static final Sql RETURN_TAKES =
      Sql.of(
          """
          update marketing.red_packet_take k set returned = k.returned + g.amount
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) as g(n, p, u, amount)
          where k.order_number = g.n and k.packet = g.p and k.user_id = g.u and k.state = 'used'
          returning 1
          """);
  static final Sql RECORD_RETURNS =
      Sql.of(
          """
          insert into marketing.red_packet_return
            (order_number, refund, packet, user_id, amount, at)
          select n, refund, p, u, amount, db.at(t)
          from unnest(?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
            as g(n, refund, p, u, amount, t)
          """);
  static final Sql INSERT =
      Sql.of(
          """
          insert into marketing.red_packet_reclaim
            (order_number, refund, user_id, currency, taken, lacking, state, deducted, at)
          select n, refund, u, currency, taken, lacking, state, deducted, db.at(t)
          from unnest(?::bigint[], ?::int[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[],
            ?::text[], ?::bigint[], ?::bigint[])
            as g(n, refund, u, currency, taken, lacking, state, deducted, t)
          """);
  static final Sql SETTLE =
      Sql.of(
          """
          update marketing.red_packet_reclaim r set state = g.state
          from unnest(?::bigint[], ?::int[], ?::text[]) as g(n, refund, state)
          where r.order_number = g.n and r.refund = g.refund and r.state = 'held' returning 1
          """);

  /**
   * An order of the batch.
   *
   * @param grant the packet that it brings, where it has brought none yet; null brings none here
   * @param used the packets of which it used something, where that may be given back
   */
  public record Of(long orderNumber, long userId, @Nullable RedPacketGrant grant, List<Long> used) {
    public Of {
      used = List.copyOf(used);
    }
  }

  private record Returned(RefundKey key, long userId, long packet, long amount) {}

  /** What changes in one packet. */
  private record Moved(RedPacket packet, long reclaimed, long returned) {

    Moved plus(long reclaimedMore, long returnedMore) {
      return new Moved(
          packet, Math.addExact(reclaimed, reclaimedMore), Math.addExact(returned, returnedMore));
    }

    long available() {
      return packet.remaining().amount() - reclaimed + returned;
    }
  }

  private final Map<Long, Of> orders = new HashMap<>();
  private final Map<Long, RedPacket> packets = new HashMap<>();
  private final Map<Long, RedPacket> brought = new HashMap<>();
  private final Reclaims reclaims;
  private final Set<RefundKey> returned;
  private final TreeMap<Long, Moved> moved = new TreeMap<>();
  private final List<Returned> returns = new ArrayList<>(0);
  private final Instant now;

  private PacketReclaimBatch(Tx tx, Collection<Of> all, Collection<RefundKey> settled) {
    all.forEach(order -> orders.put(order.orderNumber(), order));
    long[] numbers = RefundKey.orders(orders.keySet(), settled);
    bring(tx, all);
    List<RedPacketTake> used = new ArrayList<>(0);
    for (Of order : all) {
      order
          .used()
          .forEach(id -> used.add(new RedPacketTake(order.orderNumber(), order.userId(), id, 1)));
    }
    for (RedPacket packet : RedPacketStore.lockOfOrders(tx, numbers, used)) {
      packets.put(packet.id(), packet);
      brought.put(packet.orderNumber(), packet);
    }
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
            used.isEmpty()
                ? List.of()
                : tx.query(RETURNED, row -> new RefundKey(row.getLong(1), row.getInt(2)), numbers));
    this.now = tx.now();
  }

  /**
   * Locks the packets that orders have brought and used; those that are to come come first.
   *
   * @param settled refunds that are to be released or confirmed
   */
  public static PacketReclaimBatch load(
      Tx tx, Collection<Of> orders, Collection<RefundKey> settled) {
    return new PacketReclaimBatch(tx, orders, settled);
  }

  private static void bring(Tx tx, Collection<Of> all) {
    List<RedPacketGrant> grants = new ArrayList<>();
    for (Of order : all) {
      RedPacketGrant grant = order.grant();
      if (grant != null && !grant.money().isZero()) {
        grants.add(grant);
      }
    }
    if (!grants.isEmpty()) {
      tx.lock(LockRank.ACCOUNT, BRING, row -> row.getLong(1), RedPacketGrantBatch.columns(grants));
    }
  }

  /**
   * Takes back what would not have been in the order's packet for the part that is kept. What
   * orders hold or have used of it is lacking.
   */
  public Reclaim hold(RefundKey key, Money keeps) {
    Reclaim known = reclaims.get(key);
    if (known != null) {
      return known;
    }
    Of order = order(key);
    RedPacket packet = brought.get(key.orderNumber());
    if (packet == null) {
      return reclaims.hold(key, order.userId(), 0, 0, 0);
    }
    Reclaim reclaim =
        reclaims.hold(
            key,
            order.userId(),
            packet.money().amount(),
            keeps.currency().equals(packet.money().currency()) ? keeps.amount() : 0,
            moved(packet).available());
    move(packet, reclaim.taken(), 0);
    return reclaim;
  }

  /** What refunds take back, as it is decided so far. */
  public Reclaims reclaims() {
    return reclaims;
  }

  /** The refund was refused: what it took comes back. */
  public void release(RefundKey key) {
    Reclaim released = reclaims.release(key);
    RedPacket packet = brought.get(key.orderNumber());
    if (released != null && packet != null) {
      move(packet, -released.taken(), 0);
    }
  }

  /**
   * Gives back what the order has used of packets, once for each refund.
   *
   * @throws IllegalStateException where a packet is not the customer's
   */
  public void giveBack(RefundKey key, List<RedPacketPick.Part> parts) {
    if (parts.isEmpty() || !returned.add(key)) {
      return;
    }
    Of order = order(key);
    for (RedPacketPick.Part part : parts) {
      RedPacket packet = packets.get(part.packetId());
      if (packet == null || packet.userId() != order.userId() || part.amount() <= 0) {
        throw new IllegalStateException(
            "%d back into packet %d".formatted(part.amount(), part.packetId()));
      }
      returns.add(new Returned(key, order.userId(), part.packetId(), part.amount()));
      move(packet, 0, part.amount());
    }
  }

  private Of order(RefundKey key) {
    Of order = orders.get(key.orderNumber());
    if (order == null) {
      throw new IllegalStateException("not in this batch: " + key);
    }
    return order;
  }

  private Moved moved(RedPacket packet) {
    return moved.getOrDefault(packet.id(), new Moved(packet, 0, 0));
  }

  private void move(RedPacket packet, long reclaimed, long back) {
    Moved next = moved(packet).plus(reclaimed, back);
    if (next.reclaimed() == 0 && next.returned() == 0) {
      moved.remove(packet.id());
    } else {
      moved.put(packet.id(), next);
    }
  }

  /** Writes what was decided. */
  public void save(Tx tx) {
    if (!moved.isEmpty()) {
      List<Moved> byOwner =
          moved.values().stream()
              .sorted(
                  Comparator.comparingLong((Moved each) -> each.packet().userId())
                      .thenComparingLong(each -> each.packet().id()))
              .toList();
      tx.writeExpecting(
          byOwner.size(),
          MOVE,
          byOwner.stream().mapToLong(each -> each.packet().userId()).toArray(),
          byOwner.stream().mapToLong(each -> each.packet().id()).toArray(),
          byOwner.stream().mapToLong(Moved::reclaimed).toArray(),
          byOwner.stream().mapToLong(Moved::returned).toArray());
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
      tx.write(
          INSERT,
          Reclaims.orders(added),
          Reclaims.refunds(added),
          Reclaims.users(added),
          added.stream().map(this::currency).toArray(String[]::new),
          Reclaims.taken(added),
          Reclaims.lacking(added),
          Reclaims.states(added),
          Reclaims.deducted(added),
          times(added.size()));
    }
  }

  /** Two refunds of one order in one batch may give back into one packet. */
  private void saveReturns(Tx tx) {
    if (returns.isEmpty()) {
      return;
    }
    Comparator<Returned> byTake =
        Comparator.comparingLong((Returned each) -> each.key().orderNumber())
            .thenComparingLong(Returned::packet);
    TreeMap<Returned, Long> byTakes = new TreeMap<>(byTake);
    returns.forEach(each -> byTakes.merge(each, each.amount(), Math::addExact));
    tx.writeExpecting(
        byTakes.size(),
        RETURN_TAKES,
        byTakes.keySet().stream().mapToLong(each -> each.key().orderNumber()).toArray(),
        byTakes.keySet().stream().mapToLong(Returned::packet).toArray(),
        byTakes.keySet().stream().mapToLong(Returned::userId).toArray(),
        byTakes.values().stream().mapToLong(Long::longValue).toArray());
    List<Returned> byKey =
        returns.stream()
            .sorted(Comparator.comparing(Returned::key).thenComparingLong(Returned::packet))
            .toList();
    tx.write(
        RECORD_RETURNS,
        byKey.stream().mapToLong(each -> each.key().orderNumber()).toArray(),
        byKey.stream().mapToInt(each -> each.key().refund()).toArray(),
        byKey.stream().mapToLong(Returned::packet).toArray(),
        byKey.stream().mapToLong(Returned::userId).toArray(),
        byKey.stream().mapToLong(Returned::amount).toArray(),
        times(byKey.size()));
  }

  private String currency(Reclaim reclaim) {
    RedPacket packet = brought.get(reclaim.key().orderNumber());
    if (packet == null) {
      throw new IllegalStateException("no packet of " + reclaim.key());
    }
    return packet.money().currency();
  }

  private long[] times(int count) {
    long[] times = new long[count];
    Arrays.fill(times, EpochMicros.of(now));
    return times;
  }
}
