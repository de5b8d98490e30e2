package io.tidegate.shop.effects;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.RefundKey;
import io.tidegate.shop.marketing.Coupon;
import io.tidegate.shop.marketing.CouponHold;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.marketing.RedPacketGrant;
import io.tidegate.shop.marketing.RedPacketStore;
import io.tidegate.shop.marketing.RedPacketTake;
import io.tidegate.shop.points.PointEntry;
import io.tidegate.shop.points.PointGrant;
import io.tidegate.shop.points.PointHold;
import io.tidegate.shop.points.PointsSpending;
import io.tidegate.shop.points.PointsStore;
import io.tidegate.shop.testing.ShopDatabase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A database with customers' perks, and what orders and refunds do with them. */
final class PerkShop implements AutoCloseable {

  private static final EffectService.Rules RULES = EffectService.Rules.DEFAULT;

  final ShopDatabase database = new ShopDatabase();
  final PointsStore points = new PointsStore(database.database());
  final CouponStore coupons = new CouponStore(database.database());
  final RedPacketStore packets = new RedPacketStore(database.database());
  final PerksBack perks = new PerksBack(RULES, PointsSpending.DEFAULT);

  /** Now, as the database stores it. */
  Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  /** What {@code order.paid} makes of an order, as the three consumers do. */
  void paid(long order, long user, Money total) {
    write(tx -> points.grant(tx, List.of(earned(order, user, total))));
    write(tx ->
        coupons.grant(tx, RULES.coupons().grant(order, user, total, now()).stream().toList()));
    write(tx ->
        packets.grant(
            tx, List.of(new RedPacketGrant(order, user, RULES.redPackets().packet(total), now()))));
  }

  PointGrant earned(long order, long user, Money total) {
    return new PointGrant(order, user, RULES.points().points(total), now());
  }

  /** An order that is paid with perks, all of which one order has brought. */
  void spends(long order, long user, long fromBalance, long fromPacket, long broughtBy) {
    PointHold hold = new PointHold(order, user, fromBalance, now());
    RedPacketTake take = new RedPacketTake(order, user, packetOf(broughtBy), fromPacket);
    CouponHold coupon = new CouponHold(coupon(broughtBy).id(), user, order);
    write(tx -> {
      CouponStore.lock(tx, List.of(coupon.couponId()));
      PointsStore.lock(tx, List.of(user));
      RedPacketStore.lock(tx, List.of(take));
      CouponStore.hold(tx, List.of(coupon), now());
      PointsStore.hold(tx, List.of(hold));
      RedPacketStore.hold(tx, List.of(take), now());
    });
    write(tx -> {
      CouponStore.use(tx, List.of(coupon));
      PointsStore.use(tx, List.of(hold));
      RedPacketStore.use(tx, List.of(take), now());
    });
  }

  TakeBack back(
      long order, int refund, long user, Money total, long before, long after, long deductMost) {
    return new TakeBack(
        order,
        refund,
        user,
        total,
        Money.cny(before),
        Money.cny(after),
        Money.cny(deductMost),
        now());
  }

  Held hold(long order, int refund, Money total, long before, long after, long deductMost) {
    return hold(List.of(back(order, refund, 42, total, before, after, deductMost)))
        .get(new RefundKey(order, refund));
  }

  Map<RefundKey, Held> hold(List<TakeBack> backs) {
    return database.database().write("hold", tx -> perks.hold(tx, backs));
  }

  void release(long order, int refund) {
    release(List.of(new RefundKey(order, refund)));
  }

  void release(List<RefundKey> keys) {
    write(tx -> {
      PerkBatch batch = perks.load(tx, List.of(), keys);
      keys.forEach(batch::release);
      batch.save(tx);
    });
  }

  void succeeded(UsedBack... backs) {
    write(tx -> perks.succeeded(tx, List.of(backs)));
  }

  void write(Consumer<Tx> work) {
    database
        .database()
        .write(
            "perks",
            tx -> {
              work.accept(tx);
              return true;
            });
  }

  long balance(long user) {
    return points.balance(user);
  }

