package io.tidegate.shop.marketing;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.Debts;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Owed;
import io.tidegate.shop.kernel.RefundKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Red packets that orders bring, and what their customers owe paid out of them. */
final class RedPacketGrantBatch {

  // A row that is there says that the order has brought its packet, also where a refund's request
  // made it come and took it back (P1, P3): there is nothing to do.
  static final Sql INSERT =
      Sql.of(
          """
          insert into marketing.red_packet (order_number, user_id, amount, currency, at)
          select n, u, amount, currency, db.at(t)
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[])
            as g(n, u, amount, currency, t)
          on conflict (order_number) do nothing
          """);
  // Few owe anything: grants of those who don't lock nothing.
  static final Sql OWES =
      Sql.of(
          """
          select 1 from marketing.red_packet_reclaim
          where user_id = any(?) and state = 'confirmed' and lacking - deducted > paid limit 1
          """);
  static final Sql OWED =
      Sql.of(
          """
          select order_number, refund, user_id, currency, lacking - deducted - paid
          from marketing.red_packet_reclaim
          where user_id = any(?) and state = 'confirmed' and lacking - deducted > paid
          order by order_number, refund for update
          """);
  // Not "on conflict": a grant that another transaction makes meanwhile must not pay twice.
  static final Sql INSERT_WITHHELD =
      Sql.of(
          """
          insert into marketing.red_packet (order_number, user_id, amount, currency, at, withheld)
          select n, u, amount, currency, db.at(t), withheld
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[])
            as g(n, u, amount, currency, t, withheld)
          """);
  static final Sql PAY =
      Sql.of(
          """
          update marketing.red_packet_reclaim r set paid = r.paid + g.amount
          from unnest(?::bigint[], ?::int[], ?::bigint[]) as g(n, refund, amount)
          where r.order_number = g.n and r.refund = g.refund and r.state = 'confirmed' returning 1
          """);
  static final Sql KNOWN =
      Sql.of("select order_number from marketing.red_packet where order_number = any(?)");

  private RedPacketGrantBatch() {}

  /** Each order's once, however often it is told. */
  static void write(Tx tx, List<RedPacketGrant> grants) {
    List<RedPacketGrant> full = grants.stream().filter(grant -> !grant.money().isZero()).toList();
    if (full.isEmpty()) {
      return;
    }
    Debts debts = owed(tx, full);
    if (debts.isEmpty()) {
      tx.write(INSERT, columns(full));
      return;
    }
    Set<Long> known =
        new HashSet<>(
            tx.query(
                KNOWN,
                row -> row.getLong(1),
                full.stream().mapToLong(RedPacketGrant::orderNumber).distinct().toArray()));
    List<RedPacketGrant> free = new ArrayList<>();
    TreeMap<Long, RedPacketGrant> paying = new TreeMap<>();
    TreeMap<Long, Long> withheld = new TreeMap<>();
    for (RedPacketGrant grant : full) {
      if (known.add(grant.orderNumber())) {
        Money money = grant.money();
        long paid = debts.pay(grant.userId(), money.currency(), money.amount());
        if (paid == 0) {
          free.add(grant);
        } else {
          paying.put(grant.orderNumber(), grant);
          withheld.put(grant.orderNumber(), paid);
        }
      }
    }
    if (!paying.isEmpty()) {
      tx.writeExpecting(debts.paid(), PAY, debts.columns());
      @Nullable Object[] columns = columns(List.copyOf(paying.values()));
      @Nullable Object[] all = Arrays.copyOf(columns, columns.length + 1);
      all[columns.length] = withheld.values().stream().mapToLong(Long::longValue).toArray();
      tx.write(INSERT_WITHHELD, all);
    }
    if (!free.isEmpty()) {
      tx.write(INSERT, columns(free));
    }
  }

  private static Debts owed(Tx tx, List<RedPacketGrant> grants) {
    long[] users = grants.stream().mapToLong(RedPacketGrant::userId).distinct().sorted().toArray();
    if (tx.query(OWES, row -> row.getInt(1), users).isEmpty()) {
      return Debts.NONE;
    }
    return new Debts(
        tx.lock(
            LockRank.ACCOUNT,
            OWED,
            row ->
                new Owed(
                    new RefundKey(row.getLong(1), row.getInt(2)),
                    row.getLong(3),
                    row.getString(4),
                    row.getLong(5)),
            users));
  }

  /** Sorted, so that two transactions with the same orders wait for each other in one direction. */
  static @Nullable Object[] columns(List<RedPacketGrant> grants) {
    List<RedPacketGrant> sorted =
        grants.stream().sorted(Comparator.comparingLong(RedPacketGrant::orderNumber)).toList();
    return new @Nullable Object[] {
      sorted.stream().mapToLong(RedPacketGrant::orderNumber).toArray(),
      sorted.stream().mapToLong(RedPacketGrant::userId).toArray(),
      sorted.stream().mapToLong(grant -> grant.money().amount()).toArray(),
      sorted.stream().map(grant -> grant.money().currency()).toArray(String[]::new),
      sorted.stream().mapToLong(grant -> EpochMicros.of(grant.at())).toArray()
    };
  }
}
