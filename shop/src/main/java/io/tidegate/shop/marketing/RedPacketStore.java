package io.tidegate.shop.marketing;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.SharedReads;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps customers' red packets. */
public final class RedPacketStore {

  private static final String COLUMNS =
      "r.id, r.user_id, r.order_number, r.amount, r.currency, r.held, r.used,"
          + " r.reclaimed + r.withheld, r.at";
  private static final String GONE = "r.held + r.used + r.reclaimed + r.withheld";

  static final Sql PURSES =
      Sql.of(
          """
          select user_id, currency, sum(amount - held - used - reclaimed - withheld)::bigint,
            sum(held)::bigint
          from marketing.red_packet where user_id = any(?)
          group by user_id, currency
          """);
  static final Sql PAGE =
      Sql.of(
          "select "
              + COLUMNS
              + " from marketing.red_packet r where r.user_id = ? and r.id < ?"
              + " order by r.id desc limit ?");
  static final Sql SPENDABLE =
      Sql.of(
          "select s.* from unnest(?::bigint[], ?::text[]) as w(user_id, currency)"
              + " cross join lateral (select "
              + COLUMNS
              + " from marketing.red_packet r"
              + " where r.user_id = w.user_id and r.currency = w.currency and r.amount > "
              + GONE
              + " order by r.amount - ("
              + GONE
              + ") desc, r.id limit ?) s");
  static final Sql LOCK =
      Sql.of(
          "select "
              + COLUMNS
              + """
               from unnest(?::bigint[], ?::bigint[]) with ordinality as w(user_id, id, n)
              join marketing.red_packet r on r.user_id = w.user_id and r.id = w.id
              order by w.n for update of r
              """);
  static final Sql LOCK_BROUGHT =
      Sql.of(
          "select "
              + COLUMNS
              + " from marketing.red_packet r where r.order_number = any(?)"
              + " order by r.user_id, r.id for update of r");
  static final Sql LOCK_OF_ORDERS =
      Sql.of(
          "select "
              + COLUMNS
              + " from marketing.red_packet r"
              + " where r.order_number = any(?) or (r.user_id = any(?) and r.id = any(?))"
              + " order by r.user_id, r.id for update of r");
  static final Sql TAKEN =
      Sql.of(
          """
          select order_number, user_id, packet, amount, state
          from marketing.red_packet_take where order_number = any(?)
          """);
  static final Sql TAKE =
      Sql.of(
          """
          update marketing.red_packet r set held = r.held + t.amount
          from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as t(user_id, id, amount)
          where r.user_id = t.user_id and r.id = t.id
            and r.amount - r.held - r.used - r.reclaimed - r.withheld >= t.amount returning 1
          """);
  static final Sql RECORD_TAKES =
      Sql.of(
          """
          insert into marketing.red_packet_take (order_number, packet, user_id, amount, state, at)
          select n, p, u, a, 'held', db.at(t)
          from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
            as g(n, p, u, a, t)
          """);
  // A packet gets back what an order held of it also where a refund wanted that part meanwhile: it
  // was deducted there, or is owed.
  static final Sql GIVE_BACK =
      Sql.of(
          """
          update marketing.red_packet r set held = r.held - t.amount
          from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as t(user_id, id, amount)
          where r.user_id = t.user_id and r.id = t.id and r.held >= t.amount returning 1
          """);
  static final Sql SPEND =
      Sql.of(
          """
          update marketing.red_packet r set held = r.held - t.amount, used = r.used + t.amount
          from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as t(user_id, id, amount)
          where r.user_id = t.user_id and r.id = t.id and r.held >= t.amount returning 1
          """);
  private static final String SETTLE =
      """
      update marketing.red_packet_take k set state = '%s', at = db.at(g.t)
      from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
        as g(n, p, u, a, t)
      where k.order_number = g.n and k.packet = g.p and k.user_id = g.u and k.amount = g.a
        and k.state = 'held' returning 1
      """;
  static final Sql RELEASE_TAKES = Sql.of(SETTLE.formatted("released"));
  static final Sql USE_TAKES = Sql.of(SETTLE.formatted("used"));
  static final Sql DONE =
      Sql.of("select order_number, at from marketing.red_packet where order_number = any(?)");

  /** More packets of one customer than this are not offered at once. */
  private static final int SPENDABLE_MAX = 500;

  private static final Comparator<RedPacketTake> BY_PACKET =
      Comparator.comparingLong(RedPacketTake::userId).thenComparingLong(RedPacketTake::packetId);