  long packets(long user) {
    return packets.balance(user, Money.CNY).amount();
  }

  long packetOf(long order) {
    return number("select id from marketing.red_packet where order_number = " + order);
  }

  Coupon coupon(long order) {
    return coupons.list(user(order), Long.MAX_VALUE, 1_000).stream()
        .filter(coupon -> coupon.orderNumber() != null && coupon.orderNumber() == order)
        .findFirst()
        .orElseThrow();
  }

  private long user(long order) {
    return number("select user_id from marketing.coupon where order_number = " + order);
  }

  long number(String sql) {
    return database.number(sql);
  }

  void run(String sql) {
    database.run(sql);
  }

  /** What refunds have done with points: order, refund, taken and lacking, state, settled. */
  List<String> reclaims() {
    return database
        .database()
        .read(
            Sql.of(
                "select concat(order_number, '/', refund, ' ', taken, '+', lacking, ' ', state, ' ',"
                    + " deducted, ' ', paid) from points.reclaim order by order_number, refund"),
            row -> row.getString(1));
  }

  /** A customer's entries, newest first. */
  List<String> pointKinds(long user) {
    List<String> kinds = new ArrayList<>();
    for (PointEntry entry : points.entries(user, Long.MAX_VALUE, 1_000)) {
      kinds.add(entry.kind().code() + " " + entry.amount());
    }
    return kinds;
  }

  /** Sums fit, whatever was done: the same that the audit asks. */
  void isSound() {
    assertThat(
            number(
                "select count(*) from points.account a where balance <> (select"
                    + " coalesce(sum(amount), 0) from points.entry e where e.user_id = a.user_id)"))
        .as("balances are the sums of their entries")
        .isZero();
    assertThat(
            number(
                "select count(*) from points.reclaim r where taken * (case state when 'released'"
                    + " then 0 else 1 end) <> (select coalesce(-sum(amount), 0) from points.entry e"
                    + " where e.order_number = r.order_number and e.refund = r.refund and e.kind in"
                    + " ('reclaimed', 'restored'))"))
        .as("what is taken is entered")
        .isZero();
    assertThat(
            number(
                "select count(*) from (select order_number, sum(taken + lacking) as all_of_it from"
                    + " points.reclaim where state <> 'released' group by 1) r join points.entry e"
                    + " on e.order_number = r.order_number and e.kind = 'earned' and e.amount <"
                    + " r.all_of_it"))
        .as("no more than was earned")
        .isZero();
    assertThat(
            number(
                "select (select coalesce(sum(paid), 0) from points.reclaim) + (select"
                    + " coalesce(sum(amount), 0) from points.entry where kind = 'repaid')"))
        .as("debts are paid by entries")
        .isZero();
    assertThat(
            number(
                "select count(*) from marketing.red_packet p where reclaimed <> (select"
                    + " coalesce(sum(taken), 0) from marketing.red_packet_reclaim r where"
                    + " r.order_number = p.order_number and state <> 'released') or used <> (select"
                    + " coalesce(sum(amount - returned), 0) from marketing.red_packet_take t where"
                    + " t.packet = p.id and t.state = 'used')"))
        .as("packets are the sums of what is taken")
        .isZero();
    assertThat(
            number(
                "select (select coalesce(sum(paid), 0) from marketing.red_packet_reclaim) - (select"
                    + " coalesce(sum(withheld), 0) from marketing.red_packet)"))
        .as("debts are paid out of packets")
        .isZero();
    assertThat(
            number(
                "select count(*) from marketing.coupon c where (state = 'reclaimed') <> exists"
                    + " (select from marketing.coupon_reclaim r where r.coupon = c.id and r.taken = 1"
                    + " and r.state <> 'released')"))
        .as("coupons are where refunds say")
        .isZero();
    assertThat(
            number(
                "select (select coalesce(sum(paid), 0) from marketing.coupon_reclaim) - (select"
                    + " count(*) from marketing.coupon where state = 'withheld')"))
        .as("debts are paid by coupons")
        .isZero();
  }

  @Override
  public void close() {
    database.close();
  }
}
