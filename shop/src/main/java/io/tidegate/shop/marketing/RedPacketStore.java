package io.tidegate.shop.marketing;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.Money;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps customers' red packets. */
public final class RedPacketStore {

  // A row that is there says that the order has brought its packet, or that it was reclaimed
  // before it came (P1, P3): either way there is nothing to do.
  static final Sql INSERT =
      Sql.of(
          """
          insert into marketing.red_packet (order_number, user_id, amount, currency, state, at)
          select n, u, amount, currency, 'granted', db.at(t)
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[])
            as g(n, u, amount, currency, t)
          on conflict (order_number) do nothing
          """);
  static final Sql BALANCE =
      Sql.of(
          """
          select coalesce(sum(amount), 0)::bigint from marketing.red_packet
          where user_id = ? and currency = ? and state = 'granted'
          """);
  static final Sql PAGE =
      Sql.of(
          """
          select id, order_number, amount, currency, state, at from marketing.red_packet
          where user_id = ? and id < ? order by id desc limit ?
          """);
  static final Sql DONE =
      Sql.of("select order_number, at from marketing.red_packet where order_number = any(?)");

  private final Database database;

  public RedPacketStore(Database database) {
    this.database = database;
  }

  /**
   * Grants red packets in the caller's transaction: each order's once, however often it is told.
   * Empty packets leave nothing.
   */
  public void grant(Tx tx, List<RedPacketGrant> grants) {
    // Sorted, so that two transactions with the same orders wait for each other in one direction.
    List<RedPacketGrant> sorted =
        grants.stream()
            .filter(grant -> !grant.money().isZero())
            .sorted(Comparator.comparingLong(RedPacketGrant::orderNumber))
            .toList();
    if (sorted.isEmpty()) {
      return;
    }
    tx.write(
        INSERT,
        sorted.stream().mapToLong(RedPacketGrant::orderNumber).toArray(),
        sorted.stream().mapToLong(RedPacketGrant::userId).toArray(),
        sorted.stream().mapToLong(grant -> grant.money().amount()).toArray(),
        sorted.stream().map(grant -> grant.money().currency()).toArray(String[]::new),
        sorted.stream().mapToLong(grant -> EpochMicros.of(grant.at())).toArray());
  }

  /** What a customer can spend in one currency. */
  public Money balance(long userId, String currency) {
    return database
        .read(BALANCE, row -> new Money(row.getLong(1), currency), userId, currency)
        .getFirst();
  }

  /**
   * A page of a customer's red packets, newest first.
   *
   * @param before the id of the page's predecessor; {@code Long.MAX_VALUE} for the first page
   */
  public List<RedPacket> list(long userId, long before, int limit) {
    return database.read(
        PAGE,
        row ->
            new RedPacket(
                row.getLong(1),
                row.getLong(2),
                new Money(row.getLong(3), row.getString(4)),
                GrantState.of(row.getString(5)),
                row.getInstant(6)),
        userId,
        before,
        limit);
  }

  /** When orders brought their red packets; those that have not are left out. */
  public Map<Long, Instant> find(Collection<Long> orderNumbers) {
    Map<Long, Instant> found = new HashMap<>();
    long[] numbers = orderNumbers.stream().mapToLong(Long::longValue).toArray();
    database.read(DONE, row -> found.put(row.getLong(1), row.getInstant(2)), numbers);
    return found;
  }
}