  private final Database database;
  private static final Sql OWED_BY =
      Sql.of(
          """
          select coalesce(sum(lacking - deducted - paid), 0)::bigint
          from marketing.red_packet_reclaim
          where user_id = ? and currency = ? and state = 'confirmed' and lacking - deducted > paid
          """);

  private final SharedReads<PurseKey, Purse> purses = new SharedReads<>(this::purses);
  private final SharedReads<PurseKey, List<RedPacket>> spendable =
      new SharedReads<>(this::spendable);

  /** Whose packets, and in which currency. */
  private record PurseKey(long userId, String currency) {}

  public RedPacketStore(Database database) {
    this.database = database;
  }

  /**
   * Grants red packets in the caller's transaction: each order's once, however often it is told.
   * Empty packets leave nothing. What a customer owes is paid out of them first.
   */
  public void grant(Tx tx, List<RedPacketGrant> grants) {
    RedPacketGrantBatch.write(tx, grants);
  }

  /** Locks the packets that orders have brought, and others of their customers. */
  static List<RedPacket> lockOfOrders(Tx tx, long[] orders, Collection<RedPacketTake> takes) {
    // Hardly any order used a packet, and where statistics are young an OR walks the whole index.
    if (takes.isEmpty()) {
      return tx.lock(LockRank.ACCOUNT, LOCK_BROUGHT, RedPacketStore::read, orders);
    }
    return tx.lock(
        LockRank.ACCOUNT,
        LOCK_OF_ORDERS,
        RedPacketStore::read,
        orders,
        takes.stream().mapToLong(RedPacketTake::userId).distinct().sorted().toArray(),
        takes.stream().mapToLong(RedPacketTake::packetId).distinct().sorted().toArray());
  }

  /**
   * Locks packets before something of them is held, released or used.
   *
   * @param takes say which; those of another customer, or of none, are missing in the answer
   * @return packets by id
   */
  public static Map<Long, RedPacket> lock(Tx tx, Collection<RedPacketTake> takes) {
    List<RedPacketTake> sorted =
        takes.stream()
            .collect(
                Collectors.toMap(
                    take -> List.of(take.userId(), take.packetId()), take -> take, (a, _) -> a))
            .values()
            .stream()
            .sorted(BY_PACKET)
            .toList();
    Map<Long, RedPacket> packets = new HashMap<>();
    tx.lock(
            LockRank.ACCOUNT,
            LOCK,
            RedPacketStore::read,
            sorted.stream().mapToLong(RedPacketTake::userId).toArray(),
            sorted.stream().mapToLong(RedPacketTake::packetId).toArray())
        .forEach(packet -> packets.put(packet.id(), packet));
    return packets;
  }

  /** What orders have taken from packets, and what became of it. */
  public static List<TakenPacket> taken(Tx tx, Collection<Long> orders) {
    return tx.query(
        TAKEN,
        row ->
            new TakenPacket(
                new RedPacketTake(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
                TakenPacket.State.of(row.getString(5))),
        orders.stream().mapToLong(Long::longValue).distinct().sorted().toArray());
  }

  /**
   * Takes parts out of packets, for orders that wait for their payment. A packet with too little
   * left, or one that the order takes from already, fails the transaction.
   */
  public static void hold(Tx tx, List<RedPacketTake> takes, Instant at) {
    move(tx, TAKE, takes);
    if (!takes.isEmpty()) {
      tx.write(RECORD_TAKES, columns(takes, at));
    }
  }

  /** Gives held parts back. Where one is not held any more, the transaction fails. */
  public static void release(Tx tx, List<RedPacketTake> takes, Instant at) {
    move(tx, GIVE_BACK, takes);
    settle(tx, RELEASE_TAKES, takes, at);
  }

  /** Spends held parts. Where one is not held any more, the transaction fails. */
  public static void use(Tx tx, List<RedPacketTake> takes, Instant at) {
    move(tx, SPEND, takes);
    settle(tx, USE_TAKES, takes, at);
  }

  /** Packets change in the order of users and ids, whatever the order of takes. */
  private static void move(Tx tx, Sql sql, List<RedPacketTake> takes) {
    List<RedPacketTake> sorted = takes.stream().sorted(BY_PACKET).toList();
    int count = 0;
    long[] users = new long[sorted.size()];
    long[] packets = new long[sorted.size()];
    long[] amounts = new long[sorted.size()];
    for (RedPacketTake take : sorted) {
      boolean same =
          count > 0 && users[count - 1] == take.userId() && packets[count - 1] == take.packetId();
      if (same) {
        amounts[count - 1] = Math.addExact(amounts[count - 1], take.amount());
      } else {
        users[count] = take.userId();
        packets[count] = take.packetId();
        amounts[count++] = take.amount();
      }
    }
    if (count > 0) {
      tx.writeExpecting(
          count,
          sql,
          Arrays.copyOf(users, count),
          Arrays.copyOf(packets, count),
          Arrays.copyOf(amounts, count));
    }
  }

  private static void settle(Tx tx, Sql sql, List<RedPacketTake> takes, Instant at) {
    if (!takes.isEmpty()) {
      tx.writeExpecting(takes.size(), sql, columns(takes, at));
    }
  }

  private static @Nullable Object[] columns(List<RedPacketTake> takes, Instant at) {
    List<RedPacketTake> sorted =
        takes.stream()
            .sorted(
                Comparator.comparingLong(RedPacketTake::orderNumber)
                    .thenComparingLong(RedPacketTake::packetId))
            .toList();
    long[] times = new long[sorted.size()];
    Arrays.fill(times, EpochMicros.of(at));
    return new @Nullable Object[] {
      sorted.stream().mapToLong(RedPacketTake::orderNumber).toArray(),
      sorted.stream().mapToLong(RedPacketTake::packetId).toArray(),
      sorted.stream().mapToLong(RedPacketTake::userId).toArray(),
      sorted.stream().mapToLong(RedPacketTake::amount).toArray(),
      times
    };
  }

  /** What a customer can spend in one currency. */
  public Money balance(long userId, String currency) {
    return purse(userId, currency).balance();
  }

  /** What a customer owes: of packets that refunds should have taken back and that were spent. */
  public Money owed(long userId, String currency) {
    return new Money(
        database.read(OWED_BY, row -> row.getLong(1), userId, currency).getFirst(), currency);
  }

  /** What a customer has in one currency. */
  public Purse purse(long userId, String currency) {
    Purse purse = purses.read(new PurseKey(userId, currency));
    return purse == null ? new Purse(Money.zero(currency), Money.zero(currency)) : purse;
  }

  private Map<PurseKey, Purse> purses(List<PurseKey> keys) {
    Map<PurseKey, Purse> found = new HashMap<>();
    database.read(
        PURSES,
        row ->
            found.put(
                new PurseKey(row.getLong(1), row.getString(2)),
                new Purse(
                    new Money(row.getLong(3), row.getString(2)),
                    new Money(row.getLong(4), row.getString(2)))),
        (Object) keys.stream().mapToLong(PurseKey::userId).distinct().toArray());
    return found;
  }

  /**
   * All of a customer's packets in one currency.
   *
   * @param balance what can be spent
   * @param held what unpaid orders hold beside it
   */
  public record Purse(Money balance, Money held) {}

  /** Packets with something left, the fullest first; no order takes from more than are told. */
  public List<RedPacket> spendable(long userId, String currency) {
    List<RedPacket> found = spendable.read(new PurseKey(userId, currency));
    return found == null ? List.of() : found;
  }

  private Map<PurseKey, List<RedPacket>> spendable(List<PurseKey> keys) {
    return database
        .read(
            SPENDABLE,
            RedPacketStore::read,
            keys.stream().mapToLong(PurseKey::userId).toArray(),
            keys.stream().map(PurseKey::currency).toArray(String[]::new),
            SPENDABLE_MAX)
        .stream()
        .sorted(
            Comparator.comparingLong((RedPacket packet) -> -packet.remaining().amount())
                .thenComparingLong(RedPacket::id))
        .collect(
            Collectors.groupingBy(
                packet -> new PurseKey(packet.userId(), packet.money().currency())));
  }

  /**
   * A page of a customer's red packets, newest first.
   *
   * @param before the id of the page's predecessor; {@code Long.MAX_VALUE} for the first page
   */
  public List<RedPacket> list(long userId, long before, int limit) {
    return database.read(PAGE, RedPacketStore::read, userId, before, limit);
  }

  /** When orders brought their red packets; those that have not are left out. */
  public static Question<Map<Long, Instant>> whenBrought(Collection<OrderNumber> orders) {
    return Question.byNumber(DONE, row -> row.getInstant(2), (Object) OrderNumber.values(orders));
  }

  private static RedPacket read(Row row) throws SQLException {
    return new RedPacket(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        new Money(row.getLong(4), row.getString(5)),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8),
        row.getInstant(9));
  }
}
